package dev.stowage.registry;

import dev.stowage.model.Digest;

/// What became of a tag that was deleted.
///
/// @param manifest what it pointed at
public record TagDeletion(Digest manifest, Aftermath aftermath) {

  /// What became of the manifest.
  public enum Aftermath {
    /// It is there as before.
    STAYS,
    /// The registry has deleted it with the tag, and with it any other tag of it.
    GONE
  }
}
