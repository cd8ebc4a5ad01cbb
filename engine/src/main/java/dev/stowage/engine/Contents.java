package dev.stowage.engine;

import dev.stowage.config.Surroundings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What kind of contents a file has: by the end of its name, or by how it begins. What programs in
/// Go say of a file is said here, too, since its media type decides an artifact's digest.
///
/// @see <a href="https://mimesniff.spec.whatwg.org/">MIME Sniffing</a>
final class Contents {
  /// How many bytes are looked at.
  static final int HEAD = 512;

  private static final String TEXT = "text/plain; charset=utf-8";

  /// What the end of a name means where no file of the system says otherwise.
  private static final List<String> USUAL =
      List.of(
          ".avif image/avif",
          ".css text/css",
          ".gif image/gif",
          ".htm text/html",
          ".html text/html",
          ".jpeg image/jpeg",
          ".jpg image/jpeg",
          ".js text/javascript",
          ".json application/json",
          ".mjs text/javascript",
          ".pdf application/pdf",
          ".png image/png",
          ".svg image/svg+xml",
          ".wasm application/wasm",
          ".webp image/webp",
          ".xml text/xml");

  private static final List<String> TAGS =
      List.of(
          "<!DOCTYPE HTML",
          "<HTML",
          "<HEAD",
          "<SCRIPT",
          "<IFRAME",
          "<H1",
          "<DIV",
          "<FONT",
          "<TABLE",
          "<A",
          "<STYLE",
          "<TITLE",
          "<B",
          "<BODY",
          "<BR",
          "<P",
          "<!--");

  private Contents() {}

  /// A beginning that tells.
  ///
  /// @param hex its bytes; `..` stands for any
  private record Mark(String hex, String type) {
    boolean begins(byte[] head) {
      if (head.length < hex.length() / 2) {
        return false;
      }
      for (int i = 0; i < hex.length() / 2; i++) {
        String pair = hex.substring(2 * i, 2 * i + 2);
        if (!pair.equals("..") && Integer.parseInt(pair, 16) != (head[i] & 0xff)) {
          return false;
        }
      }
      return true;
    }
  }

  private static final List<Mark> MARKS =
      List.of(
          new Mark("255044462d", "application/pdf"),
          new Mark("252150532d41646f62652d", "application/postscript"),
          new Mark("feff....", "text/plain; charset=utf-16be"),
          new Mark("fffe....", "text/plain; charset=utf-16le"),
          new Mark("efbbbf..", TEXT),
          new Mark("00000100", "image/x-icon"),
          new Mark("00000200", "image/x-icon"),
          new Mark("424d", "image/bmp"),
          new Mark("474946383761", "image/gif"),
          new Mark("474946383961", "image/gif"),
          new Mark("52494646........574542505650", "image/webp"),
          new Mark("89504e470d0a1a0a", "image/png"),
          new Mark("ffd8ff", "image/jpeg"),
          new Mark("464f524d........41494646", "audio/aiff"),
          new Mark("494433", "audio/mpeg"),
          new Mark("4f67675300", "application/ogg"),
          new Mark("4d54686400000006", "audio/midi"),
          new Mark("52494646........41564920", "video/avi"),
          new Mark("52494646........57415645", "audio/wave"));

  private static final List<Mark> LATER_MARKS =
      List.of(
          new Mark("1a45dfa3", "video/webm"),
          new Mark("..".repeat(34) + "4c50", "application/vnd.ms-fontobject"),
          new Mark("00010000", "font/ttf"),
          new Mark("4f54544f", "font/otf"),
          new Mark("74746366", "font/collection"),
          new Mark("774f4646", "font/woff"),
          new Mark("774f4632", "font/woff2"),
          new Mark("1f8b08", "application/x-gzip"),
          new Mark("504b0304", "application/zip"),
          new Mark("526172211a0700", "application/x-rar-compressed"),
          new Mark("526172211a070100", "application/x-rar-compressed"),
          new Mark("0061736d", "application/wasm"));

