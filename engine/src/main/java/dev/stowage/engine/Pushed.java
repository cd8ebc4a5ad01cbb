package dev.stowage.engine;

import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.MalformedException;
import dev.stowage.model.UnsupportedException;
import dev.stowage.transfer.Location;
import dev.stowage.transfer.Outcome;
import java.util.List;
import java.util.Optional;

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

  /// Where a push to this text leads. One that names no transport means a registry.
  public static Location location(String text) throws MalformedException, UnsupportedException {
    Optional<String> transport = Location.transportOf(text);
    boolean registryName =
        transport.isEmpty() || transport.get().equals("docker") && !text.startsWith("docker://");
    return Location.parse(registryName ? "docker://" + text : text);
  }
}
