package dev.stowage.model;

import java.util.List;

/// Something cannot be changed or removed because others hold it.
public final class InUseException extends StowageException {
  private final List<String> holders;

  public InUseException(List<String> holders, String message) {
    super(message, null);
    this.holders = List.copyOf(holders);
  }

  /// The IDs of the containers, images or layers that hold it, or the mount points it is mounted
  /// at.
  public List<String> holders() {
    return holders;
  }
}
