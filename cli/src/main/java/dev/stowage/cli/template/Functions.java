package dev.stowage.cli.template;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The functions of templates: Go's own and Podman's.
final class Functions {

  /// Whether a call failed inside the function or before it.
  enum Inside {
    YES,
    NO
  }

  /// A call that cannot be answered.
  static final class BadCall extends Exception {
    private static final long serialVersionUID = 1L;
    private final String reason;
    private final Inside inside;

    BadCall(Inside inside, String reason) {
      super(reason, null, false, false);
      this.reason = reason;
      this.inside = inside;
    }

    String reason() {
      return reason;
    }

    Inside inside() {
      return inside;
    }
  }

  /// A call with an argument of the wrong type.
  static final class BadArgument extends Exception {
    private static final long serialVersionUID = 1L;
    private final int index;
    private final String wanted;
    private final String got;

    BadArgument(int index, String wanted, Value got) {
      super("", null, false, false);
      this.index = index;
      this.wanted = wanted;
      this.got = got instanceof Value.Absent ? "" : got.typeName();
    }

    int index() {
      return index;
    }

    /// The complaint about an argument that is computed.
    String wrongType() {
      return got.isEmpty()
          ? "invalid value; expected " + wanted
          : "wrong type for value; expected " + wanted + "; got " + got;
    }

    /// The complaint about an argument that is written out.
    String wrongLiteral(String text) {
      return wanted.equals("[]string")
          ? "can't handle " + text + " for arg of type " + wanted
          : "expected " + (wanted.equals("int") ? "integer" : wanted) + "; found " + text;
    }
  }

  private static final int ANY = Integer.MAX_VALUE;

  private Functions() {}

  static boolean exists(String name) {
    return switch (name) {
      case "and",
          "call",
          "eq",
          "ge",
          "gt",
          "html",
          "index",
          "js",
          "le",
          "len",
          "lt",
          "ne",
          "not",
          "or",
          "print",
          "printf",
          "println",
          "slice",
          "urlquery" ->
          true;
      case "join", "json", "lower", "pad", "split", "title", "truncate", "upper" -> true;
      default -> false;
    };
  }

  static boolean truth(Value value) {
    return value instanceof Value.Struct || value instanceof Value.Moment || !value.isEmpty();
  }

  static Value call(String name, List<Value> arguments) throws BadCall, BadArgument {
    switch (name) {
      case "eq", "ne", "lt", "le", "gt", "ge" -> {
        return Comparison.call(name, arguments);
      }
      case "len", "not", "json", "lower", "upper", "title" -> count(name, arguments, 1, 1);
      case "join", "split", "truncate" -> count(name, arguments, 2, 2);
      case "pad" -> count(name, arguments, 3, 3);
      case "index", "slice", "call", "printf" -> count(name, arguments, 1, ANY);
      default -> {}
    }
    Value first = arguments.isEmpty() ? new Value.Absent() : arguments.getFirst();
    return switch (name) {
      case "not" -> Value.of(!truth(first));
      case "len" -> Value.of(length(first));
      case "index" -> index(arguments);
      case "slice" -> slice(arguments);
      case "call" -> throw new BadCall(Inside.YES, "non-function of type " + first.typeName());
      case "print" -> Value.of(print(arguments));
      case "println" -> Value.of(printLine(arguments));
      case "printf" ->
          Value.of(Format.print(text(arguments, 0), arguments.subList(1, arguments.size())));
      case "html" -> Value.of(html(print(arguments)));
      case "js" -> Value.of(script(print(arguments)));
      case "urlquery" -> Value.of(URLEncoder.encode(print(arguments), StandardCharsets.UTF_8));
      case "json" -> Value.of(PlainJson.compact(first.json()));
      case "lower" -> Value.of(text(arguments, 0).toLowerCase(Locale.ROOT));
      case "upper" -> Value.of(text(arguments, 0).toUpperCase(Locale.ROOT));
      case "title" -> Value.of(title(text(arguments, 0)));
      case "join" -> Value.of(join(arguments));
      case "split" -> split(text(arguments, 0), text(arguments, 1));
      case "truncate" -> Value.of(truncate(text(arguments, 0), number(arguments, 1)));
      default -> Value.of(pad(text(arguments, 0), number(arguments, 1), number(arguments, 2)));
    };
  }

