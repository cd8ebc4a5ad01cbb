package dev.stowage.cli.output;

import dev.stowage.model.Json;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// JSON written as YAML: keys in order, two spaces a level, quotes only where a text would read as
/// something else.
public final class Yaml {
  private static final String INDENT = "  ";
  private static final String SPECIAL = "-?:,[]{}#&*!|>'\"%@`";

  private Yaml() {}

  /// The document, with a line end after the last line.
  public static String of(Json value) {
    StringBuilder out = new StringBuilder();
    if (isScalar(value)) {
      out.append(scalar(value)).append('\n');
    } else {
      block(value, "", out);
    }
    return out.toString();
  }

  private static void block(Json value, String indent, StringBuilder out) {
    switch (value) {
      case Json.Obj(Map<String, Json> fields) ->
          new TreeMap<>(fields)
              .forEach(
                  (key, field) -> {
                    out.append(indent).append(text(key)).append(':');
                    value(field, indent, out);
                  });
      case Json.Arr(List<Json> items) -> {
        for (Json item : items) {
          out.append(indent).append('-');
          if (item instanceof Json.Obj(Map<String, Json> fields) && !fields.isEmpty()) {
            StringBuilder inner = new StringBuilder();
            block(item, indent + INDENT, inner);
            out.append(' ').append(inner, indent.length() + INDENT.length(), inner.length());
          } else {
            value(item, indent, out);
          }
        }
      }
      default -> out.append(indent).append(scalar(value)).append('\n');
    }
  }

  private static void value(Json value, String indent, StringBuilder out) {
    if (isScalar(value)) {
      out.append(' ').append(scalar(value)).append('\n');
    } else {
      out.append('\n');
      block(value, value instanceof Json.Obj ? indent + INDENT : indent, out);
    }
  }

  private static boolean isScalar(Json value) {
    return switch (value) {
      case Json.Obj(Map<String, Json> fields) -> fields.isEmpty();
      case Json.Arr(List<Json> items) -> items.isEmpty();
      default -> true;
    };
  }

  private static String scalar(Json value) {
    return switch (value) {
      case Json.Obj _ -> "{}";
      case Json.Arr _ -> "[]";
      case Json.Null _ -> "null";
      case Json.Bool(boolean truth) -> Boolean.toString(truth);
      case Json.Num(String number) -> number;
      case Json.Str(String text) -> text(text);
    };
  }

  private static String text(String text) {
    if (text.isEmpty()) {
      return "\"\"";
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < 0x20) {
        return Json.of(text).compact();
      }
    }
    if (readsAsNumber(text) || readsAsWord(text)) {
      return '"' + text + '"';
    }
    boolean plain =
        SPECIAL.indexOf(text.charAt(0)) < 0
            && !text.contains(": ")
            && !text.contains(" #")
            && !text.endsWith(":")
            && text.strip().length() == text.length();
    return plain || isPath(text) ? text : '\'' + text.replace("'", "''") + '\'';
  }

  private static boolean isPath(String text) {
    return text.charAt(0) == '-'
        && text.length() > 1
        && text.charAt(1) != ' '
        && !text.contains(": ");
  }

  private static boolean readsAsWord(String text) {
    return switch (text) {
      case "true",
          "false",
          "null",
          "yes",
          "no",
          "on",
          "off",
          "y",
          "n",
          "~",
          "True",
          "False",
          "Yes",
          "No" ->
          true;
      default -> false;
    };
  }

  private static boolean readsAsNumber(String text) {
    int digits = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= '0' && c <= '9') {
        digits++;
      } else if ("+-.eE_:x".indexOf(c) < 0) {
        return false;
      }
    }
    return digits > 0;
  }
}
