package dev.stowage.transfer;

import dev.stowage.model.Descriptor;

/// A piece of an image's content in its place.
///
/// @param position of a layer, how many lie below it; 0 for the configuration
public record Part(Descriptor descriptor, Role role, int position) {

  /// What a piece of content is to its image.
  public enum Role {
    CONFIG,
    LAYER
  }

  public static Part config(Descriptor descriptor) {
    return new Part(descriptor, Role.CONFIG, 0);
  }

  public static Part layer(Descriptor descriptor, int position) {
    return new Part(descriptor, Role.LAYER, position);
  }

  @Override
  public String toString() {
    return (role == Role.CONFIG ? "config " : "blob ") + descriptor.digest();
  }
}
