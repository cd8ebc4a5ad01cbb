package dev.stowage.store;

import dev.stowage.archive.Compression;
import dev.stowage.archive.PlainTar;
import dev.stowage.archive.Stages;
import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.model.ImageId;
import dev.stowage.model.Json;
import dev.stowage.model.LayerId;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An image that a pull might have brought: plain layers, an OCI config and an OCI manifest.
record SampleImage(List<TestTar> layers, Digest manifestDigest, Map<String, Bytes> data) {

  static SampleImage of(TestTar... layers) {
    List<Json> diffIds = new ArrayList<>();
    List<Json> descriptors = new ArrayList<>();
    for (TestTar layer : layers) {
      Digest digest = Digest.of(Bytes.copyOf(layer.bytes()));
      diffIds.add(Json.of(digest.toString()));
      descriptors.add(
          descriptor("application/vnd.oci.image.layer.v1.tar", digest, layer.bytes().length));
    }
    Bytes config =
        Bytes.utf8(
            Json.object()
                .put("architecture", "amd64")
                .put("os", "linux")
                .put("config", Json.object().put("Cmd", Json.ofStrings(List.of("/hello"))).build())
                .put(
                    "rootfs",
                    Json.object()
                        .put("type", "layers")
                        .put("diff_ids", new Json.Arr(diffIds))
                        .build())
                .build()
                .compact());
    Bytes manifest =
        Bytes.utf8(
            Json.object()
                .put("schemaVersion", 2)
                .put("mediaType", "application/vnd.oci.image.manifest.v1+json")
                .put(
                    "config",
                    descriptor(
                        "application/vnd.oci.image.config.v1+json",
                        Digest.of(config),
                        config.length()))
                .put("layers", new Json.Arr(descriptors))
                .build()
                .compact());
    Digest digest = Digest.of(manifest);
    Map<String, Bytes> data = new LinkedHashMap<>();
    data.put("manifest-" + digest, manifest);
    data.put("manifest", manifest);
    data.put(Digest.of(config).toString(), config);
    return new SampleImage(List.of(layers), digest, data);
  }

  private static Json descriptor(String type, Digest digest, long size) {
    return Json.object()
        .put("mediaType", type)
        .put("digest", digest.toString())
        .put("size", size)
        .build();
  }

  /// As the peers have it: the hexadecimal digits of the config's digest.
  ImageId id() {
    for (String item : data.keySet()) {
      if (item.startsWith("sha256:")) {
        return new ImageId(item.substring("sha256:".length()));
      }
    }
    throw new IllegalStateException("no config");
  }

  /// As the peers have it: the first diff ID, then the digest of the parent's ID and the diff ID.
  List<LayerId> layerIds() {
    List<LayerId> ids = new ArrayList<>();
    for (TestTar layer : layers) {
      Digest diffId = Digest.of(Bytes.copyOf(layer.bytes()));
      ids.add(
          new LayerId(
              ids.isEmpty()
                  ? diffId.hex()
                  : Digest.of(Bytes.utf8(ids.getLast() + "+" + diffId)).hex()));
    }
    return ids;
  }

  LayerId top() {
    return layerIds().getLast();
  }

  NewImage record(String... names) {
    return new NewImage(
        id(),
        List.of(names),
        layers.isEmpty() ? Optional.empty() : Optional.of(top()),
        "{}",
        Optional.of(Instant.parse("2023-05-06T07:08:09.1Z")),
        Optional.of(manifestDigest),
        data);
  }

  /// Stages all layers and puts them and the image into the store.
  ImageRecord putInto(Store store, String... names) throws IOException {
    List<StagedLayer> staged = new ArrayList<>();
    try {
      for (TestTar layer : layers) {
        staged.add(store.stage(PlainTar.of(layer.stream()), Stages.ONE));
      }
      return store.write(
          Scope.IMAGES,
          edit -> {
            Optional<LayerId> parent = Optional.empty();
            for (int i = 0; i < staged.size(); i++) {
              StagedLayer layer = staged.get(i);
              parent =
                  Optional.of(
                      edit.adopt(
                              layer,
                              layerIds().get(i),
                              parent,
                              Optional.of(new Blob(layer.digest(), layer.size(), Compression.NONE)))
                          .id());
            }
            return edit.putImage(record(names));
          });
    } finally {
      for (StagedLayer layer : staged) {
        layer.discard();
      }
    }
  }
}
