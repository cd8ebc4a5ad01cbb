package dev.stowage.engine;

import dev.stowage.model.Bytes;
import dev.stowage.model.ContainerId;
import dev.stowage.model.CorruptException;
import dev.stowage.model.Digest;
import dev.stowage.model.ImageId;
import dev.stowage.model.Json;
import dev.stowage.model.LayerId;
import dev.stowage.model.MediaType;
import dev.stowage.model.Platform;
import dev.stowage.store.Container;
import dev.stowage.store.Home;
import dev.stowage.store.ImageRecord;
import dev.stowage.store.Layer;
import dev.stowage.store.MountRecord;
import dev.stowage.store.Snapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A store in memory: records and data items put together by hand. It counts what is read.
final class Shelf {
  private static final Home MAIN = new Home(Path.of("/main"), Home.Shelf.STABLE);
  private static final Home OTHER = new Home(Path.of("/other"), Home.Shelf.READ_ONLY);

  static final Platform MACHINE = new Platform("linux", "amd64", "");

  private final List<Layer> layers = new ArrayList<>();
  private final List<ImageRecord> images = new ArrayList<>();
  private final List<Container> containers = new ArrayList<>();
  private final List<MountRecord> mounts = new ArrayList<>();
  private final Map<String, Bytes> data = new HashMap<>();
  private int reads;

  static String id(String start) {
    return (start + "0".repeat(64)).substring(0, 64);
  }

  static LayerId layerId(String start) {
    return new LayerId(id(start));
  }

  Shelf layer(String start, String parent, long size) {
    Json.Builder json =
        Json.object()
            .put("id", id(start))
            .put("diff-digest", "sha256:" + id(start))
            .put("diff-size", size);
    if (!parent.isEmpty()) {
      json.put("parent", id(parent));
    }
    layers.add(Layer.of(layerId(start), json.build(), MAIN));
    return this;
  }

  Shelf container(String start, ImageId image) {
    containers.add(
        Container.of(
            new ContainerId(id(start)),
            Json.object()
                .put("id", id(start))
                .put("image", image.value())
                .put("layer", id(start))
                .build(),
            MAIN));
    return this;
  }

  Shelf mount(String layer, String path, int count) {
    mounts.add(new MountRecord(layerId(layer), Path.of(path), count));
    return this;
  }

  /// An image to be described.
  Making image(String start) {
    return new Making(start);
  }

  /// Describes an image.
  final class Making {
    private final String start;
    private final List<String> names = new ArrayList<>();
    private final List<Digest> more = new ArrayList<>();
    private String top = "";
    private List<String> diffIds = List.of();
    private List<String> steps = List.of();
    private Json labels = new Json.Null();
    private Platform platform = MACHINE;
    private Home place = MAIN;
    private String created = "2024-01-02T03:04:05Z";
    private List<String> formerNames = List.of();

    private Making(String start) {
      this.start = start;
    }

    Making named(String... wanted) {
      names.addAll(List.of(wanted));
      return this;
    }

    /// @param wanted what the steps did; those that begin with `-` made no layer
    Making on(String layer, List<String> diffs, String... wanted) {
      top = layer;
      diffIds = diffs;
      steps = List.of(wanted);
      return this;
    }

    Making labelled(String key, String value) {
      labels = Json.object().put(key, value).build();
      return this;
    }

    Making runningOn(Platform wanted) {
      platform = wanted;
      return this;
    }

    Making created(String time) {
      created = time;
      return this;
    }

    Making formerly(String... wanted) {
      formerNames = List.of(wanted);
      return this;
    }

    Making readOnly() {
      place = OTHER;
      return this;
    }

    Making alsoDigest(Digest digest) {
      more.add(digest);
      return this;
    }

    Making steps(String... wanted) {
      steps = List.of(wanted);
      return this;
    }

