package dev.stowage.cli.output;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;

/// Durations and sizes in words.
public final class Human {
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  private static final double THOUSAND = 1000;
  private static final double TIE = 1e-6;

  private Human() {}

  /// `3 weeks`, `About an hour`.
  public static String duration(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds < 1) {
      return "Less than a second";
    }
    if (seconds == 1) {
      return "1 second";
    }
    if (seconds < 60) {
      return seconds + " seconds";
    }
    long minutes = seconds / 60;
    if (minutes == 1) {
      return "About a minute";
    }
    if (minutes < 60) {
      return minutes + " minutes";
    }
    long hours = (seconds + 1800) / 3600;
    if (hours == 1) {
      return "About an hour";
    }
    if (hours < 48) {
      return hours + " hours";
    }
    if (hours < 24 * 7 * 2) {
      return hours / 24 + " days";
    }
    if (hours < 24 * 30 * 2) {
      return hours / 24 / 7 + " weeks";
    }
    if (hours < 24 * 365 * 2) {
      return hours / 24 / 30 + " months";
    }
    return seconds / 3600 / 24 / 365 + " years";
  }

  /// `1.12GB`: three significant digits, powers of a thousand.
  public static String size(long bytes) {
    return size(bytes, "");
  }

  /// `1.12 GB`.
  public static String spacedSize(long bytes) {
    return size(bytes, " ");
  }

  private static String size(long bytes, String gap) {
    double size = bytes;
    int unit = 0;
    while (size >= THOUSAND && unit < UNITS.length - 1) {
      size /= THOUSAND;
      unit++;
    }
    return significant(size) + gap + UNITS[unit];
  }

  /// Three significant digits, as Go's `%.3g` prints them.
  private static String significant(double size) {
    int decimals = size >= 100 ? 0 : size >= 10 ? 1 : 2;
    double scale = decimals == 0 ? 1 : decimals == 1 ? 10 : 100;
    double scaled = size * scale;
    long digits = Math.round(Math.rint(scaled));
    if (Math.abs(scaled - Math.floor(scaled) - 0.5) < TIE) {
      digits =
          new BigDecimal(size)
              .round(new MathContext(3, RoundingMode.HALF_EVEN))
              .movePointRight(decimals)
              .longValue();
    }
    if (digits >= 1000 && decimals == 0) {
      return "1e+03";
    }
    String whole = Long.toString(digits / (long) scale);
    long rest = digits % (long) scale;
    if (rest == 0) {
      return whole;
    }
    if (decimals == 2 && rest % 10 == 0) {
      return whole + '.' + rest / 10;
    }
    return whole + '.' + (decimals == 2 && rest < 10 ? "0" : "") + rest;
  }
}
