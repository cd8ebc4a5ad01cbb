package dev.stowage.engine;

import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageConfig;
import dev.stowage.model.ImageId;
import dev.stowage.model.Json;
import dev.stowage.model.Reference;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Everything there is to know about one image, with a text form whose fields are named, ordered
/// and written as Podman's.
///
/// @param identity what it is called and what it comes from
/// @param config its configuration
/// @param manifest its main manifest
/// @param annotations of the manifest; none for Docker's manifests
/// @param size in bytes
/// @param driver how and where its layers are kept
public record Inspection(
    Identity identity,
    ImageConfig config,
    Document manifest,
    Map<String, String> annotations,
    long size,
    DriverData driver) {

  /// What an image is called and what it comes from.
  public record Identity(
      ImageId id,
      Optional<Digest> digest,
      List<Reference> repoTags,
      List<Reference> repoDigests,
      Optional<ImageId> parent,
      List<String> namesHistory) {}

  /// How and where an image's layers are kept.
  ///
  /// @param name of the driver
  /// @param data the directories of the top layer, in alphabetical order of their kinds
  public record DriverData(String name, Map<String, String> data) {}

  /// The JSON object that `podman image inspect` shows for the image.
  public Json.Obj toJson() {
    return InspectionText.of(this);
  }
}
