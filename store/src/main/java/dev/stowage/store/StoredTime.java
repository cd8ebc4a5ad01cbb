package dev.stowage.store;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;

/// A point in time as the store's files spell it: RFC 3339 with up to nine digits of a second and
/// no trailing zeros among them.
///
/// Done by hand, because the formatters of `java.time` take longer to load than a whole listing
/// may.
public final class StoredTime {
  private static final long SECONDS_OF_A_DAY = 86_400;

  private StoredTime() {}

  /// The point in time; nothing for the year 1, which is how the peers write "not known", and for
  /// text that is no time.
  public static Optional<Instant> parse(String text) {
    try {
      if (text.length() < 20
          || text.charAt(4) != '-'
          || text.charAt(7) != '-'
          || (text.charAt(10) != 'T' && text.charAt(10) != 't' && text.charAt(10) != ' ')
          || text.charAt(13) != ':'
          || text.charAt(16) != ':') {
        return Optional.empty();
      }
      int year = digits(text, 0, 4);
      long day = LocalDate.of(year, digits(text, 5, 7), digits(text, 8, 10)).toEpochDay();
      long second =
          digits(text, 11, 13) * 3600L + digits(text, 14, 16) * 60L + digits(text, 17, 19);
      int at = 19;
      long nanos = 0;
      if (text.charAt(at) == '.') {
        at++;
        int scale = 100_000_000;
        while (at < text.length() && Character.isDigit(text.charAt(at))) {
          nanos += (long) Character.digit(text.charAt(at), 10) * scale;
          scale /= 10;
          at++;
        }
      }
      long offset = 0;
      char zone = at < text.length() ? text.charAt(at) : 0;
      if (zone == '+' || zone == '-') {
        offset = digits(text, at + 1, at + 3) * 3600L + digits(text, at + 4, at + 6) * 60L;
        offset = zone == '-' ? -offset : offset;
      } else if (zone != 'Z' && zone != 'z') {
        return Optional.empty();
      }
      if (year <= 1) {
        return Optional.empty();
      }
      return Optional.of(Instant.ofEpochSecond(day * SECONDS_OF_A_DAY + second - offset, nanos));
    } catch (DateTimeException | NumberFormatException | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  /// The text, in UTC.
  public static String format(Instant time) {
    long seconds = time.getEpochSecond();
    LocalDate day = LocalDate.ofEpochDay(Math.floorDiv(seconds, SECONDS_OF_A_DAY));
    int second = (int) Math.floorMod(seconds, SECONDS_OF_A_DAY);
    StringBuilder out = new StringBuilder(30);
    pad(out, day.getYear(), 4);
    pad(out.append('-'), day.getMonthValue(), 2);
    pad(out.append('-'), day.getDayOfMonth(), 2);
    pad(out.append('T'), second / 3600, 2);
    pad(out.append(':'), second / 60 % 60, 2);
    pad(out.append(':'), second % 60, 2);
    int nanos = time.getNano();
    if (nanos != 0) {
      int width = 9;
      while (nanos % 10 == 0) {
        nanos /= 10;
        width--;
      }
      pad(out.append('.'), nanos, width);
    }
    return out.append('Z').toString();
  }

  private static int digits(String text, int from, int to) {
    int value = 0;
    for (int i = from; i < to; i++) {
      int digit = Character.digit(text.charAt(i), 10);
      if (digit < 0) {
        throw new NumberFormatException(text);
      }
      value = value * 10 + digit;
    }
    return value;
  }

  private static void pad(StringBuilder out, int value, int width) {
    String text = Integer.toString(value);
    for (int i = text.length(); i < width; i++) {
      out.append('0');
    }
    out.append(text);
  }
}
