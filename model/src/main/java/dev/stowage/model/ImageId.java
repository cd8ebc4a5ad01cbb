package dev.stowage.model;

import org.jspecify.annotations.Nullable;

/// The ID of an image of the local store: 64 hexadecimal digits where this engine or its peers made
/// it.
public record ImageId(String value) implements Comparable<ImageId> {

  /// How many digits a shortened ID shows.
  public static final int SHORT_LENGTH = 12;

  public ImageId {
    if (!Identifiers.isSafeName(value)) {
      throw new IllegalArgumentException("not an image ID: " + value);
    }
  }

  /// The first digits, as tables show them.
  public String shortened() {
    return value.length() > SHORT_LENGTH ? value.substring(0, SHORT_LENGTH) : value;
  }

  @Override
  public int compareTo(ImageId other) {
    return value.compareTo(other.value);
  }

  // The ones that the compiler gives to records cost a short command some milliseconds.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ImageId id && id.value.equals(value);
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
