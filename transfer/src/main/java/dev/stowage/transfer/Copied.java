package dev.stowage.transfer;

import dev.stowage.model.Document;
import java.util.List;

/// What a copy moved.
///
/// @param manifest what the destination has now: the manifest as it was written there, or, of
///   several images, the index
/// @param toplevel what the source had: the index the image was chosen from, or its manifest
/// @param layers what was done with each layer, lowest first; of several images one image's after
///   the other's
public record Copied(Document manifest, Document toplevel, List<Outcome> layers) {
  public Copied {
    layers = List.copyOf(layers);
  }

  /// Whether the destination has the very document that the source had.
  public boolean unchanged() {
    return manifest.bytes().equals(toplevel.bytes());
  }
}
