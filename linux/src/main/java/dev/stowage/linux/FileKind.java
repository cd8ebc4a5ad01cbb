package dev.stowage.linux;

/// What sort of thing a name in a directory stands for.
public enum FileKind {
  REGULAR(0100000, 8),
  DIRECTORY(0040000, 4),
  SYMBOLIC_LINK(0120000, 10),
  CHARACTER_DEVICE(0020000, 2),
  BLOCK_DEVICE(0060000, 6),
  FIFO(0010000, 1),
  SOCKET(0140000, 12);

  private static final FileKind[] ALL = values();
  private static final int MASK = 0170000;

  private final int modeBits;
  private final int directoryType;

  FileKind(int modeBits, int directoryType) {
    this.modeBits = modeBits;
    this.directoryType = directoryType;
  }

  /// The bits that say so in `st_mode`.
  public int modeBits() {
    return modeBits;
  }

  /// The kind in an `st_mode`.
  public static FileKind ofMode(int mode) {
    for (FileKind kind : ALL) {
      if (kind.modeBits == (mode & MASK)) {
        return kind;
      }
    }
    throw new IllegalArgumentException("no kind of file: 0" + Integer.toOctalString(mode));
  }

  /// Whether a directory entry's `d_type` says this kind.
  boolean hasDirectoryType(int type) {
    return directoryType == type;
  }

  static FileKind[] all() {
    return ALL;
  }
}
