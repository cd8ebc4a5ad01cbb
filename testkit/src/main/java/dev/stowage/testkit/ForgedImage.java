package dev.stowage.testkit;

import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.Json;
import dev.stowage.model.MediaType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// An image whose manifest and configuration say what they are told to, true or not.
public final class ForgedImage {
  private final List<Bytes> blobs = new ArrayList<>();
  private final List<Descriptor> layers = new ArrayList<>();
  private final List<String> diffIds = new ArrayList<>();

  /// An image without layers.
  public ForgedImage() {}

  /// Adds a layer that is described truly.
  ///
  /// @param blob the layer as the registry has it
  /// @param diffId what the configuration promises
  public ForgedImage layer(MediaType type, Bytes blob, Digest diffId) {
    return layer(blob, new Descriptor(type, Digest.of(blob), blob.length()), diffId);
  }

  /// Adds a plain tar as a layer, described truly.
  public ForgedImage layer(Bytes tar) {
    return layer(MediaType.OCI_LAYER, tar, Digest.of(tar));
  }

  /// Adds a layer that is described otherwise than it is.
  public ForgedImage layer(Bytes blob, Descriptor described, Digest diffId) {
    blobs.add(blob);
    layers.add(described);
    diffIds.add(diffId.toString());
    return this;
  }

  /// Promises one more layer in the configuration alone.
  public ForgedImage promise(Digest diffId) {
    diffIds.add(diffId.toString());
    return this;
  }

  /// Puts the image into a registry.
  public Document addTo(EmbeddedRegistry registry, String repository, String tag)
      throws IOException {
    Bytes config =
        Bytes.utf8(
            Json.object()
                .put("architecture", "amd64")
                .put("os", "linux")
                .put(
                    "rootfs",
                    Json.object()
                        .put("type", "layers")
                        .put("diff_ids", Json.ofStrings(diffIds))
                        .build())
                .build()
                .compact());
    return addTo(registry, repository, tag, config);
  }

  /// Puts the image with another configuration into a registry.
  public Document addTo(EmbeddedRegistry registry, String repository, String tag, Bytes config)
      throws IOException {
    for (Bytes blob : blobs) {
      registry.addBlob(repository, MediaType.OCI_LAYER, blob);
    }
    Descriptor described = registry.addBlob(repository, MediaType.OCI_CONFIG, config);
    List<Json> entries = new ArrayList<>();
    for (Descriptor layer : layers) {
      entries.add(json(layer));
    }
    Document manifest =
        new Document(
            MediaType.OCI_MANIFEST,
            Bytes.utf8(
                Json.object()
                    .put("schemaVersion", 2)
                    .put("mediaType", MediaType.OCI_MANIFEST.value())
                    .put("config", json(described))
                    .put("layers", new Json.Arr(entries))
                    .build()
                    .compact()));
    Digest _ = registry.addManifest(repository, tag, manifest);
    return manifest;
  }

  private static Json.Obj json(Descriptor descriptor) {
    return Json.object()
        .put("mediaType", descriptor.type().value())
        .put("digest", descriptor.digest().toString())
        .put("size", descriptor.size())
        .build();
  }
}
