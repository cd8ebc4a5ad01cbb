package dev.stowage.linux;

import java.io.IOException;
import java.nio.file.Path;

/// How a process tells other processes that it holds a lock; both methods exclude each other and
/// all users of `fcntl(2)` locks.
public enum LockMethod {
  /// Open-file-description locks: lost only when their own descriptor is closed. The method of a
  /// library.
  OPEN_FILE {
    @Override
    LockFile open(Path file, LockKind kind) throws IOException {
      return OpenFileLockFile.open(file, kind);
    }
  },

  /// Classic record locks of POSIX: lost when any descriptor of the same file is closed anywhere in
  /// the process, and ready 40 ms earlier after the start of the JVM. The method of a short
  /// command, which opens each lock file once.
  RECORD {
    @Override
    LockFile open(Path file, LockKind kind) throws IOException {
      return RecordLockFile.open(file, kind);
    }
  };

  abstract LockFile open(Path file, LockKind kind) throws IOException;
}
