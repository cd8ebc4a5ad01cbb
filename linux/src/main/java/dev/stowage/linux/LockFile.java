package dev.stowage.linux;

import dev.stowage.model.Bytes;
import java.io.Closeable;
import java.io.IOException;

/// An open lock file of one process: the seam between waiting and the two methods of locking.
///
/// Closing it gives up its lock.
interface LockFile extends Closeable {
  /// Asks the kernel once; a refusal is an answer, not an error.
  Answer tryLock() throws IOException;

  /// Sleeps in the kernel's queue, unseen by interrupts, until the lock is granted.
  void waitForLock() throws IOException;

  /// Gives up on a [#waitForLock] in another thread, which closes the file when it returns, if not
  /// before.
  void abandon() throws IOException;

  Bytes token() throws IOException;

  void writeToken(Bytes token) throws IOException;

  /// What the kernel says to a wish for a lock.
  enum Answer {
    GRANTED,
    BUSY
  }
}
