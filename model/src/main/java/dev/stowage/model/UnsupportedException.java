package dev.stowage.model;

/// Something that is valid and that Stowage does not do.
public final class UnsupportedException extends StowageException {

  public UnsupportedException(String message) {
    super(message, null);
  }

  public UnsupportedException(String message, Throwable cause) {
    super(message, cause);
  }
}
