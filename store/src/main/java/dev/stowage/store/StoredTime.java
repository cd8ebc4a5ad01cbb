package dev.stowage.store;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/// A point in time as the store's files spell it: RFC 3339 with up to nine digits of a second and
/// no trailing zeros among them.
///
/// Done by hand down to the calendar, because the dates of `java.time` load its formatters, which
/// takes longer than a listing may.
public final class StoredTime {
  private static final long SECONDS_OF_A_DAY = 86_400;
  private static final long DAYS_OF_400_YEARS = 146_097;

  /// From 1 March of the year 0 to 1 January 1970.
  private static final long DAYS_BEFORE_1970 = 719_468;

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
      long day = day(year, digits(text, 5, 7), digits(text, 8, 10));
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
    int[] date = date(Math.floorDiv(seconds, SECONDS_OF_A_DAY));
    int second = (int) Math.floorMod(seconds, SECONDS_OF_A_DAY);
    StringBuilder out = new StringBuilder(30);
    pad(out, date[0], 4);
    pad(out.append('-'), date[1], 2);
    pad(out.append('-'), date[2], 2);
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

  /// The day since 1970 of a date, and [#date] the other way round, in years that begin in March,
  /// so that the leap day is the last.
  private static long day(int year, int month, int day) {
    boolean leap = (year & 3) == 0 && (year % 100 != 0 || year % 400 == 0);
    int longest =
        switch (month) {
          case 2 -> leap ? 29 : 28;
          case 4, 6, 9, 11 -> 30;
          default -> 31;
        };
    if (month < 1 || month > 12 || day < 1 || day > longest) {
      throw new NumberFormatException("no such day");
    }
    int march = year - (month <= 2 ? 1 : 0);
    long era = Math.floorDiv(march, 400);
    int yearOfEra = Math.floorMod(march, 400);
    int dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * DAYS_OF_400_YEARS
        + yearOfEra * 365L
        + yearOfEra / 4
        - yearOfEra / 100
        + dayOfYear
        - DAYS_BEFORE_1970;
  }

  private static int[] date(long day) {
    long shifted = day + DAYS_BEFORE_1970;
    long era = Math.floorDiv(shifted, DAYS_OF_400_YEARS);
    long dayOfEra = Math.floorMod(shifted, DAYS_OF_400_YEARS);
    long yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
    long dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    long march = (5 * dayOfYear + 2) / 153;
    int month = (int) (march < 10 ? march + 3 : march - 9);
    return new int[] {
      (int) (yearOfEra + era * 400 + (month <= 2 ? 1 : 0)),
      month,
      (int) (dayOfYear - (153 * march + 2) / 5 + 1)
    };
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
