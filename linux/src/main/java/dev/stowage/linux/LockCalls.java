package dev.stowage.linux;

import java.lang.foreign.MemorySegment;

/// The C library's functions that a lock needs, apart from the others so that a lock alone starts
/// quickly.
///
/// They behave like [FileCalls].
final class LockCalls {
  private static final NativeFunction OPEN = NativeFunction.named("open");
  private static final NativeFunction CLOSE = NativeFunction.named("close");
  private static final NativeFunction LOCK = NativeFunction.named("fcntl");
  private static final NativeFunction READ_AT = NativeFunction.named("pread");
  private static final NativeFunction WRITE_AT = NativeFunction.named("pwrite");

  private LockCalls() {}

  static int open(MemorySegment state, MemorySegment path, int flags, int mode) {
    return OPEN.call(state, path.address(), flags, mode);
  }

  static int close(MemorySegment state, int descriptor) {
    return CLOSE.once(state, descriptor, 0, 0, 0, 0, 0);
  }

  static int lock(MemorySegment state, int descriptor, int command, MemorySegment wish) {
    return LOCK.call(state, descriptor, command, wish.address());
  }

  static long readAt(
      MemorySegment state, int descriptor, MemorySegment bytes, long length, long offset) {
    return READ_AT.measure(state, descriptor, bytes.address(), length, offset);
  }

  static long writeAt(
      MemorySegment state, int descriptor, MemorySegment bytes, long length, long offset) {
    return WRITE_AT.measure(state, descriptor, bytes.address(), length, offset);
  }
}
