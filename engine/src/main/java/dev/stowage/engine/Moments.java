package dev.stowage.engine;

import dev.stowage.model.MalformedException;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Optional;

/// Points in time as users write them.
final class Moments {
  /// When an image was made whose record does not say.
  static final Instant UNKNOWN = Instant.MIN;

  private static final BigDecimal SECOND = BigDecimal.valueOf(1_000_000_000);

  private Moments() {}

  /// The moment that a text means: a duration before now (`1h30m`), a date with or without time and
  /// zone, or seconds since 1970.
  ///
  /// @param clock tells what now is, and the zone of dates that name none
  static Instant until(String text, Clock clock) throws MalformedException {
    try {
      Optional<BigDecimal> duration = text.equals("0") ? Optional.empty() : nanos(text);
      if (duration.isPresent()) {
        long nanos = duration.get().longValueExact();
        return Instant.ofEpochSecond(clock.instant().minusNanos(nanos).getEpochSecond());
      }
      return text.indexOf('-') > 0 ? date(text, clock.getZone()) : epoch(text);
    } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
      throw new MalformedException(
          "failed to parse value as time or duration: \"" + text + "\"",
          MalformedException.UNKNOWN_POSITION,
          e);
    }
  }

  /// A duration such as `1.5h20m`; nothing where the text is none or the duration is negative.
  static Optional<Duration> duration(String text) {
    try {
      Optional<BigDecimal> nanos = nanos(text);
      return nanos.isPresent() && nanos.get().signum() >= 0
          ? Optional.of(Duration.ofNanos(nanos.get().longValueExact()))
          : Optional.empty();
    } catch (ArithmeticException e) {
      return Optional.empty();
    }
  }

  private static Instant epoch(String text) {
    BigDecimal nanos = new BigDecimal(text).multiply(SECOND);
    BigDecimal[] parts = nanos.divideAndRemainder(SECOND);
    return Instant.ofEpochSecond(parts[0].longValueExact(), parts[1].longValue());
  }

  private static Instant date(String text, ZoneId zone) {
    DateTimeFormatter format =
        new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .optionalStart()
            .appendLiteral('T')
            .appendPattern("HH[:mm[:ss]]")
            .optionalStart()
            .appendFraction(ChronoField.NANO_OF_SECOND, 1, 9, true)
            .optionalEnd()
            .optionalEnd()
            .optionalStart()
            .appendOffset("+HH:MM", "Z")
            .optionalEnd()
            .parseDefaulting(ChronoField.HOUR_OF_DAY, 0)
            .parseDefaulting(ChronoField.MINUTE_OF_HOUR, 0)
            .parseDefaulting(ChronoField.SECOND_OF_MINUTE, 0)
            .toFormatter(java.util.Locale.ROOT);
    Object parsed =
        format.parseBest(text, OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
    return switch (parsed) {
      case OffsetDateTime withZone -> withZone.toInstant();
      case LocalDateTime local -> local.atZone(zone).toInstant();
      case LocalDate day -> day.atStartOfDay(zone).toInstant();
      default -> throw new DateTimeException("no point in time: " + text);
    };
  }

  /// The nanoseconds of a duration such as `-1.5h20m`; nothing where the text is none.
  static Optional<BigDecimal> nanos(String text) {
    boolean negative = text.startsWith("-");
    int at = negative || text.startsWith("+") ? 1 : 0;
    BigDecimal sum = BigDecimal.ZERO;
    if (at == text.length()) {
      return Optional.empty();
    }
    while (at < text.length()) {
      int start = at;
      while (at < text.length() && (isDigit(text.charAt(at)) || text.charAt(at) == '.')) {
        at++;
      }
      int unit = at;
      while (at < text.length() && !isDigit(text.charAt(at)) && text.charAt(at) != '.') {
        at++;
      }
      long nanos =
          switch (text.substring(unit, at)) {
            case "ns" -> 1L;
            case "us", "µs", "μs" -> 1_000L;
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            case "h" -> 3_600_000_000_000L;
            default -> 0L;
          };
      if (nanos == 0 || unit == start) {
        return Optional.empty();
      }
      String number = text.substring(start, unit);
      if (number.equals(".") || number.indexOf('.') != number.lastIndexOf('.')) {
        return Optional.empty();
      }
      sum = sum.add(new BigDecimal(number).multiply(BigDecimal.valueOf(nanos)));
    }
    BigDecimal whole = sum.setScale(0, java.math.RoundingMode.DOWN);
    return Optional.of(negative ? whole.negate() : whole);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
