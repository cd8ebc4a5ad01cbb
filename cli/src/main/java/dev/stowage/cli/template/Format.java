package dev.stowage.cli.template;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Go's `printf`.
///
/// @see <a href="https://pkg.go.dev/fmt">fmt</a>
final class Format {
  /// A wider field would only fill memory.
  private static final int WIDTH_LIMIT = 1_000_000;

  private final String format;
  private final List<Value> arguments;
  private final StringBuilder out = new StringBuilder();
  private int at;
  private int next;

  private boolean minus;
  private boolean plus;
  private boolean sharp;
  private boolean space;
  private boolean zero;
  private int width;
  private int precision;

  private Format(String format, List<Value> arguments) {
    this.format = format;
    this.arguments = arguments;
  }

  static String print(String format, List<Value> arguments) {
    Format printer = new Format(format, arguments);
    printer.run();
    return printer.out.toString();
  }

  private void run() {
    while (at < format.length()) {
      char c = format.charAt(at++);
      if (c == '%') {
        verb();
      } else {
        out.append(c);
      }
    }
    if (next < arguments.size()) {
      out.append("%!(EXTRA ");
      String gap = "";
      for (Value extra : arguments.subList(next, arguments.size())) {
        out.append(gap).append(extra.typeName()).append('=').append(GoText.print(extra));
        gap = ", ";
      }
      out.append(')');
    }
  }

  private void verb() {
    minus = plus = sharp = space = zero = false;
    flags();
    width = number();
    if (width == -2) {
      out.append("%!(BADWIDTH)");
    } else if (width < -2) {
      minus = true;
      width = -(width + 2);
    }
    precision = -1;
    if (at < format.length() && format.charAt(at) == '.') {
      at++;
      precision = Math.max(number(), 0);
    }
    if (at >= format.length()) {
      out.append("%!(NOVERB)");
      return;
    }
    int verb = format.codePointAt(at);
    at += Character.charCount(verb);
    if (verb == '%') {
      out.append('%');
      return;
    }
    if (next >= arguments.size()) {
      out.append("%!").appendCodePoint(verb).append("(MISSING)");
      return;
    }
    value(verb, arguments.get(next++));
  }

  private void flags() {
    for (; at < format.length(); at++) {
      switch (format.charAt(at)) {
        case '-' -> minus = true;
        case '+' -> plus = true;
        case '#' -> sharp = true;
        case ' ' -> space = true;
        case '0' -> zero = true;
        default -> {
          return;
        }
      }
    }
  }

  /// @return the number that stands here, -1 for none, -2 for a bad one, below that a negative one
  private int number() {
    if (at < format.length() && format.charAt(at) == '*') {
      at++;
      if (next < arguments.size()
          && arguments.get(next++) instanceof Value.Whole(long given)
          && Math.abs(given) < WIDTH_LIMIT) {
        return (int) (given < 0 ? given - 2 : given);
      }
      return -2;
    }
    int start = at;
    int number = 0;
    while (at < format.length() && Character.isDigit(format.charAt(at))) {
      number = Math.min(number * 10 + format.charAt(at) - '0', WIDTH_LIMIT);
      at++;
    }
    return at == start ? -1 : number;
  }

  private void value(int verb, Value value) {
    if (verb == 'T') {
      pad(value.typeName());
      return;
    }
    if (verb == 'v') {
      if (value instanceof Value.Whole(long number)) {
        whole(number, 10);
      } else if (value instanceof Value.Text(String text) && sharp) {
        pad(GoText.quote(text));
      } else {
        pad(GoText.print(value));
      }
      return;
    }
    switch (value) {
      case Value.Items(List<Value> values) -> {
        out.append('[');
        String gap = "";
        for (Value item : values) {
          out.append(gap);
          value(verb, item);
          gap = " ";
        }
        out.append(']');
      }
      case Value.Dict(Map<String, Value> values, Value _) -> {
        out.append("map[");
        String gap = "";
        for (Map.Entry<String, Value> entry : values.entrySet()) {
          out.append(gap);
          value(verb, Value.of(entry.getKey()));
          out.append(':');
          value(verb, entry.getValue());
          gap = " ";
        }
        out.append(']');
      }
      case Value.Text(String text) -> text(verb, text);
      case Value.Moment(var instant) -> text(verb, GoText.time(instant));
      case Value.Whole(long number) -> whole(verb, number);
      case Value.Real(double number) -> real(verb, number);
      case Value.Truth(boolean truth) -> {
        if (verb == 't') {
          pad(Boolean.toString(truth));
        } else {
          bad(verb, value);
        }
      }
      default -> bad(verb, value);
    }
  }