  private static void count(String name, List<Value> arguments, int least, int most)
      throws BadCall {
    if (arguments.size() < least || arguments.size() > most) {
      throw new BadCall(
          Inside.NO,
          "wrong number of args for "
              + name
              + ": want "
              + (most == ANY ? "at least " : "")
              + least
              + " got "
              + arguments.size());
    }
  }

  private static String text(List<Value> arguments, int index) throws BadArgument {
    if (arguments.get(index) instanceof Value.Text(String text)) {
      return text;
    }
    throw new BadArgument(index, "string", arguments.get(index));
  }

  private static int number(List<Value> arguments, int index) throws BadArgument {
    if (arguments.get(index) instanceof Value.Whole(long number) && number == (int) number) {
      return (int) number;
    }
    throw new BadArgument(index, "int", arguments.get(index));
  }

  private static long length(Value value) throws BadCall {
    return switch (value) {
      case Value.Text(String text) -> GoText.bytes(text);
      case Value.Items(List<Value> values) -> values.size();
      case Value.Dict(Map<String, Value> values, Value _) -> values.size();
      case Value.Unset _ -> 0;
      case Value.Nil _, Value.Absent _ -> throw new BadCall(Inside.YES, "len of nil pointer");
      default -> throw new BadCall(Inside.YES, "len of type " + value.typeName());
    };
  }

  private static Value index(List<Value> arguments) throws BadCall {
    Value value = arguments.getFirst();
    for (Value key : arguments.subList(1, arguments.size())) {
      value =
          switch (value) {
            case Value.Items(List<Value> values) -> values.get(position(key, values.size() - 1));
            case Value.Text(String text) ->
                Value.of(
                    (long)
                        (text.getBytes(StandardCharsets.UTF_8)[
                                position(key, GoText.bytes(text) - 1)]
                            & 0xff));
            case Value.Dict(Map<String, Value> values, Value zero) -> {
              if (!(key instanceof Value.Text(String text))) {
                throw new BadCall(
                    Inside.YES, "value has type " + key.typeName() + "; should be string");
              }
              Value found = values.get(text);
              yield found == null ? zero : found;
            }
            case Value.Unset(Value.Unset.Shape shape) when shape == Value.Unset.Shape.MAP ->
                Value.of("");
            case Value.Unset _ ->
                throw new BadCall(Inside.YES, "index out of range: " + GoText.print(key));
            case Value.Nil _, Value.Absent _ ->
                throw new BadCall(Inside.YES, "index of untyped nil");
            default ->
                throw new BadCall(Inside.YES, "can't index item of type " + value.typeName());
          };
    }
    return value;
  }

  private static int position(Value key, int last) throws BadCall {
    if (!(key instanceof Value.Whole(long number))) {
      throw new BadCall(Inside.YES, "cannot index slice/array with type " + key.typeName());
    }
    if (number < 0 || number > last) {
      throw new BadCall(Inside.YES, "index out of range: " + number);
    }
    return (int) number;
  }

  private static Value slice(List<Value> arguments) throws BadCall, BadArgument {
    Value value = arguments.getFirst();
    int size =
        switch (value) {
          case Value.Text(String text) -> GoText.bytes(text);
          case Value.Items(List<Value> values) -> values.size();
          default -> throw new BadCall(Inside.YES, "can't slice item of type " + value.typeName());
        };
    if (arguments.size() > 3) {
      throw new BadCall(Inside.YES, "too many slice indexes: " + (arguments.size() - 1));
    }
    int from = arguments.size() > 1 ? position(arguments.get(1), size) : 0;
    int to = arguments.size() > 2 ? position(arguments.get(2), size) : size;
    if (from > to) {
      throw new BadCall(Inside.YES, "invalid slice index: " + from + " > " + to);
    }
    return switch (value) {
      case Value.Items(List<Value> values) -> new Value.Items(values.subList(from, to));
      default ->
          Value.of(
              new String(
                  text(arguments, 0).getBytes(StandardCharsets.UTF_8),
                  from,
                  to - from,
                  StandardCharsets.UTF_8));
    };
  }

