package dev.stowage.linux;

/// The flags of open(2) on 64-bit Linux.
final class OpenFlags {
  static final int READ = 0;
  static final int WRITE = 01;
  static final int READ_WRITE = 02;
  static final int CREATE = 0100;

  /// Create, and fail if there is anything under the name, be it a dangling link.
  static final int CREATE_NEW = 0300;

  static final int NONBLOCK = 04000;
  static final int CLOSE_ON_EXEC = 02000000;

  /// The descriptor names a place and can do nothing with its content.
  static final int PLACE_ONLY = 0x200000;

  private static final boolean ARM = System.getProperty("os.arch", "").equals("aarch64");

  /// Fail if it is no directory. Arm numbers this one and the next differently.
  static final int DIRECTORY = ARM ? 040000 : 0200000;

  static final int NO_FOLLOW = ARM ? 0100000 : 0400000;

  private OpenFlags() {}
}
