package dev.stowage.registry;

import java.time.Duration;

/// How long to wait for the other side before it counts as dead.
///
/// @param connect for one address to accept a connection, and again for its TLS handshake
/// @param answer for the first byte of an answer
/// @param idle between two pieces of an answer that has begun
/// @param window the span over which an answer must bring at least [#LEAST_BYTES]; only time spent
///   waiting counts, so a reader may be as slow as it likes
public record Timeouts(Duration connect, Duration answer, Duration idle, Duration window) {
  /// What an answer brings in one window unless its sender wants to hold the line forever.
  public static final long LEAST_BYTES = 16 * 1024;

  /// How long an answer is waited for at most that may well never come, where another way is open.
  private static final Duration PROBE = Duration.ofSeconds(3);

  public static final Timeouts DEFAULT =
      new Timeouts(
          Duration.ofSeconds(30),
          Duration.ofMinutes(2),
          Duration.ofMinutes(1),
          Duration.ofMinutes(1));

  /// For the first byte of an answer that may well never come.
  Duration probe() {
    return answer.compareTo(PROBE) < 0 ? answer : PROBE;
  }
}
