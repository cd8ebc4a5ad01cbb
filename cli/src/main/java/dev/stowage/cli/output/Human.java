package dev.stowage.cli.output;

import dev.stowage.cli.grammar.UsageException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;

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
    return size(bytes, "", 3);
  }

  /// `1.12 GB`.
  public static String spacedSize(long bytes) {
    return size(bytes, " ", 3);
  }

  /// `1.123GB`: four significant digits.
  public static String preciseSize(long bytes) {
    return size(bytes, "", 4);
  }

  /// The bytes that a size means: a number and `B`, `kB`, `MB`, … (powers of a thousand) or `KiB`,
  /// `MiB`, … (powers of 1024); a number alone is bytes.
  public static long bytes(String text) throws UsageException {
    int end = 0;
    while (end < text.length()
        && (Character.isDigit(text.charAt(end)) || text.charAt(end) == '.')) {
      end++;
    }
    String unit = text.substring(end).strip().toLowerCase(Locale.ROOT);
    boolean binary = unit.endsWith("ib");
    String prefix = unit.endsWith("b") ? unit.substring(0, unit.length() - (binary ? 2 : 1)) : unit;
    int power = prefix.isEmpty() ? 0 : "kmgtpe".indexOf(prefix) + 1;
    try {
      if (prefix.length() < 2 && (power > 0 || prefix.isEmpty())) {
        return new BigDecimal(text.substring(0, end))
            .multiply(BigDecimal.valueOf(binary ? 1024 : 1000).pow(power))
            .setScale(0, RoundingMode.DOWN)
            .longValueExact();
      }
    } catch (ArithmeticException | NumberFormatException e) {
      throw new UsageException("no size: \"" + text + "\" (" + e.getMessage() + ")");
    }
    throw new UsageException("no size: \"" + text + "\"; 20GB or 512MiB would be one");
  }

  private static String size(long bytes, String gap, int digits) {
    double size = bytes;
    int unit = 0;
    while (size >= THOUSAND && unit < UNITS.length - 1) {
      size /= THOUSAND;
      unit++;
    }
    return significant(size, digits) + gap + UNITS[unit];
  }

  /// A number below a thousand as Go's `%.3g` or `%.4g` prints it.
  private static String significant(double size, int digits) {
    int decimals = digits - (size >= 100 ? 3 : size >= 10 ? 2 : 1);
    long scale = 1;
    for (int i = 0; i < decimals; i++) {
      scale *= 10;
    }
    double scaled = size * scale;
    long rounded = Math.round(Math.rint(scaled));
    if (Math.abs(scaled - Math.floor(scaled) - 0.5) < TIE) {
      // So near the middle, what multiplying lost decides; the exact value tells.
      rounded =
          new BigDecimal(size)
              .setScale(decimals, RoundingMode.HALF_EVEN)
              .movePointRight(decimals)
              .longValueExact();
    }
    if (rounded >= 1000 && decimals == 0) {
      return "1e+03";
    }
    String whole = Long.toString(rounded / scale);
    String rest = Long.toString(scale + rounded % scale).substring(1);
    int end = rest.length();
    while (end > 0 && rest.charAt(end - 1) == '0') {
      end--;
    }
    return end == 0 ? whole : whole + '.' + rest.substring(0, end);
  }
}
