package dev.stowage.registry;

import java.time.Duration;

/// How often, and after which pauses, something is tried again that may well work next time: a busy
/// server, a cut line. Pauses double from the first to the longest, each shortened at random by up
/// to a half so that many clients do not come back at once; where the server says how long to wait,
/// that counts.
///
/// @param attempts how often in all, before giving up without progress
/// @param longest the longest pause; a server that asks for a longer one is not waited for
/// @param total how often one blob may be reconnected, with whatever progress
public record Retries(int attempts, Duration first, Duration longest, int total) {
  /// A reconnection that brought this many bytes counts as progress.
  public static final long PROGRESS_BYTES = 1024 * 1024;

  public static final Retries DEFAULT =
      new Retries(5, Duration.ofMillis(500), Duration.ofSeconds(60), 500);

  /// Once, and never again.
  public static final Retries ONCE = new Retries(1, Duration.ZERO, Duration.ZERO, 1);

  public Retries {
    if (attempts < 1) {
      throw new IllegalArgumentException("at least one attempt, not " + attempts);
    }
  }
}
