package dev.stowage.registry;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/// The pauses of one thing that is tried again and again.
final class Backoff {
  private final Retries retries;
  private int failures;

  Backoff(Retries retries) {
    this.retries = retries;
  }

  /// Forgets the failures so far, because there was progress.
  void reset() {
    failures = 0;
  }

  /// Counts one more failure.
  ///
  /// @param wanted how long the server asks to wait
  /// @return the pause before the next attempt; empty where there is no next attempt: after the
  ///   last one, and where the server wants a longer pause than we make
  Optional<Duration> next(Optional<Duration> wanted) {
    failures++;
    if (failures >= retries.attempts()
        || wanted.isPresent() && wanted.get().compareTo(retries.longest()) > 0) {
      return Optional.empty();
    }
    return wanted.isPresent() ? wanted : Optional.of(Duration.ofMillis(ownPause()));
  }

  static void sleep(Duration pause) throws IOException {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted = new InterruptedIOException("interrupted");
      interrupted.initCause(e);
      throw interrupted;
    }
  }

  private long ownPause() {
    int doublings = Math.min(failures - 1, 20);
    long full = Math.min(retries.longest().toMillis(), retries.first().toMillis() << doublings);
    return full - ThreadLocalRandom.current().nextLong(full / 2 + 1);
  }
}
