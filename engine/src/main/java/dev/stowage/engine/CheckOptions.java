package dev.stowage.engine;

import dev.stowage.model.CheckLevel;
import java.time.Duration;

/// How a store is looked at.
///
/// @param unused for how long nothing may have used a layer before it counts as left over
public record CheckOptions(CheckLevel level, Duration unused) {
  /// Everything is read, as Podman does.
  public static final CheckOptions DEFAULT =
      new CheckOptions(CheckLevel.FULL, Duration.ofHours(24));

  public CheckOptions withLevel(CheckLevel wanted) {
    return new CheckOptions(wanted, unused);
  }

  public CheckOptions withUnused(Duration age) {
    return new CheckOptions(level, age);
  }
}
