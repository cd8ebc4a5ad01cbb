package dev.stowage.linux;

import static dev.stowage.linux.NativeCall.INT;
import static dev.stowage.linux.NativeCall.LONG;
import static dev.stowage.linux.NativeCall.POINTER;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// The C library's functions that a lock needs, apart from the others so that a lock alone starts
/// quickly.
///
/// They behave like [FileCalls].
final class LockCalls {
  private static final MethodHandle OPEN = NativeCall.variadicIntCall("open", 2, POINTER, INT, INT);
  private static final MethodHandle CLOSE = NativeCall.intCall("close", INT);
  private static final MethodHandle LOCK =
      NativeCall.variadicIntCall("fcntl", 2, INT, INT, POINTER);
  private static final MethodHandle READ_AT =
      NativeCall.longCall("pread", INT, POINTER, LONG, LONG);
  private static final MethodHandle WRITE_AT =
      NativeCall.longCall("pwrite", INT, POINTER, LONG, LONG);

  private LockCalls() {}

  static int open(MemorySegment state, MemorySegment path, int flags, int mode) {
    try {
      int result;
      do {
        result = NativeCall.settle((int) OPEN.invokeExact(state, path, flags, mode), state);
      } while (result == -Errno.EINTR);
      return result;
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }

  static int close(MemorySegment state, int descriptor) {
    try {
      return NativeCall.settle((int) CLOSE.invokeExact(state, descriptor), state);
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }

  static int lock(MemorySegment state, int descriptor, int command, MemorySegment wish) {
    try {
      int result;
      do {
        result = NativeCall.settle((int) LOCK.invokeExact(state, descriptor, command, wish), state);
      } while (result == -Errno.EINTR);
      return result;
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }

  static long readAt(
      MemorySegment state, int descriptor, MemorySegment bytes, long length, long offset) {
    try {
      long result;
      do {
        result =
            NativeCall.settle(
                (long) READ_AT.invokeExact(state, descriptor, bytes, length, offset), state);
      } while (result == -Errno.EINTR);
      return result;
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }

  static long writeAt(
      MemorySegment state, int descriptor, MemorySegment bytes, long length, long offset) {
    try {
      long result;
      do {
        result =
            NativeCall.settle(
                (long) WRITE_AT.invokeExact(state, descriptor, bytes, length, offset), state);
      } while (result == -Errno.EINTR);
      return result;
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }
}
