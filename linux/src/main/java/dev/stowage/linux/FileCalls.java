package dev.stowage.linux;

import static dev.stowage.linux.NativeCall.INT;
import static dev.stowage.linux.NativeCall.LONG;
import static dev.stowage.linux.NativeCall.POINTER;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// The C library's functions on files, named as there where they have names worth keeping.
///
/// Each takes the segment for `errno` first, starts again when a signal interrupts it, and returns
/// its result or the negated error number. `close` is not repeated: the descriptor is gone either
/// way.
final class FileCalls {
  private static final MethodHandle OPENAT =
      NativeCall.variadicIntCall("openat", 2, INT, POINTER, INT, INT);
  private static final MethodHandle OPEN_BENEATH =
      NativeCall.systemCall(INT, POINTER, POINTER, LONG);
  private static final MethodHandle CLOSE = NativeCall.intCall("close", INT);
  private static final MethodHandle WRITE = NativeCall.longCall("write", INT, POINTER, LONG);
  private static final MethodHandle READ = NativeCall.longCall("read", INT, POINTER, LONG);
  private static final MethodHandle SEEK = NativeCall.longCall("lseek", INT, LONG, INT);
  private static final MethodHandle TRUNCATE = NativeCall.intCall("ftruncate", INT, LONG);
  private static final MethodHandle SYNC = NativeCall.intCall("fsync", INT);
  private static final MethodHandle SYNC_RANGE =
      NativeCall.intCall("sync_file_range", INT, LONG, LONG, INT);
  private static final MethodHandle SYNC_FILE_SYSTEM = NativeCall.intCall("syncfs", INT);
  private static final MethodHandle FCHOWN = NativeCall.intCall("fchown", INT, INT, INT);
  private static final MethodHandle FCHMOD = NativeCall.intCall("fchmod", INT, INT);
  private static final MethodHandle FUTIMENS = NativeCall.intCall("futimens", INT, POINTER);
  private static final MethodHandle FSETXATTR =
      NativeCall.intCall("fsetxattr", INT, POINTER, POINTER, LONG, INT);
  private static final MethodHandle IOCTL = NativeCall.variadicIntCall("ioctl", 2, INT, LONG, LONG);
  private static final MethodHandle COPY_FILE_RANGE =
      NativeCall.longCall("copy_file_range", INT, POINTER, INT, POINTER, LONG, INT);
  private static final MethodHandle MKDIRAT = NativeCall.intCall("mkdirat", INT, POINTER, INT);
  private static final MethodHandle SYMLINKAT =
      NativeCall.intCall("symlinkat", POINTER, INT, POINTER);
  private static final MethodHandle LINKAT =
      NativeCall.intCall("linkat", INT, POINTER, INT, POINTER, INT);
  private static final MethodHandle MKNODAT =
      NativeCall.intCall("mknodat", INT, POINTER, INT, LONG);
  private static final MethodHandle RENAMEAT =
      NativeCall.intCall("renameat", INT, POINTER, INT, POINTER);
  private static final MethodHandle UNLINKAT = NativeCall.intCall("unlinkat", INT, POINTER, INT);
  private static final MethodHandle STATX =
      NativeCall.intCall("statx", INT, POINTER, INT, INT, POINTER);
  private static final MethodHandle FCHOWNAT =
      NativeCall.intCall("fchownat", INT, POINTER, INT, INT, INT);
  private static final MethodHandle FCHMODAT2 = NativeCall.systemCall(INT, POINTER, INT, INT);
  private static final MethodHandle CHMOD = NativeCall.intCall("chmod", POINTER, INT);
  private static final MethodHandle UTIMENSAT =
      NativeCall.intCall("utimensat", INT, POINTER, POINTER, INT);
  private static final MethodHandle READLINKAT =
      NativeCall.longCall("readlinkat", INT, POINTER, POINTER, LONG);
  private static final MethodHandle READ_ENTRIES =
      NativeCall.longCall("getdents64", INT, POINTER, LONG);
  private static final MethodHandle LSETXATTR =
      NativeCall.intCall("lsetxattr", POINTER, POINTER, POINTER, LONG, INT);
  private static final MethodHandle LGETXATTR =
      NativeCall.longCall("lgetxattr", POINTER, POINTER, POINTER, LONG);
  private static final MethodHandle LLISTXATTR =
      NativeCall.longCall("llistxattr", POINTER, POINTER, LONG);
  private static final MethodHandle LREMOVEXATTR =
      NativeCall.intCall("lremovexattr", POINTER, POINTER);
  private static final MethodHandle FSTATFS = NativeCall.intCall("fstatfs", INT, POINTER);

  private FileCalls() {}

