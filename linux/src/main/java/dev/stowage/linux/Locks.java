package dev.stowage.linux;

import dev.stowage.model.Bytes;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/// The lock files of this process: one method of locking, and fairness among threads on top.
///
/// Threads of this process queue for a file in the order they came; its readers share one
/// descriptor and one lock of the kernel, which the first takes and the last gives back. The table
/// is one per process and method, keyed by the file's real path, so that two disks in one process
/// exclude each other too.
final class Locks {
  private static final Locks OPEN_FILE = new Locks(LockMethod.OPEN_FILE);
  private static final Locks RECORD = new Locks(LockMethod.RECORD);

  private final LockMethod method;
  private final Map<Path, SharedLock> files = new HashMap<>();

  private Locks(LockMethod method) {
    this.method = method;
  }

  static Locks of(LockMethod method) {
    return method == LockMethod.OPEN_FILE ? OPEN_FILE : RECORD;
  }

  HeldLock lock(Path file, LockKind kind) throws IOException {
    Path key = realPath(file);
    SharedLock lock = enter(key);
    boolean taken = false;
    try {
      lock.acquire(kind);
      taken = true;
      return new Held(key, lock, kind);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted =
          new InterruptedIOException("interrupted while waiting for the lock " + file);
      interrupted.initCause(e);
      throw interrupted;
    } finally {
      if (!taken) {
        leave(key);
      }
    }
  }

  Optional<HeldLock> tryLock(Path file, LockKind kind) throws IOException {
    Path key = realPath(file);
    SharedLock lock = enter(key);
    boolean taken = false;
    try {
      taken = lock.tryAcquire(kind) == LockFile.Answer.GRANTED;
      return taken ? Optional.of(new Held(key, lock, kind)) : Optional.empty();
    } finally {
      if (!taken) {
        leave(key);
      }
    }
  }

  private static Path realPath(Path file) throws IOException {
    Path absolute = file.toAbsolutePath();
    Path directory = absolute.getParent();
    Path name = absolute.getFileName();
    if (directory == null || name == null) {
      throw new IllegalArgumentException("no lock file: " + file);
    }
    try {
      return directory.toRealPath().resolve(name);
    } catch (NoSuchFileException e) {
      Files.createDirectories(directory, LocalDisk.permissions(Mode.PRIVATE_DIRECTORY));
      return directory.toRealPath().resolve(name);
    }
  }

  private SharedLock enter(Path key) {
    synchronized (files) {
      SharedLock lock = files.get(key);
      if (lock == null) {
        lock = new SharedLock(key, method);
        files.put(key, lock);
      }
      lock.users++;
      return lock;
    }
  }

  private void leave(Path key) {
    synchronized (files) {
      SharedLock lock = files.get(key);
      if (lock != null && --lock.users == 0) {
        files.remove(key);
      }
    }
  }

  /// One holder's share of a lock.
  private final class Held implements HeldLock {
    private final Path key;
    private final SharedLock lock;
    private final LockKind kind;
    private final AtomicBoolean closed = new AtomicBoolean();

    Held(Path key, SharedLock lock, LockKind kind) {
      this.key = key;
      this.lock = lock;
      this.kind = kind;
    }

    @Override
    public LockKind kind() {
      return kind;
    }

    @Override
    public Bytes token() throws IOException {
      return file().token();
    }

    @Override
    public void writeToken(Bytes token) throws IOException {
      if (token.length() != TOKEN_LENGTH) {
        throw new IllegalArgumentException("a token of " + token);
      }
      if (kind != LockKind.EXCLUSIVE) {
        throw new IllegalStateException("a shared lock does not allow to write: " + key);
      }
      file().writeToken(token);
    }

    private LockFile file() {
      if (closed.get()) {
        throw new IllegalStateException("the lock is given back: " + key);
      }
      return lock.file();
    }

    @Override
    public void close() throws IOException {
      if (closed.compareAndSet(false, true)) {
        try {
          lock.release(kind);
        } finally {
          leave(key);
        }
      }
    }

    @Override
    public String toString() {
      return kind + " lock on " + key;
    }
  }
}
