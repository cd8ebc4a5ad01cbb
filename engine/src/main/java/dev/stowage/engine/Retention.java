package dev.stowage.engine;

import dev.stowage.model.MalformedException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// How long images are kept: a policy, as data.
///
/// An image that a container uses, that lies in a read-only store or that is pinned always stays,
/// and so does one that is among the newest of a repository it has a name in. Of the others go
/// those older than the greatest age; then, as long as the store holds more than the most bytes,
/// the least recently used. Where neither age nor bytes are limited, all others go.
///
/// @param keepLast how many images of each repository stay whatever their age, the newest
/// @param maxAge the greatest age of other images, from when they were last used
/// @param maxBytes the most bytes that layers and data of all images may take, by the records
/// @param pinned patterns of names, as the filter `reference` takes them
public record Retention(
    OptionalInt keepLast,
    Optional<Duration> maxAge,
    OptionalLong maxBytes,
    Clock clock,
    List<String> pinned) {

  /// What an image's age is counted from.
  public enum Clock {
    /// When it was made.
    CREATION,
    /// When it was last used as far as the store tells: when it came to the store. An image in use
    /// stays anyway.
    USE
  }

  /// Keeps everything that somebody uses and nothing else.
  public static final Retention NOTHING =
      new Retention(
          OptionalInt.empty(), Optional.empty(), OptionalLong.empty(), Clock.CREATION, List.of());

  public Retention {
    if (keepLast.isPresent() && keepLast.getAsInt() < 0) {
      throw new IllegalArgumentException("keep-last: " + keepLast.getAsInt());
    }
    pinned = List.copyOf(pinned);
  }

  /// The duration that a text means, as filters take it: `720h`, `1h30m`.
  public static Duration age(String text) throws MalformedException {
    return Moments.duration(text)
        .orElseThrow(
            () -> new MalformedException("no duration: \"" + text + "\"; 720h would be one"));
  }

  public Retention withKeepLast(int count) {
    return new Retention(OptionalInt.of(count), maxAge, maxBytes, clock, pinned);
  }

  public Retention withMaxAge(Duration age) {
    return new Retention(keepLast, Optional.of(age), maxBytes, clock, pinned);
  }

  public Retention withMaxBytes(long bytes) {
    return new Retention(keepLast, maxAge, OptionalLong.of(bytes), clock, pinned);
  }

  public Retention with(Clock wanted) {
    return new Retention(keepLast, maxAge, maxBytes, wanted, pinned);
  }

  public Retention withPinned(List<String> patterns) {
    return new Retention(keepLast, maxAge, maxBytes, clock, patterns);
  }
}
