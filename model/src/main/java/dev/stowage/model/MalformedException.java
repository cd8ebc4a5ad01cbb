package dev.stowage.model;

import org.jspecify.annotations.Nullable;

/// Text or bytes from outside that break the format they claim to have.
public final class MalformedException extends StowageException {

  /// The position of a fault whose place inside the input is not known.
  public static final long UNKNOWN_POSITION = -1;

  private final long position;

  public MalformedException(String message) {
    this(message, UNKNOWN_POSITION, null);
  }

  public MalformedException(String message, long position, @Nullable Throwable cause) {
    super(message, cause);
    this.position = position;
  }

  /// The offset of the fault in the input, in characters or bytes, or [#UNKNOWN_POSITION].
  public long position() {
    return position;
  }
}
