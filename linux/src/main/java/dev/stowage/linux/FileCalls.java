package dev.stowage.linux;

import java.lang.foreign.MemorySegment;

/// The C library's functions on files, named as there where they have names worth keeping.
///
/// Each takes the segment for `errno` first, starts again when a signal interrupts it, and returns
/// its result or the negated error number. `close` is not repeated: the descriptor is gone either
/// way.
final class FileCalls {
  private static final NativeFunction OPENAT = NativeFunction.named("openat");
  private static final NativeFunction SYSTEM_CALL = NativeFunction.named("syscall");
  private static final NativeFunction CLOSE = NativeFunction.named("close");
  private static final NativeFunction WRITE = NativeFunction.named("write");
  private static final NativeFunction READ = NativeFunction.named("read");
  private static final NativeFunction SEEK = NativeFunction.named("lseek");
  private static final NativeFunction TRUNCATE = NativeFunction.named("ftruncate");
  private static final NativeFunction SYNC = NativeFunction.named("fsync");
  private static final NativeFunction SYNC_RANGE = NativeFunction.named("sync_file_range");
  private static final NativeFunction SYNC_FILE_SYSTEM = NativeFunction.named("syncfs");
  private static final NativeFunction FCHOWN = NativeFunction.named("fchown");
  private static final NativeFunction FCHMOD = NativeFunction.named("fchmod");
  private static final NativeFunction FUTIMENS = NativeFunction.named("futimens");
  private static final NativeFunction FSETXATTR = NativeFunction.named("fsetxattr");
  private static final NativeFunction IOCTL = NativeFunction.named("ioctl");
  private static final NativeFunction COPY_FILE_RANGE = NativeFunction.named("copy_file_range");
  private static final NativeFunction MKDIRAT = NativeFunction.named("mkdirat");
  private static final NativeFunction SYMLINKAT = NativeFunction.named("symlinkat");
  private static final NativeFunction LINKAT = NativeFunction.named("linkat");
  private static final NativeFunction MKNODAT = NativeFunction.named("mknodat");
  private static final NativeFunction RENAMEAT = NativeFunction.named("renameat");
  private static final NativeFunction UNLINKAT = NativeFunction.named("unlinkat");
  private static final NativeFunction STATX = NativeFunction.named("statx");
  private static final NativeFunction FCHOWNAT = NativeFunction.named("fchownat");
  private static final NativeFunction CHMOD = NativeFunction.named("chmod");
  private static final NativeFunction UTIMENSAT = NativeFunction.named("utimensat");
  private static final NativeFunction READLINKAT = NativeFunction.named("readlinkat");
  private static final NativeFunction READ_ENTRIES = NativeFunction.named("getdents64");
  private static final NativeFunction LSETXATTR = NativeFunction.named("lsetxattr");
  private static final NativeFunction LGETXATTR = NativeFunction.named("lgetxattr");
  private static final NativeFunction LLISTXATTR = NativeFunction.named("llistxattr");
  private static final NativeFunction LREMOVEXATTR = NativeFunction.named("lremovexattr");
  private static final NativeFunction FSTATFS = NativeFunction.named("fstatfs");

  private FileCalls() {}

  static int openat(MemorySegment state, int directory, MemorySegment path, int flags, int mode) {
    return OPENAT.call(state, directory, path.address(), flags, mode);
  }

  /// System call 437 on every architecture.
  static int openBeneath(
      MemorySegment state, int directory, MemorySegment path, MemorySegment how, long size) {
    return SYSTEM_CALL.call(state, 437, directory, path.address(), how.address(), size);
  }

  static int close(MemorySegment state, int descriptor) {
    return CLOSE.once(state, descriptor, 0, 0, 0, 0, 0);
  }

  static long write(MemorySegment state, int descriptor, MemorySegment bytes, long length) {
    return WRITE.measure(state, descriptor, bytes.address(), length);
  }

  static long read(MemorySegment state, int descriptor, MemorySegment bytes, long length) {
    return READ.measure(state, descriptor, bytes.address(), length);
  }

  static long seek(MemorySegment state, int descriptor, long offset, int whence) {
    return SEEK.measure(state, descriptor, offset, whence);
  }

  static int truncate(MemorySegment state, int descriptor, long length) {
    return TRUNCATE.call(state, descriptor, length);
  }

  static int sync(MemorySegment state, int descriptor) {
    return SYNC.call(state, descriptor);
  }

  static int syncRange(MemorySegment state, int descriptor, long offset, long length, int flags) {
    return SYNC_RANGE.call(state, descriptor, offset, length, flags);
  }

  static int syncFileSystem(MemorySegment state, int descriptor) {
    return SYNC_FILE_SYSTEM.call(state, descriptor);
  }

