package dev.stowage.model;

/// The rules that IDs of the store share.
final class Identifiers {
  private static final int LONGEST = 255;

  private Identifiers() {}

  /// Whether the text may stand as one component of a path: IDs become file names.
  static boolean isSafeName(String text) {
    if (text.isEmpty() || text.length() > LONGEST || text.charAt(0) == '.') {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '/' || c <= ' ' || c == 0x7f) {
        return false;
      }
    }
    return true;
  }
}
