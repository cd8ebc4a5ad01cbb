package dev.stowage.linux;

import java.lang.foreign.MemorySegment;

/// The change of a mode by name, without following a link.
///
/// Linux 6.6 has a call for it; before, the way is to hold the file by a descriptor that only names
/// it and to change the mode through `/proc`, where a link must be refused by hand.
final class ModeChange {
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static volatile Way way = Way.CALL;

  private enum Way {
    CALL,
    PROC
  }

  private ModeChange() {}

  /// 0 or a negated error number; "not supported" for a symbolic link.
  static int apply(Scratch scratch, int directory, MemorySegment name, int mode) {
    if (way == Way.CALL) {
      int result = FileCalls.fchmodat2(scratch.state, directory, name, mode, AT_SYMLINK_NOFOLLOW);
      if (result != -Errno.ENOSYS && result != -Errno.EPERM) {
        return result;
      }
      if (result == -Errno.ENOSYS) {
        way = Way.PROC;
      }
    }
    return throughProc(scratch, directory, name, mode);
  }

  /// Also the second opinion on "not permitted", which old sandboxes answer to calls they do not
  /// know.
  static int throughProc(Scratch scratch, int directory, MemorySegment name, int mode) {
    int flags = OpenFlags.PLACE_ONLY | OpenFlags.NO_FOLLOW | OpenFlags.CLOSE_ON_EXEC;
    int descriptor = FileCalls.openat(scratch.state, directory, name, flags, 0);
    if (descriptor < 0) {
      return descriptor;
    }
    try {
      int asked = scratch.askFacts(descriptor);
      if (asked < 0) {
        return asked;
      }
      if (scratch.facts().kind() == FileKind.SYMBOLIC_LINK) {
        return -Errno.EOPNOTSUPP;
      }
      MemorySegment proc = scratch.descriptorPath(descriptor);
      return FileCalls.chmod(scratch.state, proc, mode);
    } finally {
      int _ = FileCalls.close(scratch.state, descriptor);
    }
  }
}
