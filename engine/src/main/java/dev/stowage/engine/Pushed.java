package dev.stowage.engine;

import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.transfer.Location;
import dev.stowage.transfer.Outcome;
import java.util.List;

/// What was pushed.
///
/// @param manifest what is at the destination now
/// @param layers what was done with each layer
public record Pushed(Image image, Location destination, Document manifest, List<Outcome> layers) {
  public Pushed {
    layers = List.copyOf(layers);
  }

  public Digest digest() {
    return manifest.digest();
  }
}
