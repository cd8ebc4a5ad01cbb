package dev.stowage.linux;

import dev.stowage.model.Bytes;
import java.io.Closeable;
import java.io.IOException;

/// A lock on a file, held until closed; closing twice does nothing.
///
/// The first 64 bytes of a lock file are the token of the last writer: whoever changes what the
/// lock protects writes a new one, and readers reload when it differs from the one they saw. It
/// goes through the descriptor that holds the lock, because opening and closing another one would
/// lose a lock of the [classic kind][LockMethod#RECORD]. Any thread may close a lock.
public interface HeldLock extends Closeable {
  /// The length of a token in bytes.
  int TOKEN_LENGTH = 64;

  LockKind kind();

  /// The token of the last writer: empty in a new file, shorter than 64 bytes if the file is.
  Bytes token() throws IOException;

  /// Writes the token; the lock must be exclusive.
  ///
  /// @throws IllegalArgumentException if the token has not 64 bytes
  /// @throws IllegalStateException if the lock is shared or closed
  void writeToken(Bytes token) throws IOException;

  @Override
  void close() throws IOException;
}
