package dev.stowage.transfer.place;

import dev.stowage.archive.Compression;
import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.Json;
import dev.stowage.model.MediaType;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Platform;
import dev.stowage.transfer.ImageSource;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// An image that is made from layers which are known and whose contents are elsewhere: it has a
/// manifest and a configuration of its own. The same facts make the same documents, and those that
/// Podman makes of them.
public final class MadeImage implements ImageSource {
  private static final String IMPORTED = "imported from tarball";

  /// What is known about an image beside its layers.
  ///
  /// @param execution the `config` object
  /// @param comment of its history; the usual one where it is empty
  public record Facts(Platform platform, Json.Obj execution, String comment) {}

  /// A layer.
  ///
  /// @param created when it was made
  public record Layer(Digest diffId, Instant created) {}

  private final Bytes config;
  private final Document manifest;

  /// @param layers as the manifest lists them, lowest first
  /// @param type of the manifest
  public MadeImage(Bytes config, List<Descriptor> layers, MediaType type) {
    this.config = config;
    List<Json> listed = new ArrayList<>(layers.size());
    for (Descriptor layer : layers) {
      listed.add(json(layer));
    }
    Bytes text =
        Bytes.utf8(
            Json.object()
                .put("schemaVersion", 2)
                .put("mediaType", type.value())
                .put(
                    "config",
                    json(new Descriptor(MediaType.OCI_CONFIG, Digest.of(config), config.length())))
                .put("layers", new Json.Arr(listed))
                .build()
                .compact());
    this.manifest = new Document(type, text);
  }

  private static Json.Obj json(Descriptor descriptor) {
    return Json.object()
        .put("mediaType", descriptor.type().value())
        .put("digest", descriptor.digest().toString())
        .put("size", descriptor.size())
        .build();
  }

  /// How a tar is listed as a layer: as it is stored, if manifests have a word for its compression,
  /// else as its plain tar.
  public static Descriptor layer(
      Compression compression, Digest stored, long storedSize, Digest diffId, long size) {
    return switch (compression) {
      case GZIP -> new Descriptor(MediaType.OCI_LAYER_GZIP, stored, storedSize);
      case ZSTD -> new Descriptor(MediaType.OCI_LAYER_ZSTD, stored, storedSize);
      case NONE, XZ, BZIP2 -> new Descriptor(MediaType.OCI_LAYER, diffId, size);
    };
  }

  /// The configuration of an image without a past.
  ///
  /// @param layers lowest first; the image is as old as the youngest
  public static Bytes config(Facts facts, List<Layer> layers) {
    Instant created = Instant.MIN;
    List<String> diffIds = new ArrayList<>();
    List<Json> history = new ArrayList<>();
    for (Layer layer : layers) {
      created = layer.created().isAfter(created) ? layer.created() : created;
      diffIds.add(layer.diffId().toString());
      history.add(
          Json.object()
              .put("created", layer.created().toString())
              .put("created_by", "/bin/sh -c #(nop) ADD file:" + layer.diffId().hex() + " in /")
              .put("comment", facts.comment().isEmpty() ? IMPORTED : facts.comment())
              .build());
    }
    Json.Builder config =
        Json.object()
            .put("created", created.toString())
            .put("architecture", facts.platform().architecture())
            .put("os", facts.platform().os());
    if (!facts.platform().variant().isEmpty()) {
      config.put("variant", facts.platform().variant());
    }
    return Bytes.utf8(
        config
            .put("config", facts.execution())
            .put(
                "rootfs",
                Json.object()
                    .put("type", "layers")
                    .put("diff_ids", Json.ofStrings(diffIds))
                    .build())
            .put("history", new Json.Arr(history))
            .build()
            .compact());
  }

  @Override
  public Document manifest() {
    return manifest;
  }

  @Override
  public Document manifest(Digest instance) throws IOException {
    throw missing(instance);
  }

  @Override
  public InputStream blob(Descriptor blob) throws IOException {
    if (Digest.of(config).equals(blob.digest())) {
      return config.stream();
    }
    throw missing(blob.digest());
  }

  private static NotFoundException missing(Digest digest) {
    return new NotFoundException(
        NotFoundException.Kind.BLOB,
        digest.toString(),
        "no blob with digest \"" + digest + "\" found");
  }

  @Override
  public List<ImageSignature> signatures(Digest of) {
    return List.of();
  }

  @Override
  public void close() {}
}
