package dev.stowage.cli.template;

import dev.stowage.model.Json;

/// JSON that leaves `<`, `>` and `&` as they are, which is what the peers print for people.
public final class PlainJson {
  private PlainJson() {}

  static String compact(Json value) {
    return plain(value.compact());
  }

  /// The value over several lines.
  public static String pretty(Json value, String indent) {
    return plain(value.pretty(indent));
  }

  private static String plain(String escaped) {
    if (escaped.indexOf("\\u00") < 0) {
      return escaped;
    }
    StringBuilder out = new StringBuilder(escaped.length());
    int at = 0;
    while (at < escaped.length()) {
      char c = escaped.charAt(at);
      if (c != '\\') {
        out.append(c);
        at++;
        continue;
      }
      if (escaped.startsWith("\\u003c", at)) {
        out.append('<');
        at += 6;
      } else if (escaped.startsWith("\\u003e", at)) {
        out.append('>');
        at += 6;
      } else if (escaped.startsWith("\\u0026", at)) {
        out.append('&');
        at += 6;
      } else {
        out.append(c).append(escaped.charAt(at + 1));
        at += 2;
      }
    }
    return out.toString();
  }
}
