package dev.stowage.archive;

/// What an entry of a tar archive stands for.
public enum EntryKind {
  REGULAR,
  HARD_LINK,
  SYMBOLIC_LINK,
  CHARACTER_DEVICE,
  BLOCK_DEVICE,
  DIRECTORY,
  FIFO,

  /// Records meant for the entries that follow; Podman and Stowage do not apply them.
  GLOBAL_HEADER,

  /// A type flag that no layer uses: continuous files, multi-volume parts, dumps.
  OTHER;

  /// The kind a type flag says; the old form of a regular file (NUL) depends on the name too.
  static EntryKind of(byte flag, String name) {
    return switch (flag) {
      case '0', 'S' -> REGULAR;
      case 0 -> name.endsWith("/") ? DIRECTORY : REGULAR;
      case '1' -> HARD_LINK;
      case '2' -> SYMBOLIC_LINK;
      case '3' -> CHARACTER_DEVICE;
      case '4' -> BLOCK_DEVICE;
      case '5' -> DIRECTORY;
      case '6' -> FIFO;
      case 'g' -> GLOBAL_HEADER;
      default -> OTHER;
    };
  }

  /// Whether a header of this type flag has no content after it, whatever size it states.
  static boolean isHeaderOnly(byte flag) {
    return flag >= '1' && flag <= '6';
  }
}
