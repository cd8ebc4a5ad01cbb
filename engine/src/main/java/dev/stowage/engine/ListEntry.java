package dev.stowage.engine;

import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Json;
import dev.stowage.model.MediaType;
import dev.stowage.model.Platform;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One entry of a list of manifests: an image for a platform, or an artifact.
///
/// @param features what the platform's processor has to have; only Docker's lists say it
/// @param data the manifest itself, where the entry holds it
/// @param others fields that this program does not know, which stay
public record ListEntry(
    Descriptor descriptor,
    Optional<MediaType> artifactType,
    List<String> features,
    Optional<Bytes> data,
    Map<String, Json> others) {
  static final Platform NO_PLATFORM = new Platform("", "", "");

  public ListEntry {
    features = List.copyOf(features);
    others = Collections.unmodifiableMap(new LinkedHashMap<>(others));
  }

  /// An entry that says no more than its descriptor.
  static ListEntry of(Descriptor descriptor, Optional<MediaType> artifactType) {
    return new ListEntry(descriptor, artifactType, List.of(), Optional.empty(), Map.of());
  }

  public Digest digest() {
    return descriptor.digest();
  }

  /// The platform; an empty one where none is named.
  public Platform platform() {
    return descriptor.platform().orElse(NO_PLATFORM);
  }

  ListEntry withFeatures(List<String> wanted) {
    return new ListEntry(descriptor, artifactType, wanted, data, others);
  }

  /// With a platform; one that says nothing is none.
  ListEntry withPlatform(Platform wanted) {
    return with(
        wanted.equals(NO_PLATFORM) ? Optional.empty() : Optional.of(wanted),
        descriptor.annotations());
  }

  ListEntry withAnnotations(Map<String, String> wanted) {
    return with(descriptor.platform(), wanted);
  }

  private ListEntry with(Optional<Platform> platform, Map<String, String> annotations) {
    Descriptor changed =
        new Descriptor(
            descriptor.type(),
            descriptor.digest(),
            descriptor.size(),
            platform,
            annotations,
            descriptor.urls());
    return new ListEntry(changed, artifactType, features, data, others);
  }
}
