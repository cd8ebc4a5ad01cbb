package dev.stowage.model;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// JSON as text: compact or over several lines.
final class JsonText {
  private JsonText() {}

  static String compact(Json value) {
    StringBuilder out = new StringBuilder();
    write(value, out, null, 0);
    return out.toString();
  }

  static String pretty(Json value, String indent) {
    StringBuilder out = new StringBuilder();
    write(value, out, indent, 0);
    return out.toString();
  }

  static Bytes records(List<Json> records) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write('[');
    boolean first = true;
    for (Json record : records) {
      if (!first) {
        out.write(',');
      }
      first = false;
      if (record instanceof Json.Obj object && object.fields() instanceof JsonFields fields) {
        fields.writeTo(out);
      } else {
        out.writeBytes(compact(record).getBytes(StandardCharsets.UTF_8));
      }
    }
    out.write(']');
    return Bytes.owning(out.toByteArray());
  }

  private static void write(Json value, StringBuilder out, @Nullable String indent, int depth) {
    if (value instanceof Json.Str text) {
      quote(text.value(), out);
    } else if (value instanceof Json.Num number) {
      out.append(number.text());
    } else if (value instanceof Json.Bool truth) {
      out.append(truth.value());
    } else if (value instanceof Json.Arr array) {
      writeItems(array, out, indent, depth);
    } else if (value instanceof Json.Obj object) {
      writeFields(object, out, indent, depth);
    } else {
      out.append("null");
    }
  }

  private static void writeItems(
      Json.Arr array, StringBuilder out, @Nullable String indent, int depth) {
    out.append('[');
    boolean first = true;
    for (Json item : array.items()) {
      separate(out, indent, depth + 1, first);
      first = false;
      write(item, out, indent, depth + 1);
    }
    close(out, indent, depth, first);
    out.append(']');
  }

  private static void writeFields(
      Json.Obj object, StringBuilder out, @Nullable String indent, int depth) {
    out.append('{');
    boolean first = true;
    for (Map.Entry<String, Json> field : object.fields().entrySet()) {
      separate(out, indent, depth + 1, first);
      first = false;
      quote(field.getKey(), out);
      out.append(indent == null ? ":" : ": ");
      write(field.getValue(), out, indent, depth + 1);
    }
    close(out, indent, depth, first);
    out.append('}');
  }

  private static void separate(
      StringBuilder out, @Nullable String indent, int depth, boolean first) {
    if (!first) {
      out.append(',');
    }
    newLine(out, indent, depth);
  }

  private static void close(StringBuilder out, @Nullable String indent, int depth, boolean empty) {
    if (!empty) {
      newLine(out, indent, depth);
    }
  }

  private static void newLine(StringBuilder out, @Nullable String indent, int depth) {
    if (indent != null) {
      out.append('\n');
      for (int i = 0; i < depth; i++) {
        out.append(indent);
      }
    }
  }

  /// Quotes as Go's encoding/json does by default, so that files written here differ from the
  /// peers' in nothing.
  private static void quote(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '<', '>', '&', '\u2028', '\u2029' -> escape(c, out);
        default -> {
          if (c < 0x20) {
            escape(c, out);
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  private static void escape(char c, StringBuilder out) {
    out.append("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
      out.append(Character.forDigit((c >> shift) & 0xf, 16));
    }
  }
}