  static int openat(MemorySegment state, int directory, MemorySegment path, int flags, int mode) {
    try {
      int result;
      do {
        result =
            NativeCall.settle((int) OPENAT.invokeExact(state, directory, path, flags, mode), state);
      } while (result == -Errno.EINTR);
      return result;
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }

  /// System call 437 on every architecture.
  static int openBeneath(
      MemorySegment state, int directory, MemorySegment path, MemorySegment how, long size) {
    try {
      int result;
      do {
        result =
            (int)
                NativeCall.settle(
                    (long) OPEN_BENEATH.invokeExact(state, 437L, directory, path, how, size),
                    state);
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

  static long write(MemorySegment state, int descriptor, MemorySegment bytes, long length) {
    try {
      long result;
      do {
        result =
            NativeCall.settle((long) WRITE.invokeExact(state, descriptor, bytes, length), state);
      } while (result == -Errno.EINTR);
      return result;
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }

  static long read(MemorySegment state, int descriptor, MemorySegment bytes, long length) {
    try {
      long result;
      do {
        result =
            NativeCall.settle((long) READ.invokeExact(state, descriptor, bytes, length), state);
      } while (result == -Errno.EINTR);
      return result;
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }

  static long seek(MemorySegment state, int descriptor, long offset, int whence) {
    try {
      long result;
      do {
        result =
            NativeCall.settle((long) SEEK.invokeExact(state, descriptor, offset, whence), state);
      } while (result == -Errno.EINTR);
      return result;
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }

  static int truncate(MemorySegment state, int descriptor, long length) {
    try {
      int result;
      do {
        result = NativeCall.settle((int) TRUNCATE.invokeExact(state, descriptor, length), state);
      } while (result == -Errno.EINTR);
      return result;
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }

  static int sync(MemorySegment state, int descriptor) {
    try {
      int result;
      do {
        result = NativeCall.settle((int) SYNC.invokeExact(state, descriptor), state);
      } while (result == -Errno.EINTR);
      return result;
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }

  static int syncRange(MemorySegment state, int descriptor, long offset, long length, int flags) {
    try {
      int result;
      do {
        result =
            NativeCall.settle(
                (int) SYNC_RANGE.invokeExact(state, descriptor, offset, length, flags), state);
      } while (result == -Errno.EINTR);
      return result;
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }

  static int syncFileSystem(MemorySegment state, int descriptor) {
    try {
      int result;
      do {
        result = NativeCall.settle((int) SYNC_FILE_SYSTEM.invokeExact(state, descriptor), state);
      } while (result == -Errno.EINTR);
      return result;
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }

  static int fchown(MemorySegment state, int descriptor, int uid, int gid) {
    try {
      int result;
      do {
        result = NativeCall.settle((int) FCHOWN.invokeExact(state, descriptor, uid, gid), state);
      } while (result == -Errno.EINTR);
      return result;
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }

  static int fchmod(MemorySegment state, int descriptor, int mode) {
    try {
      int result;
      do {
        result = NativeCall.settle((int) FCHMOD.invokeExact(state, descriptor, mode), state);
      } while (result == -Errno.EINTR);
      return result;
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }

  static int futimens(MemorySegment state, int descriptor, MemorySegment times) {
    try {
      int result;
      do {
        result = NativeCall.settle((int) FUTIMENS.invokeExact(state, descriptor, times), state);
      } while (result == -Errno.EINTR);
      return result;
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }

  static int fsetxattr(
      MemorySegment state,
      int descriptor,
      MemorySegment name,
      MemorySegment value,
      long length,
      int flags) {
    try {
      int result;
      do {
        result =
            NativeCall.settle(
                (int) FSETXATTR.invokeExact(state, descriptor, name, value, length, flags), state);
      } while (result == -Errno.EINTR);
      return result;
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }

  static int ioctl(MemorySegment state, int descriptor, long request, long argument) {
    try {
      int result;
      do {
        result =
            NativeCall.settle((int) IOCTL.invokeExact(state, descriptor, request, argument), state);
      } while (result == -Errno.EINTR);
      return result;
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }

  static long copyFileRange(
      MemorySegment state,
      int from,
      MemorySegment fromOffset,
      int to,
      MemorySegment toOffset,
      long length,
      int flags) {
    try {
      long result;
      do {
        result =
            NativeCall.settle(
                (long)
                    COPY_FILE_RANGE.invokeExact(
                        state, from, fromOffset, to, toOffset, length, flags),
                state);
      } while (result == -Errno.EINTR);
      return result;
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }

  static int mkdirat(MemorySegment state, int directory, MemorySegment path, int mode) {
    try {
      int result;
      do {
        result = NativeCall.settle((int) MKDIRAT.invokeExact(state, directory, path, mode), state);
      } while (result == -Errno.EINTR);
      return result;
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }

  static int symlinkat(
      MemorySegment state, MemorySegment target, int directory, MemorySegment path) {
    try {
      int result;
      do {
        result =
            NativeCall.settle((int) SYMLINKAT.invokeExact(state, target, directory, path), state);
      } while (result == -Errno.EINTR);
      return result;
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }

  static int linkat(
      MemorySegment state,
      int fromDirectory,
      MemorySegment from,
      int toDirectory,
      MemorySegment to,
      int flags) {
    try {
      int result;
      do {
        result =
            NativeCall.settle(
                (int) LINKAT.invokeExact(state, fromDirectory, from, toDirectory, to, flags),
                state);
      } while (result == -Errno.EINTR);
      return result;
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }

  static int mknodat(
      MemorySegment state, int directory, MemorySegment path, int mode, long device) {
    try {
      int result;
      do {
        result =
            NativeCall.settle(
                (int) MKNODAT.invokeExact(state, directory, path, mode, device), state);
      } while (result == -Errno.EINTR);
      return result;
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }

  static int renameat(
      MemorySegment state,
      int fromDirectory,
      MemorySegment from,
      int toDirectory,
      MemorySegment to) {
    try {
      int result;
      do {
        result =
            NativeCall.settle(
                (int) RENAMEAT.invokeExact(state, fromDirectory, from, toDirectory, to), state);
      } while (result == -Errno.EINTR);
      return result;
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }

  static int unlinkat(MemorySegment state, int directory, MemorySegment path, int flags) {
    try {
      int result;
      do {
        result =
            NativeCall.settle((int) UNLINKAT.invokeExact(state, directory, path, flags), state);
      } while (result == -Errno.EINTR);
      return result;
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }

  static int statx(
      MemorySegment state,
      int directory,
      MemorySegment path,
      int flags,
      int mask,
      MemorySegment facts) {
    try {
      int result;
      do {
        result =
            NativeCall.settle(
                (int) STATX.invokeExact(state, directory, path, flags, mask, facts), state);
      } while (result == -Errno.EINTR);
      return result;
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }

  static int fchownat(
      MemorySegment state, int directory, MemorySegment path, int uid, int gid, int flags) {
    try {
      int result;
      do {
        result =
            NativeCall.settle(
                (int) FCHOWNAT.invokeExact(state, directory, path, uid, gid, flags), state);
      } while (result == -Errno.EINTR);
      return result;
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }

  /// System call 452 on every architecture.
  static int fchmodat2(
      MemorySegment state, int directory, MemorySegment path, int mode, int flags) {
    try {
      int result;
      do {
        result =
            (int)
                NativeCall.settle(
                    (long) FCHMODAT2.invokeExact(state, 452L, directory, path, mode, flags), state);
      } while (result == -Errno.EINTR);
      return result;
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }

  static int chmod(MemorySegment state, MemorySegment path, int mode) {
    try {
      int result;
      do {
        result = NativeCall.settle((int) CHMOD.invokeExact(state, path, mode), state);
      } while (result == -Errno.EINTR);
      return result;
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }

  static int utimensat(
      MemorySegment state, int directory, MemorySegment path, MemorySegment times, int flags) {
    try {
      int result;
      do {
        result =
            NativeCall.settle(
                (int) UTIMENSAT.invokeExact(state, directory, path, times, flags), state);
      } while (result == -Errno.EINTR);
      return result;
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }

  static long readlinkat(
      MemorySegment state, int directory, MemorySegment path, MemorySegment target, long size) {
    try {
      long result;
      do {
        result =
            NativeCall.settle(
                (long) READLINKAT.invokeExact(state, directory, path, target, size), state);
      } while (result == -Errno.EINTR);
      return result;
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }

  static long readEntries(MemorySegment state, int descriptor, MemorySegment entries, long size) {
    try {
      long result;
      do {
        result =
            NativeCall.settle(
                (long) READ_ENTRIES.invokeExact(state, descriptor, entries, size), state);
      } while (result == -Errno.EINTR);
      return result;
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }

  static int lsetxattr(
      MemorySegment state,
      MemorySegment path,
      MemorySegment name,
      MemorySegment value,
      long length,
      int flags) {
    try {
      int result;
      do {
        result =
            NativeCall.settle(
                (int) LSETXATTR.invokeExact(state, path, name, value, length, flags), state);
      } while (result == -Errno.EINTR);
      return result;
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }

  static long lgetxattr(
      MemorySegment state, MemorySegment path, MemorySegment name, MemorySegment value, long size) {
    try {
      long result;
      do {
        result =
            NativeCall.settle((long) LGETXATTR.invokeExact(state, path, name, value, size), state);
      } while (result == -Errno.EINTR);
      return result;
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }

  static long llistxattr(MemorySegment state, MemorySegment path, MemorySegment names, long size) {
    try {
      long result;
      do {
        result = NativeCall.settle((long) LLISTXATTR.invokeExact(state, path, names, size), state);
      } while (result == -Errno.EINTR);
      return result;
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }

  static int lremovexattr(MemorySegment state, MemorySegment path, MemorySegment name) {
    try {
      int result;
      do {
        result = NativeCall.settle((int) LREMOVEXATTR.invokeExact(state, path, name), state);
      } while (result == -Errno.EINTR);
      return result;
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }

  static int fstatfs(MemorySegment state, int descriptor, MemorySegment facts) {
    try {
      int result;
      do {
        result = NativeCall.settle((int) FSTATFS.invokeExact(state, descriptor, facts), state);
      } while (result == -Errno.EINTR);
      return result;
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }
}
