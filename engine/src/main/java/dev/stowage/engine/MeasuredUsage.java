package dev.stowage.engine;

import dev.stowage.model.LayerId;
import dev.stowage.store.Container;
import dev.stowage.store.ImageRecord;
import dev.stowage.store.Layer;
import dev.stowage.store.Snapshot;
import dev.stowage.store.SpaceUse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a store takes on the disk, measured: bytes that the file system has set aside, each in one
/// of the parts, which together are what du(1) says of the store's directory.
///
/// @param unique layers that one image has
/// @param shared layers that several images have
/// @param mapped copies of layers for other owners
/// @param data manifests, configurations and signatures of images
/// @param containers layers that containers write to, and what is kept beside them
/// @param unused layers that neither an image nor a container has
/// @param orphaned what no record names
/// @param staging what is being unpacked, waits to be adopted, or to be deleted
/// @param volumes Podman's volumes
/// @param records the store's own files
/// @param others what other programs keep in the store's directory
/// @param orphans what `orphaned` is made of
public record MeasuredUsage(
    Part unique,
    Part shared,
    Part mapped,
    Part data,
    Part containers,
    Part unused,
    Part orphaned,
    Part staging,
    Part volumes,
    Part records,
    Part others,
    List<Orphan> orphans) {

  /// A part: how many things, and their bytes.
  public record Part(int count, long bytes) {
    private static final Part NONE = new Part(0, 0);

    private Part and(long more) {
      return new Part(count + 1, bytes + more);
    }
  }

  /// Something that no record names.
  public record Orphan(Path path, long bytes) {}

  public MeasuredUsage {
    orphans = List.copyOf(orphans);
  }

  /// All parts together, in bytes.
  public long total() {
    return unique.bytes
        + shared.bytes
        + mapped.bytes
        + data.bytes
        + containers.bytes
        + unused.bytes
        + orphaned.bytes
        + staging.bytes
        + volumes.bytes
        + records.bytes
        + others.bytes;
  }

  static MeasuredUsage of(SpaceUse use) {
    Snapshot now = use.now();
    Map<LayerId, Integer> users = new HashMap<>();
    Set<LayerId> copies = new HashSet<>();
    for (ImageRecord image : now.images()) {
      Optional<LayerId> next = image.topLayer();
      Set<LayerId> seen = new HashSet<>();
      while (next.isPresent() && seen.add(next.get())) {
        users.merge(next.get(), 1, Integer::sum);
        next = now.layer(next.get()).flatMap(Layer::parent);
      }
      copies.addAll(image.mappedTopLayers());
    }
    Set<LayerId> written = new HashSet<>();
    Part containers = Part.NONE;
    for (Container container : now.containers()) {
      container.layer().ifPresent(written::add);
      containers =
          containers.and(
              use.containers().getOrDefault(container.id(), 0L)
                  + container.layer().map(id -> use.layers().getOrDefault(id, 0L)).orElse(0L));
    }
    Part unique = Part.NONE;
    Part shared = Part.NONE;
    Part mapped = Part.NONE;
    Part unused = Part.NONE;
    for (Map.Entry<LayerId, Long> layer : use.layers().entrySet()) {
      int count = users.getOrDefault(layer.getKey(), 0);
      if (written.contains(layer.getKey())) {
        continue;
      }
      if (count > 1) {
        shared = shared.and(layer.getValue());
      } else if (count == 1) {
        unique = unique.and(layer.getValue());
      } else if (copies.contains(layer.getKey())) {
        mapped = mapped.and(layer.getValue());
      } else {
        unused = unused.and(layer.getValue());
      }
    }
    Part data = Part.NONE;
    for (long bytes : use.images().values()) {
      data = data.and(bytes);
    }
    Part orphaned = Part.NONE;
    List<Orphan> orphans = new ArrayList<>();
    for (SpaceUse.Orphan orphan : use.orphans()) {
      orphaned = orphaned.and(orphan.bytes());
      orphans.add(new Orphan(orphan.path(), orphan.bytes()));
    }
    Part volumes = Part.NONE;
    for (SpaceUse.Volume volume : use.volumes().values()) {
      volumes = volumes.and(volume.bytes());
    }
    return new MeasuredUsage(
        unique,
        shared,
        mapped,
        data,
        containers,
        unused,
        orphaned,
        new Part(use.staging() > 0 ? 1 : 0, use.staging()),
        volumes,
        new Part(1, use.records()),
        new Part(use.others() > 0 ? 1 : 0, use.others()),
        orphans);
  }
}
