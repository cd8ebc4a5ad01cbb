package dev.stowage.linux;

import dev.stowage.model.Bytes;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/// A lock file under an open-file-description lock: fcntl_locking(2), `F_OFD_SETLK`.
///
/// ```
/// struct flock: type 0 (s16), whence 2 (s16), start 8 (s64), length 16 (s64; 0 = to the end), pid 24 (s32)
/// ```
final class OpenFileLockFile implements LockFile {
  private static final int F_OFD_SETLK = 37;
  private static final int F_OFD_SETLKW = 38;
  private static final short F_RDLCK = 0;
  private static final short F_WRLCK = 1;
  private static final int FLOCK_SIZE = 32;

  private final Path file;
  private final int descriptor;
  private final LockKind kind;

  private OpenFileLockFile(Path file, int descriptor, LockKind kind) {
    this.file = file;
    this.descriptor = descriptor;
    this.kind = kind;
  }

  static LockFile open(Path file, LockKind kind) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(NativeFunction.state());
      byte[] name = FileNames.bytes(file.toString());
      MemorySegment path = arena.allocate(name.length + 1L);
      MemorySegment.copy(name, 0, path, ValueLayout.JAVA_BYTE, 0, name.length);
      int flags = OpenFlags.READ_WRITE | OpenFlags.CREATE | OpenFlags.CLOSE_ON_EXEC;
      int result = LockCalls.open(state, path, flags, Mode.SHARED_FILE.bits());
      if (kind == LockKind.SHARED && (result == -Errno.EACCES || result == -Errno.EROFS)) {
        int readOnly = OpenFlags.READ | OpenFlags.CLOSE_ON_EXEC;
        result = LockCalls.open(state, path, readOnly, 0);
      }
      if (result < 0) {
        throw Errno.exception(-result, file.toString());
      }
      return new OpenFileLockFile(file, result, kind);
    }
  }

  @Override
  public Answer tryLock() throws IOException {
    return ask(F_OFD_SETLK);
  }

  @Override
  public void waitForLock() throws IOException {
    if (ask(F_OFD_SETLKW) == Answer.BUSY) {
      throw new FileSystemException(file.toString(), null, "the kernel does not wait for the lock");
    }
  }

  /// Nothing wakes the waiting thread; it closes the file when the lock comes to it.
  @Override
  public void abandon() {}

  private Answer ask(int command) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(NativeFunction.state());
      MemorySegment wish = arena.allocate(FLOCK_SIZE, 8);
      wish.set(ValueLayout.JAVA_SHORT, 0, kind == LockKind.SHARED ? F_RDLCK : F_WRLCK);
      int result = LockCalls.lock(state, descriptor, command, wish);
      if (result == -Errno.EAGAIN || result == -Errno.EACCES) {
        return Answer.BUSY;
      }
      check(result);
      return Answer.GRANTED;
    }
  }

  @Override
  public Bytes token() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(NativeFunction.state());
      MemorySegment bytes = arena.allocate(HeldLock.TOKEN_LENGTH);
      long length = LockCalls.readAt(state, descriptor, bytes, HeldLock.TOKEN_LENGTH, 0);
      check(length);
      return Bytes.owning(bytes.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
    }
  }

  @Override
  public void writeToken(Bytes token) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(NativeFunction.state());
      MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, token.toArray());
      long length = LockCalls.writeAt(state, descriptor, bytes, token.length(), 0);
      check(length);
      if (length != token.length()) {
        throw new FileSystemException(file.toString(), null, Errno.text(Errno.ENOSPC));
      }
    }
  }

  @Override
  public void close() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      int result = LockCalls.close(arena.allocate(NativeFunction.state()), descriptor);
      if (result != -Errno.EINTR) {
        check(result);
      }
    }
  }

  private void check(long result) throws IOException {
    if (result < 0) {
      throw Errno.exception((int) -result, file.toString());
    }
  }
}