  private void text(int verb, String text) {
    String cut = precision >= 0 && precision < text.length() ? text.substring(0, precision) : text;
    switch (verb) {
      case 's' -> pad(cut);
      case 'q' -> pad(sharp && cut.indexOf('`') < 0 ? "`" + cut + "`" : GoText.quote(cut));
      case 'x' -> pad(HexFormat.of().formatHex(cut.getBytes(StandardCharsets.UTF_8)));
      case 'X' ->
          pad(HexFormat.of().withUpperCase().formatHex(cut.getBytes(StandardCharsets.UTF_8)));
      default -> bad(verb, Value.of(text));
    }
  }

  private void whole(int verb, long number) {
    switch (verb) {
      case 'd' -> whole(number, 10);
      case 'b' -> whole(number, 2);
      case 'o' -> whole(number, 8);
      case 'x' -> whole(number, 16);
      case 'X' -> {
        int start = out.length();
        whole(number, 16);
        String lower = out.substring(start);
        out.setLength(start);
        out.append(lower.toUpperCase(Locale.ROOT));
      }
      case 'c' -> pad(Character.toString((int) number));
      case 'q' -> pad("'" + Character.toString((int) number) + "'");
      case 'U' -> pad("U+" + padded(Long.toHexString(number).toUpperCase(Locale.ROOT), 4));
      default -> bad(verb, Value.of(number));
    }
  }

  private void whole(long number, int base) {
    String digits = Long.toString(number, base);
    boolean negative = digits.startsWith("-");
    String bare = negative ? digits.substring(1) : digits;
    String sign = negative ? "-" : plus ? "+" : space ? " " : "";
    if (sharp && base != 10) {
      sign += base == 16 ? "0x" : base == 8 ? "0" : "0b";
    }
    if (precision >= 0) {
      bare = padded(bare, precision);
    } else if (zero && !minus) {
      bare = padded(bare, width - sign.length());
    }
    pad(sign + bare);
  }

  private void real(int verb, double number) {
    String text;
    switch (verb) {
      case 'f', 'F' ->
          text =
              new BigDecimal(number)
                  .setScale(precision < 0 ? 6 : precision, RoundingMode.HALF_EVEN)
                  .toPlainString();
      case 'g', 'G' -> text = GoText.general(number);
      case 'e', 'E' -> text = exponential(number);
      default -> {
        bad(verb, new Value.Real(number));
        return;
      }
    }
    String sign = text.startsWith("-") ? "" : plus ? "+" : space ? " " : "";
    pad(zero && !minus ? sign + padded(text, width - sign.length()) : sign + text);
  }

  private String exponential(double number) {
    int digits = precision < 0 ? 6 : precision;
    BigDecimal decimal = new BigDecimal(number);
    if (decimal.signum() == 0) {
      return new BigDecimal(0).setScale(digits).toPlainString() + "e+00";
    }
    BigDecimal rounded =
        decimal.round(new java.math.MathContext(digits + 1, RoundingMode.HALF_EVEN));
    int exponent = rounded.precision() - rounded.scale() - 1;
    String mantissa =
        rounded.movePointLeft(exponent).setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
    return mantissa
        + (exponent < 0 ? "e-" : "e+")
        + padded(Integer.toString(Math.abs(exponent)), 2);
  }

  private static String padded(String digits, int width) {
    return "0".repeat(Math.max(0, width - digits.length())) + digits;
  }

  private void bad(int verb, Value value) {
    out.append("%!").appendCodePoint(verb).append('(');
    out.append(value.typeName()).append('=').append(GoText.print(value)).append(')');
  }

  private void pad(String text) {
    int gap = width - text.codePointCount(0, text.length());
    if (gap <= 0) {
      out.append(text);
    } else if (minus) {
      out.append(text).repeat(' ', gap);
    } else {
      out.repeat(zero && text.indexOf('[') < 0 ? '0' : ' ', gap).append(text);
    }
  }
}
