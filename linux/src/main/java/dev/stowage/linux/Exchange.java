package dev.stowage.linux;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/// The exchange of two names in one step, apart so that only who needs it pays for native calls.
final class Exchange {
  private static final int AT_FDCWD = -100;
  private static final int RENAME_EXCHANGE = 2;

  private Exchange() {}

  /// Exchanges what two paths lead to.
  ///
  /// @return whether the kernel and the file system could
  static boolean done(Path one, Path other) throws IOException {
    NativeFunction rename;
    try {
      rename = NativeFunction.named("renameat2");
    } catch (java.util.NoSuchElementException e) {
      return false;
    }
    try (Scratch scratch = new Scratch()) {
      MemorySegment from = scratch.path(one.toAbsolutePath().toString(), 0);
      MemorySegment to = scratch.otherPath(other.toAbsolutePath().toString(), 0);
      int result =
          rename.call(
              scratch.state, AT_FDCWD, from.address(), AT_FDCWD, to.address(), RENAME_EXCHANGE);
      if (result == -Errno.EINVAL || result == -Errno.ENOSYS) {
        return false;
      }
      if (result < 0) {
        throw Errno.exception(-result, one.toString(), other.toString());
      }
      return true;
    }
  }
}