  /// The first bytes of a file.
  static byte[] head(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(HEAD);
    }
  }

  /// The media type that contents betray, with its parameters.
  static String sniff(byte[] head) {
    int start = 0;
    while (start < head.length && isSpace(head[start])) {
      start++;
    }
    if (isHtml(head, start)) {
      return "text/html; charset=utf-8";
    }
    if (text(head, start, 5).equals("<?xml")) {
      return "text/xml; charset=utf-8";
    }
    for (Mark mark : MARKS) {
      if (mark.begins(head)) {
        return mark.type();
      }
    }
    if (isMp4(head)) {
      return "video/mp4";
    }
    for (Mark mark : LATER_MARKS) {
      if (mark.begins(head)) {
        return mark.type();
      }
    }
    for (int i = start; i < head.length; i++) {
      if (isBinary(head[i] & 0xff)) {
        return "application/octet-stream";
      }
    }
    return TEXT;
  }

  private static boolean isSpace(byte b) {
    return b == '\t' || b == '\n' || b == '\f' || b == '\r' || b == ' ';
  }

  private static boolean isBinary(int b) {
    return b <= 0x08 || b == 0x0b || b >= 0x0e && b <= 0x1a || b >= 0x1c && b <= 0x1f;
  }

  private static String text(byte[] head, int from, int length) {
    return new String(
        head, from, Math.min(length, head.length - from), StandardCharsets.ISO_8859_1);
  }

  private static boolean isHtml(byte[] head, int start) {
    for (String tag : TAGS) {
      int end = start + tag.length();
      if (end < head.length
          && text(head, start, tag.length()).toUpperCase(Locale.ROOT).equals(tag)
          && (head[end] == ' ' || head[end] == '>')) {
        return true;
      }
    }
    return false;
  }

  private static boolean isMp4(byte[] head) {
    if (head.length < 12 || !text(head, 4, 4).equals("ftyp")) {
      return false;
    }
    long box =
        (head[0] & 0xffL) << 24 | (head[1] & 0xff) << 16 | (head[2] & 0xff) << 8 | head[3] & 0xff;
    if (box > head.length || box % 4 != 0) {
      return false;
    }
    for (int at = 8; at < box; at += 4) {
      if (at != 12 && text(head, at, 3).equals("mp4")) { // at 12 stands a version
        return true;
      }
    }
    return false;
  }

  /// The media type that the end of a file's name means here, without parameters: what everybody
  /// knows, completed by the system's database or, where there is none, overruled by its tables.
  static Optional<String> byName(String name, Surroundings surroundings) throws IOException {
    int dot = name.lastIndexOf('.');
    if (dot < 0) {
      return Optional.empty();
    }
    for (String exact :
        List.of(name.substring(dot), name.substring(dot).toLowerCase(Locale.ROOT))) {
      Optional<Path> database = database(surroundings);
      Optional<String> found = database.isPresent() ? usual(exact) : inTables(exact, surroundings);
      if (found.isEmpty()) {
        found = database.isPresent() ? inDatabase(exact, database.get()) : usual(exact);
      }
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> usual(String extension) {
    for (String each : USUAL) {
      if (each.startsWith(extension + " ")) {
        return Optional.of(each.substring(extension.length() + 1));
      }
    }
    return Optional.empty();
  }

  private static Optional<Path> database(Surroundings surroundings) {
    for (String directory : List.of("/usr/local/share/mime", "/usr/share/mime")) {
      Path file = surroundings.system(directory + "/globs2");
      if (Files.isReadable(file)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }

  /// `weight:type:*.extension`, the weightiest first.
  private static Optional<String> inDatabase(String extension, Path database) throws IOException {
    for (String line : Files.readAllLines(database, StandardCharsets.ISO_8859_1)) {
      String[] fields = line.split(":", -1);
      if (!line.startsWith("#") && fields.length >= 3 && fields[2].equals("*" + extension)) {
        return Optional.of(fields[1]);
      }
    }
    return Optional.empty();
  }

  /// `type extension extension ...`, of which the last counts.
  private static Optional<String> inTables(String extension, Surroundings surroundings)
      throws IOException {
    Optional<String> found = Optional.empty();
    for (String file :
        List.of("/etc/mime.types", "/etc/apache2/mime.types", "/etc/apache/mime.types")) {
      Path types = surroundings.system(file);
      if (Files.isReadable(types)) {
        for (String line : Files.readAllLines(types, StandardCharsets.ISO_8859_1)) {
          String[] fields = line.strip().split("\\s+", -1);
          for (int i = 1; i < fields.length && !fields[0].startsWith("#"); i++) {
            if (fields[i].equals(extension.substring(1))) {
              found = Optional.of(fields[0]);
            }
          }
        }
      }
    }
    return found;
  }
}
