package dev.stowage.engine;

import dev.stowage.model.MalformedException;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Which events are wanted: of each key one value has to fit, and the time has to be between the
/// two.
///
/// | key | value |
/// | --- | --- |
/// | `container`, `image`, `artifact`, `pod` | a name, or the beginning of an ID |
/// | `volume` | the beginning of a name |
/// | `event`, `status` | what happened |
/// | `type` | what it happened to |
/// | `label` | an attribute, or one with its value |
public final class EventFilter {
  private final Map<String, List<String>> values;
  private final Optional<Instant> since;
  private final Optional<Instant> until;

  private EventFilter(
      Map<String, List<String>> values, Optional<Instant> since, Optional<Instant> until) {
    this.values = values;
    this.since = since;
    this.until = until;
  }

  /// Reads what a user asks for.
  ///
  /// @param filters `key=value` each
  /// @param since a point in time: a date with or without time and zone, seconds since 1970, or a
  ///   duration before now; empty for none
  /// @param until the same, but a duration after now
  /// @throws MalformedException that names what is wrong
  public static EventFilter of(List<String> filters, String since, String until, Clock clock)
      throws MalformedException {
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (String filter : filters) {
      int equals = filter.indexOf('=');
      String key = equals < 0 ? filter : filter.substring(0, equals);
      if (equals < 0 || !isKey(key)) {
        throw new MalformedException(
            "failed to parse event filters: " + key + " is an invalid filter");
      }
      values
          .computeIfAbsent(key.toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
          .add(filter.substring(equals + 1));
    }
    return new EventFilter(
        values, moment("since", since, clock, -1), moment("until", until, clock, 1));
  }

  private static boolean isKey(String key) {
    return switch (key.toLowerCase(Locale.ROOT)) {
      case "container", "event", "status", "image", "artifact", "pod", "volume", "type", "label" ->
          true;
      default -> false;
    };
  }

  private static Optional<Instant> moment(String which, String text, Clock clock, int direction)
      throws MalformedException {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Optional<Instant> date = date(text);
    if (date.isPresent()) {
      return date;
    }
    try {
      BigDecimal seconds = new BigDecimal(text);
      long whole = seconds.longValue();
      long nanos = seconds.subtract(BigDecimal.valueOf(whole)).movePointRight(9).longValue();
      return Optional.of(Instant.ofEpochSecond(whole, nanos));
    } catch (NumberFormatException e) {
      Optional<BigDecimal> duration = Moments.nanos(text);
      if (duration.isEmpty()) {
        throw new MalformedException(
            "failed to parse event filters: unable to convert "
                + which
                + " time of "
                + text
                + ": unable to interpret time value",
            MalformedException.UNKNOWN_POSITION,
            e);
      }
      return Optional.of(clock.instant().plusNanos(direction * duration.get().longValue()));
    }
  }

  /// A date is meant in UTC where it names no zone.
  private static Optional<Instant> date(String text) {
    if (text.length() < 10 || text.charAt(4) != '-') {
      return Optional.empty();
    }
    try {
      if (text.length() == 10) {
        return Optional.of(LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant());
      }
      if (text.charAt(10) != 'T') {
        return Optional.of(
            LocalDate.parse(text.substring(0, 10))
                .atStartOfDay(ZoneOffset.of(text.substring(10)))
                .toInstant());
      }
      Object parsed =
          DateTimeFormatter.ISO_DATE_TIME.parseBest(
              text, OffsetDateTime::from, LocalDateTime::from);
      return Optional.of(
          parsed instanceof OffsetDateTime zoned
              ? zoned.toInstant()
              : ((LocalDateTime) parsed).toInstant(ZoneOffset.UTC));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /// After which time events are wanted, if not all are.
  Optional<Instant> since() {
    return since;
  }

  /// Where reading ends, if it does.
  Optional<Instant> until() {
    return until;
  }

  /// Whether past events are wanted too.
  boolean looksBack() {
    return since.isPresent() || until.isPresent();
  }

  /// Whether an event is wanted.
  public boolean accepts(LoggedEvent event) {
    Instant time = event.time().toInstant();
    if (since.isPresent() && !time.isAfter(since.get())
        || until.isPresent() && !time.isBefore(until.get())) {
      return false;
    }
    for (Map.Entry<String, List<String>> key : values.entrySet()) {
      boolean fits = false;
      for (String value : key.getValue()) {
        fits |= fits(event, key.getKey(), value);
      }
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  private static boolean fits(LoggedEvent event, String key, String value) {
    return switch (key) {
      case "event", "status" -> event.status().equals(value.equals("die") ? "died" : value);
      case "type" -> event.type().equals(value);
      case "volume" -> event.type().equals(key) && event.name().startsWith(value);
      case "label" -> {
        int equals = value.indexOf('=');
        String label = equals < 0 ? value : value.substring(0, equals);
        String has = event.attributes().get(label);
        yield has != null && (equals < 0 || has.equals(value.substring(equals + 1)));
      }
      default ->
          event.type().equals(key) && (event.name().equals(value) || event.id().startsWith(value));
    };
  }
}
