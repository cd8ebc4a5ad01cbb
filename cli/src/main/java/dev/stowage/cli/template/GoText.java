package dev.stowage.cli.template;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoField;

/// Values as text, the way Go prints them.
///
/// @see <a href="https://pkg.go.dev/fmt">fmt</a>
public final class GoText {
  private static final String[] MONTHS = {
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
  };
  private static final String[] DAYS = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
  private static final long SECONDS_A_DAY = 86_400;

  private GoText() {}

  /// The value as `%v` prints it.
  static String print(Value value) {
    StringBuilder out = new StringBuilder();
    value.print(out);
    return out.toString();
  }

  /// A number as `%v` prints it: the shortest digits that read back as the same number.
  static String general(double number) {
    return shortest(number, -4, 6, 2);
  }

  /// A number as Go's encoding/json writes it.
  static String json(double number) {
    return shortest(number, -6, 21, 1);
  }

  private static String shortest(double number, int small, int large, int exponentDigits) {
    if (Double.isNaN(number)) {
      return "NaN";
    }
    if (Double.isInfinite(number)) {
      return number > 0 ? "+Inf" : "-Inf";
    }
    if (number == 0) {
      return 1 / number < 0 ? "-0" : "0";
    }
    BigDecimal decimal = new BigDecimal(Double.toString(number)).stripTrailingZeros();
    int exponent = decimal.precision() - decimal.scale() - 1;
    if (exponent >= small && exponent < large) {
      return decimal.toPlainString();
    }
    String digits = decimal.unscaledValue().abs().toString();
    StringBuilder out = new StringBuilder();
    if (decimal.signum() < 0) {
      out.append('-');
    }
    out.append(digits.charAt(0));
    if (digits.length() > 1) {
      out.append('.').append(digits, 1, digits.length());
    }
    out.append('e').append(exponent < 0 ? '-' : '+');
    int size = Math.abs(exponent);
    if (size < 10 && exponentDigits > 1) {
      out.append('0');
    }
    return out.append(size).toString();
  }

  /// A span of time as Go prints it: `1h2m3.5s`, `1.5ms`, `0s`.
  static String duration(long nanos) {
    if (nanos == 0) {
      return "0s";
    }
    StringBuilder out = new StringBuilder(nanos < 0 ? "-" : "");
    BigDecimal size = new BigDecimal(nanos).abs();
    if (size.compareTo(BigDecimal.valueOf(1_000_000_000L)) < 0) {
      int shift = size.precision() > 6 ? 6 : size.precision() > 3 ? 3 : 0;
      String unit = shift == 6 ? "ms" : shift == 3 ? "µs" : "ns";
      return out.append(plain(size.movePointLeft(shift))).append(unit).toString();
    }
    long seconds = Math.abs(nanos / 1_000_000_000L);
    if (seconds >= 3600) {
      out.append(seconds / 3600).append('h');
    }
    if (seconds >= 60) {
      out.append(seconds / 60 % 60).append('m');
    }
    BigDecimal rest = BigDecimal.valueOf(Math.abs(nanos % 60_000_000_000L)).movePointLeft(9);
    return out.append(plain(rest)).append('s').toString();
  }

  private static String plain(BigDecimal number) {
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }

  /// A moment as Go prints it: `2026-11-23 06:00:00.5 +0000 UTC`.
  public static String time(Instant instant) {
    StringBuilder out = new StringBuilder();
    date(instant, out).append(' ');
    clock(instant, out);
    fraction(instant, out);
    return out.append(" +0000 UTC").toString();
  }

  /// `2026-11-23T06:00:00.5Z`.
  public static String rfc3339Nano(Instant instant) {
    StringBuilder out = new StringBuilder();
    date(instant, out).append('T');
    clock(instant, out);
    fraction(instant, out);
    return out.append('Z').toString();
  }

  /// `2026-11-23T06:00:00Z`.
  public static String rfc3339(Instant instant) {
    StringBuilder out = new StringBuilder();
    date(instant, out).append('T');
    return clock(instant, out).append('Z').toString();
  }

  /// `Mon Nov 23 06:00:00 2026`.
  public static String ansi(Instant instant) {
    long days = Math.floorDiv(instant.getEpochSecond(), SECONDS_A_DAY);
    int[] date = civil(days);
    StringBuilder out = new StringBuilder();
    out.append(DAYS[(int) Math.floorMod(days, 7L)]).append(' ').append(MONTHS[date[1] - 1]);
    out.append(' ').append(date[2] < 10 ? " " : "").append(date[2]).append(' ');
    return clock(instant, out).append(' ').append(date[0]).toString();
  }

  private static StringBuilder date(Instant instant, StringBuilder out) {
    int[] date = civil(Math.floorDiv(instant.getEpochSecond(), SECONDS_A_DAY));
    int year = date[0];
    if (year < 0) {
      out.append('-');
      year = -year;
    }
    for (int bound = 1000; bound > 1 && year < bound; bound /= 10) {
      out.append('0');
    }
    out.append(year).append('-');
    return two(date[2], two(date[1], out).append('-'));
  }

  private static StringBuilder clock(Instant instant, StringBuilder out) {
    int seconds = (int) Math.floorMod(instant.getEpochSecond(), SECONDS_A_DAY);
    two(seconds / 3600, out).append(':');
    two(seconds / 60 % 60, out).append(':');
    return two(seconds % 60, out);
  }

  private static void fraction(Instant instant, StringBuilder out) {
    int nanos = instant.get(ChronoField.NANO_OF_SECOND);
    if (nanos == 0) {
      return;
    }
    String digits = Integer.toString(1_000_000_000 + nanos);
    int end = digits.length();
    while (digits.charAt(end - 1) == '0') {
      end--;
    }
    out.append('.').append(digits, 1, end);
  }

  private static StringBuilder two(int number, StringBuilder out) {
    return out.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
  }

  /// Year, month and day of a day since 1970; `java.time` would cost a short command its classes.
  private static int[] civil(long days) {
    long shifted = days + 719_468;
    long era = Math.floorDiv(shifted, 146_097);
    long ofEra = Math.floorMod(shifted, 146_097L);
    long year = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365;
    long ofYear = ofEra - (365 * year + year / 4 - year / 100);
    long march = (5 * ofYear + 2) / 153;
    int day = (int) (ofYear - (153 * march + 2) / 5 + 1);
    int month = (int) (march < 10 ? march + 3 : march - 9);
    return new int[] {(int) (year + era * 400 + (month <= 2 ? 1 : 0)), month, day};
  }

  /// A text in double quotes, escaped as Go does it.
  public static String quote(String text) {
    StringBuilder out = new StringBuilder("\"");
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case 7 -> out.append("\\a");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                case 11 -> out.append("\\v");
                default -> {
                  if (c < 0x20 || c == 0x7f) {
                    out.append("\\x")
                        .append(Character.forDigit(c >> 4, 16))
                        .append(Character.forDigit(c & 15, 16));
                  } else {
                    out.appendCodePoint(c);
                  }
                }
              }
            });
    return out.append('"').toString();
  }

  /// How many bytes a text has.
  static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