  private static String print(List<Value> values) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < values.size(); i++) {
      boolean gap =
          i > 0
              && !(values.get(i) instanceof Value.Text)
              && !(values.get(i - 1) instanceof Value.Text);
      out.append(gap ? " " : "").append(GoText.print(values.get(i)));
    }
    return out.toString();
  }

  private static String printLine(List<Value> values) {
    StringBuilder out = new StringBuilder();
    String gap = "";
    for (Value value : values) {
      out.append(gap).append(GoText.print(value));
      gap = " ";
    }
    return out.append('\n').toString();
  }

  private static String html(String text) {
    return text.replace("&", "&amp;")
        .replace("'", "&#39;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&#34;");
  }

  private static String script(String text) {
    return text.replace("\\", "\\\\")
        .replace("'", "\\'")
        .replace("\"", "\\\"")
        .replace("<", "\\u003C")
        .replace(">", "\\u003E")
        .replace("&", "\\u0026")
        .replace("=", "\\u003D")
        .replace("\n", "\\u000A");
  }

  private static String title(String text) {
    StringBuilder out = new StringBuilder();
    boolean inside = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      out.append(inside ? c : Character.toTitleCase(c));
      inside =
          Character.isLetterOrDigit(c)
              || c == '_'
              || (c < 0x80 ? false : !Character.isWhitespace(c));
    }
    return out.toString();
  }

  private static String join(List<Value> arguments) throws BadArgument {
    Value first = arguments.getFirst();
    if (first instanceof Value.Unset) {
      return "";
    }
    if (!(first instanceof Value.Items(List<Value> values))) {
      throw new BadArgument(0, "[]string", first);
    }
    List<String> texts = new ArrayList<>();
    for (Value item : values) {
      if (!(item instanceof Value.Text(String text))) {
        throw new BadArgument(0, "[]string", first);
      }
      texts.add(text);
    }
    return String.join(text(arguments, 1), texts);
  }

  private static Value split(String text, String separator) {
    List<String> parts = new ArrayList<>();
    if (separator.isEmpty()) {
      text.codePoints().forEach(c -> parts.add(Character.toString(c)));
      return Value.ofTexts(parts);
    }
    int from = 0;
    for (int at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, from)) {
      parts.add(text.substring(from, at));
      from = at + separator.length();
    }
    parts.add(text.substring(from));
    return Value.ofTexts(parts);
  }

  private static String truncate(String text, int length) {
    return text.length() < length ? text : text.substring(0, Math.max(length, 0));
  }

  private static String pad(String text, int before, int after) {
    if (text.isEmpty()) {
      return text;
    }
    return " ".repeat(Math.max(before, 0)) + text + " ".repeat(Math.max(after, 0));
  }

  /// What templates ask a moment for.
  static @Nullable Value moment(Instant instant, String method) {
    return switch (method) {
      case "Unix" -> Value.of(instant.getEpochSecond());
      case "UnixNano" -> Value.of(instant.getEpochSecond() * 1_000_000_000L + instant.getNano());
      case "UnixMilli" -> Value.of(instant.toEpochMilli());
      case "String" -> Value.of(GoText.time(instant));
      case "UTC", "Local" -> Value.of(instant);
      case "Year" -> Value.of(Long.parseLong(GoText.rfc3339(instant).substring(0, 4)));
      case "IsZero" -> Value.of(GoText.rfc3339(instant).equals("0001-01-01T00:00:00Z"));
      default -> null;
    };
  }
}
