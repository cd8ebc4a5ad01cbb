package dev.stowage.archive;

/// A name from an archive as a message may show it: not too long and without control characters.
final class Shown {
  private static final int LONGEST = 200;

  private Shown() {}

  static String name(String name) {
    StringBuilder shown = new StringBuilder(name.length() + 2).append('"');
    for (int i = 0; i < name.length() && i < LONGEST; i++) {
      char c = name.charAt(i);
      shown.append(Character.isISOControl(c) || Character.isSurrogate(c) ? '?' : c);
    }
    return shown.append(name.length() > LONGEST ? "…" : "").append('"').toString();
  }
}
