package dev.stowage.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The mounts this process sees at one moment, in the order of the kernel: parents before children.
///
/// Read without native calls.
public record MountTable(List<MountPoint> mounts) {
  /// The kernel allows 100,000 mounts, and a line with 500 layers takes 8 KiB at most.
  private static final int LIMIT = 512 * 1024 * 1024;

  private static final int FIELDS_BEFORE_OPTIONAL = 6;

  public MountTable {
    mounts = List.copyOf(mounts);
  }

  public static MountTable read() throws IOException {
    try (var in = Files.newInputStream(Path.of("/proc/self/mountinfo"))) {
      return parse(new String(in.readNBytes(LIMIT), StandardCharsets.UTF_8));
    }
  }

  /// The mount seen at exactly this path: the last one if several lie over each other.
  public Optional<MountPoint> at(Path target) {
    for (int i = mounts.size() - 1; i >= 0; i--) {
      if (mounts.get(i).target().equals(target)) {
        return Optional.of(mounts.get(i));
      }
    }
    return Optional.empty();
  }

  static MountTable parse(String text) {
    List<MountPoint> mounts = new ArrayList<>();
    int start = 0;
    while (start < text.length()) {
      int end = text.indexOf('\n', start);
      end = end < 0 ? text.length() : end;
      MountPoint mount = parseLine(fields(text.substring(start, end)));
      if (mount != null) {
        mounts.add(mount);
      }
      start = end + 1;
    }
    return new MountTable(mounts);
  }

  private static List<String> fields(String line) {
    List<String> fields = new ArrayList<>();
    int start = 0;
    while (start <= line.length()) {
      int end = line.indexOf(' ', start);
      end = end < 0 ? line.length() : end;
      fields.add(line.substring(start, end));
      start = end + 1;
    }
    return fields;
  }

  /// A line that is cut off says nothing.
  private static @org.jspecify.annotations.Nullable MountPoint parseLine(List<String> fields) {
    int separator = fields.size() <= FIELDS_BEFORE_OPTIONAL ? -1 : fields.indexOf("-");
    if (separator < FIELDS_BEFORE_OPTIONAL || fields.size() < separator + 4) {
      return null;
    }
    try {
      return new MountPoint(
          Integer.parseInt(fields.get(0)),
          Integer.parseInt(fields.get(1)),
          unescape(fields.get(3)),
          Path.of(unescape(fields.get(4))),
          fields.get(5),
          fields.get(separator + 1),
          unescape(fields.get(separator + 2)),
          unescape(fields.get(separator + 3)));
    } catch (NumberFormatException | java.nio.file.InvalidPathException e) {
      return null;
    }
  }

  /// Space, tab, newline and backslash are written as a backslash and three octal digits.
  private static String unescape(String text) {
    int at = text.indexOf('\\');
    if (at < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 3 < text.length() && isOctal(text, i + 1)) {
        out.append((char) Integer.parseInt(text.substring(i + 1, i + 4), 8));
        i += 3;
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  private static boolean isOctal(String text, int start) {
    for (int i = start; i < start + 3; i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '7') {
        return false;
      }
    }
    return true;
  }
}