  static int fchown(MemorySegment state, int descriptor, int uid, int gid) {
    return FCHOWN.call(state, descriptor, uid, gid);
  }

  static int fchmod(MemorySegment state, int descriptor, int mode) {
    return FCHMOD.call(state, descriptor, mode);
  }

  static int futimens(MemorySegment state, int descriptor, MemorySegment times) {
    return FUTIMENS.call(state, descriptor, times.address());
  }

  static int fsetxattr(
      MemorySegment state,
      int descriptor,
      MemorySegment name,
      MemorySegment value,
      long length,
      int flags) {
    return FSETXATTR.call(state, descriptor, name.address(), value.address(), length, flags);
  }

  static int ioctl(MemorySegment state, int descriptor, long request, long argument) {
    return IOCTL.call(state, descriptor, request, argument);
  }

  static long copyFileRange(
      MemorySegment state,
      int from,
      MemorySegment fromOffset,
      int to,
      MemorySegment toOffset,
      long length,
      int flags) {
    return COPY_FILE_RANGE.measure(
        state, from, fromOffset.address(), to, toOffset.address(), length, flags);
  }

  static int mkdirat(MemorySegment state, int directory, MemorySegment path, int mode) {
    return MKDIRAT.call(state, directory, path.address(), mode);
  }

  static int symlinkat(
      MemorySegment state, MemorySegment target, int directory, MemorySegment path) {
    return SYMLINKAT.call(state, target.address(), directory, path.address());
  }

  static int linkat(
      MemorySegment state,
      int fromDirectory,
      MemorySegment from,
      int toDirectory,
      MemorySegment to,
      int flags) {
    return LINKAT.call(state, fromDirectory, from.address(), toDirectory, to.address(), flags);
  }

  static int mknodat(
      MemorySegment state, int directory, MemorySegment path, int mode, long device) {
    return MKNODAT.call(state, directory, path.address(), mode, device);
  }

  static int renameat(
      MemorySegment state,
      int fromDirectory,
      MemorySegment from,
      int toDirectory,
      MemorySegment to) {
    return RENAMEAT.call(state, fromDirectory, from.address(), toDirectory, to.address());
  }

  static int unlinkat(MemorySegment state, int directory, MemorySegment path, int flags) {
    return UNLINKAT.call(state, directory, path.address(), flags);
  }

  static int statx(
      MemorySegment state,
      int directory,
      MemorySegment path,
      int flags,
      int mask,
      MemorySegment facts) {
    return STATX.call(state, directory, path.address(), flags, mask, facts.address());
  }

  static int fchownat(
      MemorySegment state, int directory, MemorySegment path, int uid, int gid, int flags) {
    return FCHOWNAT.call(state, directory, path.address(), uid, gid, flags);
  }

  /// System call 452 on every architecture.
  static int fchmodat2(
      MemorySegment state, int directory, MemorySegment path, int mode, int flags) {
    return SYSTEM_CALL.call(state, 452, directory, path.address(), mode, flags);
  }

  static int chmod(MemorySegment state, MemorySegment path, int mode) {
    return CHMOD.call(state, path.address(), mode);
  }

  static int utimensat(
      MemorySegment state, int directory, MemorySegment path, MemorySegment times, int flags) {
    return UTIMENSAT.call(state, directory, path.address(), times.address(), flags);
  }

  static long readlinkat(
      MemorySegment state, int directory, MemorySegment path, MemorySegment target, long size) {
    return READLINKAT.measure(state, directory, path.address(), target.address(), size);
  }

  static long readEntries(MemorySegment state, int descriptor, MemorySegment entries, long size) {
    return READ_ENTRIES.measure(state, descriptor, entries.address(), size);
  }

  static int lsetxattr(
      MemorySegment state,
      MemorySegment path,
      MemorySegment name,
      MemorySegment value,
      long length,
      int flags) {
    return LSETXATTR.call(state, path.address(), name.address(), value.address(), length, flags);
  }

  static long lgetxattr(
      MemorySegment state, MemorySegment path, MemorySegment name, MemorySegment value, long size) {
    return LGETXATTR.measure(state, path.address(), name.address(), value.address(), size);
  }

  static long llistxattr(MemorySegment state, MemorySegment path, MemorySegment names, long size) {
    return LLISTXATTR.measure(state, path.address(), names.address(), size);
  }

  static int lremovexattr(MemorySegment state, MemorySegment path, MemorySegment name) {
    return LREMOVEXATTR.call(state, path.address(), name.address());
  }

  static int fstatfs(MemorySegment state, int descriptor, MemorySegment facts) {
    return FSTATFS.call(state, descriptor, facts.address());
  }
}
