package dev.stowage.transfer;

import dev.stowage.model.PlatformChoice;

/// How an image is copied.
///
/// @param platforms which instance of an index is taken
/// @param atOnce how many blobs move side by side
public record CopyOptions(PlatformChoice platforms, int atOnce) {

  /// What the field's tools do where nothing is said.
  public static final int USUAL_AT_ONCE = 6;

  public CopyOptions {
    if (atOnce < 1) {
      throw new IllegalArgumentException("at least one blob at once: " + atOnce);
    }
  }
}
