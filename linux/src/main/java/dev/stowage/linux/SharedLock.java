package dev.stowage.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// The lock of one file as the threads of this process share it.
///
/// A fair semaphore makes a reader/writer lock that any thread may give back: a reader takes one
/// permit, a writer all. Only who has permits touches the kernel's lock, and one thread at a time.
final class SharedLock {
  private static final int ALL = Integer.MAX_VALUE;

  /// How many hold an entry of the table; guarded by the table.
  int users;

  private final Path path;
  private final LockMethod method;
  private final Semaphore permits = new Semaphore(ALL, true);
  private final Semaphore kernel = new Semaphore(1);
  private int holders;
  private volatile @Nullable LockFile file;

  SharedLock(Path path, LockMethod method) {
    this.path = path;
    this.method = method;
  }

  void acquire(LockKind kind) throws IOException, InterruptedException {
    permits.acquire(permits(kind));
    boolean taken = false;
    try {
      kernel.acquire();
      try {
        if (holders == 0) {
          file = LockWait.take(path, kind, method);
        }
        holders++;
        taken = true;
      } finally {
        kernel.release();
      }
    } finally {
      if (!taken) {
        permits.release(permits(kind));
      }
    }
  }

  LockFile.Answer tryAcquire(LockKind kind) throws IOException {
    if (!permits.tryAcquire(permits(kind))) {
      return LockFile.Answer.BUSY;
    }
    boolean taken = false;
    try {
      if (!kernel.tryAcquire()) {
        return LockFile.Answer.BUSY;
      }
      try {
        if (holders == 0 && !tryOpen(kind)) {
          return LockFile.Answer.BUSY;
        }
        holders++;
        taken = true;
        return LockFile.Answer.GRANTED;
      } finally {
        kernel.release();
      }
    } finally {
      if (!taken) {
        permits.release(permits(kind));
      }
    }
  }

  private boolean tryOpen(LockKind kind) throws IOException {
    LockFile opened = method.open(path, kind);
    boolean granted = false;
    try {
      granted = opened.tryLock() == LockFile.Answer.GRANTED;
      if (granted) {
        file = opened;
      }
      return granted;
    } finally {
      if (!granted) {
        opened.close();
      }
    }
  }

  void release(LockKind kind) throws IOException {
    kernel.acquireUninterruptibly();
    try {
      holders--;
      if (holders == 0) {
        LockFile last = file();
        file = null;
        last.close();
      }
    } finally {
      kernel.release();
      permits.release(permits(kind));
    }
  }

  /// The open file, for who holds the lock.
  LockFile file() {
    LockFile open = file;
    if (open == null) {
      throw new IllegalStateException("nobody holds the lock " + path);
    }
    return open;
  }

  private static int permits(LockKind kind) {
    return kind == LockKind.SHARED ? 1 : ALL;
  }
}