    ImageId done() {
      List<Json> history = new ArrayList<>();
      for (String step : steps) {
        Json.Builder entry = Json.object().put("created_by", step);
        if (step.startsWith("-")) {
          entry.put("empty_layer", true);
        }
        history.add(entry.build());
      }
      List<String> diffs = new ArrayList<>();
      for (String diff : diffIds) {
        diffs.add("sha256:" + id(diff));
      }
      Bytes config =
          Bytes.utf8(
              Json.object()
                  .put("architecture", platform.architecture())
                  .put("os", platform.os())
                  .put("variant", platform.variant())
                  .put("author", start)
                  .put("config", Json.object().put("Labels", labels).build())
                  .put(
                      "rootfs",
                      Json.object()
                          .put("type", "layers")
                          .put("diff_ids", Json.ofStrings(diffs))
                          .build())
                  .put("history", new Json.Arr(history))
                  .build()
                  .compact());
      Digest configDigest = Digest.of(config);
      Json.Obj manifest =
          Json.object()
              .put("schemaVersion", 2)
              .put("mediaType", MediaType.OCI_MANIFEST.value())
              .put(
                  "config",
                  Json.object()
                      .put("mediaType", MediaType.OCI_CONFIG.value())
                      .put("digest", configDigest.toString())
                      .put("size", config.length())
                      .build())
              .put("layers", new Json.Arr(List.of()))
              .build();
      return record(Bytes.utf8(manifest.compact()), Map.of(configDigest.toString(), config));
    }

    /// A list of these manifests.
    ImageId listing(Map<Digest, Platform> instances) {
      List<Json> entries = new ArrayList<>();
      instances.forEach(
          (digest, machine) ->
              entries.add(
                  Json.object()
                      .put("mediaType", MediaType.OCI_MANIFEST.value())
                      .put("digest", digest.toString())
                      .put("size", 1)
                      .put(
                          "platform",
                          Json.object()
                              .put("os", machine.os())
                              .put("architecture", machine.architecture())
                              .put("variant", machine.variant())
                              .build())
                      .build()));
      Json.Obj index =
          Json.object()
              .put("schemaVersion", 2)
              .put("mediaType", MediaType.OCI_INDEX.value())
              .put("manifests", new Json.Arr(entries))
              .build();
      return record(Bytes.utf8(index.compact()), Map.of());
    }

    private ImageId record(Bytes manifest, Map<String, Bytes> others) {
      ImageId image = new ImageId(id(start));
      Map<String, Bytes> items = new HashMap<>(others);
      items.put("manifest", manifest);
      items.put("manifest-" + Digest.of(manifest), manifest);
      Json.Builder sizes = Json.object();
      Json.Builder digests = Json.object();
      items.forEach(
          (name, content) -> {
            data.put(image.value() + "/" + name, content);
            sizes.put(name, content.length());
            digests.put(name, Digest.of(content).toString());
          });
      for (Digest digest : more) {
        digests.put("manifest-" + digest, digest.toString());
      }
      Json.Builder json =
          Json.object()
              .put("id", image.value())
              .put("digest", Digest.of(manifest).toString())
              .put("names", Json.ofStrings(names))
              .put("names-history", Json.ofStrings(formerNames))
              .put("created", created)
              .put("big-data-names", Json.ofStrings(items.keySet()))
              .put("big-data-sizes", sizes.build())
              .put("big-data-digests", digests.build());
      if (!top.isEmpty()) {
        json.put("layer", id(top));
      }
      images.add(ImageRecord.of(image, json.build(), place));
      return image;
    }
  }

  /// Loses a data item of an image.
  void lose(ImageId image, String item) {
    data.keySet().removeIf(key -> key.startsWith(image.value() + "/" + item));
  }

  View view() {
    return new View(new Snapshot(layers, images, containers, mounts), this::read);
  }

  private Bytes read(ImageRecord image, String item) throws IOException {
    reads++;
    Bytes content = data.get(image.id().value() + "/" + item);
    if (content == null) {
      throw new CorruptException(Path.of(item), "missing");
    }
    return content;
  }

  /// How many data items have been read.
  int reads() {
    return reads;
  }

  Lookup lookup(View view) {
    return new Lookup(view, ShortNames.LOCALHOST, MACHINE);
  }

  ImageRecord recordOf(ImageId image) {
    for (ImageRecord each : images) {
      if (each.id().equals(image)) {
        return each;
      }
    }
    throw new AssertionError("no image " + image);
  }

  Digest digestOf(ImageId image) {
    Optional<Digest> digest = recordOf(image).digest();
    return digest.orElseThrow();
  }
}
