package dev.stowage.config;

import java.util.Map;

/// Puts the values of variables into a text that names them as a shell does, `$NAME` or `${NAME}`.
final class Variables {
  private Variables() {}

  /// The text with each variable's value in the place of its name, nothing for one that is not set.
  static String expand(String text, Map<String, String> environment) {
    if (text.indexOf('$') < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c != '$' || at + 1 == text.length()) {
        out.append(c);
        at++;
        continue;
      }
      int end;
      String name;
      if (text.charAt(at + 1) == '{') {
        int brace = text.indexOf('}', at + 2);
        // What has no end or no name is no variable, and vanishes as it does with the peers.
        end = brace < 0 ? at + 2 : brace + 1;
        name = brace < 0 ? "" : text.substring(at + 2, brace);
      } else {
        end = at + 1;
        while (end < text.length() && isNamePart(text.charAt(end))) {
          end++;
        }
        name = text.substring(at + 1, end);
        if (name.isEmpty()) {
          out.append('$');
        }
      }
      out.append(environment.getOrDefault(name, ""));
      at = end;
    }
    return out.toString();
  }

  private static boolean isNamePart(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  }
}
