package dev.stowage.transfer;

import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Repository;
import java.util.List;
import java.util.Optional;

/// A piece of an image's content in its place.
///
/// @param position of a layer, how many lie below it; 0 for the configuration
/// @param diffId of a layer, the digest of its plain tar, where the configuration tells it
/// @param origins repositories in which the very blob is known to lie
public record Part(
    Descriptor descriptor,
    Role role,
    int position,
    Optional<Digest> diffId,
    List<Repository> origins) {

  /// What a piece of content is to its image.
  public enum Role {
    CONFIG,
    LAYER
  }

  public Part {
    origins = List.copyOf(origins);
  }

  public static Part config(Descriptor descriptor) {
    return new Part(descriptor, Role.CONFIG, 0, Optional.empty(), List.of());
  }

  public static Part layer(Descriptor descriptor, int position) {
    return new Part(descriptor, Role.LAYER, position, Optional.empty(), List.of());
  }

  public Part withDescriptor(Descriptor other) {
    return new Part(other, role, position, diffId, origins);
  }

  public Part withDiffId(Digest digest) {
    return new Part(descriptor, role, position, Optional.of(digest), origins);
  }

  public Part withOrigins(List<Repository> places) {
    return new Part(descriptor, role, position, diffId, places);
  }

  @Override
  public String toString() {
    return (role == Role.CONFIG ? "config " : "blob ") + descriptor.digest();
  }
}
