package dev.stowage.registry;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/// How long a server asks its callers to wait, in seconds or until a date.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3">RFC 9110, Retry-After</a>
final class RetryAfter {
  private static final Duration LONGEST = Duration.ofDays(365);

  private RetryAfter() {}

  /// Empty where the header is missing, broken or names a date in the past.
  static Optional<Duration> of(Headers headers, Instant now) {
    Optional<String> field = headers.first("Retry-After");
    if (field.isEmpty()) {
      return Optional.empty();
    }
    String text = field.get();
    Duration wait;
    try {
      wait =
          !text.isEmpty() && Character.isDigit(text.charAt(0))
              ? Duration.ofSeconds(Long.parseLong(text))
              : Duration.between(
                  now, ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (NumberFormatException | DateTimeParseException e) {
      return Optional.empty();
    }
    if (wait.isNegative()) {
      return Optional.empty();
    }
    return Optional.of(wait.compareTo(LONGEST) > 0 ? LONGEST : wait);
  }
}
