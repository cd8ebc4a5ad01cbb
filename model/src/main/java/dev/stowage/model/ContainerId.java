package dev.stowage.model;

import org.jspecify.annotations.Nullable;

/// The ID of a container of the local store: 64 hexadecimal digits where this engine or its peers
/// made it.
public record ContainerId(String value) implements Comparable<ContainerId> {

  /// How many digits a shortened ID shows.
  public static final int SHORT_LENGTH = 12;

  public ContainerId {
    if (!Identifiers.isSafeName(value)) {
      throw new IllegalArgumentException("not a container ID: " + value);
    }
  }

  /// The first digits, as tables show them.
  public String shortened() {
    return value.length() > SHORT_LENGTH ? value.substring(0, SHORT_LENGTH) : value;
  }

  @Override
  public int compareTo(ContainerId other) {
    return value.compareTo(other.value);
  }

  // The ones that the compiler gives to records cost a short command some milliseconds.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ContainerId id && id.value.equals(value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return value;
  }
}
