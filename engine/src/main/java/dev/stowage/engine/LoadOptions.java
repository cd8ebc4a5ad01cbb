package dev.stowage.engine;

import dev.stowage.transfer.TrustChoice;

/// How images are loaded.
///
/// @param trust which of them are taken
public record LoadOptions(TrustChoice trust) {

  public static final LoadOptions DEFAULT = new LoadOptions(TrustChoice.DEFAULT);

  public LoadOptions withTrust(TrustChoice wanted) {
    return new LoadOptions(wanted);
  }
}
