package dev.stowage.archive;

import dev.stowage.linux.FileNames;
import dev.stowage.model.MalformedException;

/// Where the names in an archive lead: relative paths without `.`, `..`, empty components and
/// slashes at either end, as [dev.stowage.linux.Directory] wants them.
///
/// Absolute names are taken as beneath the root of the layer.
final class EntryPath {
  /// The longest name, in bytes: what Linux accepts as a path.
  static final int LONGEST = 4095;

  private EntryPath() {}

  /// @return the empty path for the root
  /// @throws MalformedException if the name climbs above the root
  static String within(String name) throws MalformedException {
    if (name.length() > LONGEST / 3 && FileNames.bytes(name).length > LONGEST) {
      throw new MalformedException("a name is longer than " + LONGEST + " bytes");
    }
    if (isClean(name)) {
      return name;
    }
    StringBuilder path = new StringBuilder(name.length());
    int start = 0;
    for (int i = 0; i <= name.length(); i++) {
      if (i == name.length() || name.charAt(i) == '/') {
        if (name.startsWith("..", start) && i - start == 2) {
          if (path.isEmpty()) {
            throw new MalformedException(
                "the name " + Shown.name(name) + " leads out of the layer");
          }
          path.setLength(Math.max(0, path.lastIndexOf("/")));
        } else if (i > start && !(i - start == 1 && name.charAt(start) == '.')) {
          if (!path.isEmpty()) {
            path.append('/');
          }
          path.append(name, start, i);
        }
        start = i + 1;
      }
    }
    return path.toString();
  }

  private static boolean isClean(String name) {
    int start = 0;
    for (int i = 0; i <= name.length(); i++) {
      if (i == name.length() || name.charAt(i) == '/') {
        if (i == start || (name.charAt(start) == '.' && isDots(name, start, i))) {
          return false;
        }
        start = i + 1;
      }
    }
    return true;
  }

  private static boolean isDots(String name, int start, int end) {
    return end - start == 1 || (end - start == 2 && name.charAt(start + 1) == '.');
  }

  /// The path of the directory that holds another path; empty for what lies in the root.
  static String parent(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('/')));
  }

  /// The last component of a path.
  static String base(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /// A name in the directory at a path.
  static String join(String directory, String name) {
    return directory.isEmpty() ? name : directory + "/" + name;
  }
}
