package dev.stowage.linux;

import static dev.stowage.linux.NativeCall.INT;
import static dev.stowage.linux.NativeCall.LONG;
import static dev.stowage.linux.NativeCall.POINTER;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// The C library's functions about mounts and file systems.
///
/// They behave like [FileCalls].
final class MountCalls {
  private static final MethodHandle OPEN = NativeCall.variadicIntCall("open", 2, POINTER, INT, INT);
  private static final MethodHandle CLOSE = NativeCall.intCall("close", INT);
  private static final MethodHandle UNSHARE = NativeCall.intCall("unshare", INT);
  private static final MethodHandle CHDIR = NativeCall.intCall("chdir", POINTER);
  private static final MethodHandle MOUNT =
      NativeCall.intCall("mount", POINTER, POINTER, POINTER, LONG, POINTER);
  private static final MethodHandle UNMOUNT = NativeCall.intCall("umount2", POINTER, INT);
  private static final MethodHandle STATFS = NativeCall.intCall("statfs", POINTER, POINTER);

  private MountCalls() {}

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

  static int unshare(MemorySegment state, int flags) {
    try {
      int result;
      do {
        result = NativeCall.settle((int) UNSHARE.invokeExact(state, flags), state);
      } while (result == -Errno.EINTR);
      return result;
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }

  static int chdir(MemorySegment state, MemorySegment path) {
    try {
      int result;
      do {
        result = NativeCall.settle((int) CHDIR.invokeExact(state, path), state);
      } while (result == -Errno.EINTR);
      return result;
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }

  static int mount(
      MemorySegment state,
      MemorySegment source,
      MemorySegment target,
      MemorySegment type,
      long flags,
      MemorySegment options) {
    try {
      int result;
      do {
        result =
            NativeCall.settle(
                (int) MOUNT.invokeExact(state, source, target, type, flags, options), state);
      } while (result == -Errno.EINTR);
      return result;
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }

  static int unmount(MemorySegment state, MemorySegment target, int flags) {
    try {
      int result;
      do {
        result = NativeCall.settle((int) UNMOUNT.invokeExact(state, target, flags), state);
      } while (result == -Errno.EINTR);
      return result;
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }

  static int statfs(MemorySegment state, MemorySegment path, MemorySegment facts) {
    try {
      int result;
      do {
        result = NativeCall.settle((int) STATFS.invokeExact(state, path, facts), state);
      } while (result == -Errno.EINTR);
      return result;
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }
}
