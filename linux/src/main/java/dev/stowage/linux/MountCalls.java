package dev.stowage.linux;

import java.lang.foreign.MemorySegment;

/// The C library's functions about mounts and file systems.
///
/// They behave like [FileCalls].
final class MountCalls {
  private static final NativeFunction OPEN = NativeFunction.named("open");
  private static final NativeFunction CLOSE = NativeFunction.named("close");
  private static final NativeFunction UNSHARE = NativeFunction.named("unshare");
  private static final NativeFunction CHDIR = NativeFunction.named("chdir");
  private static final NativeFunction MOUNT = NativeFunction.named("mount");
  private static final NativeFunction UNMOUNT = NativeFunction.named("umount2");
  private static final NativeFunction STATFS = NativeFunction.named("statfs");

  private MountCalls() {}

  static int open(MemorySegment state, MemorySegment path, int flags, int mode) {
    return OPEN.call(state, path.address(), flags, mode);
  }

  static int close(MemorySegment state, int descriptor) {
    return CLOSE.once(state, descriptor, 0, 0, 0, 0, 0);
  }

  static int unshare(MemorySegment state, int flags) {
    return UNSHARE.call(state, flags);
  }

  static int chdir(MemorySegment state, MemorySegment path) {
    return CHDIR.call(state, path.address());
  }

  static int mount(
      MemorySegment state,
      MemorySegment source,
      MemorySegment target,
      MemorySegment type,
      long flags,
      MemorySegment options) {
    return MOUNT.call(
        state, source.address(), target.address(), type.address(), flags, options.address());
  }

  static int unmount(MemorySegment state, MemorySegment target, int flags) {
    return UNMOUNT.call(state, target.address(), flags);
  }

  static int statfs(MemorySegment state, MemorySegment path, MemorySegment facts) {
    return STATFS.call(state, path.address(), facts.address());
  }
}
