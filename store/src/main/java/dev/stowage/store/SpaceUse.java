package dev.stowage.store;

import dev.stowage.model.ContainerId;
import dev.stowage.model.ImageId;
import dev.stowage.model.LayerId;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// How much of the disk a store takes, by what it is for, in bytes as the file system has set them
/// aside. What several names lead to counts once. Everything beneath the store's roots is in one of
/// the parts, so that together they are what du(1) says.
///
/// @param now the store at the time
/// @param layers each layer's files and what rebuilds its tar
/// @param images each image's manifests, configuration and signatures
/// @param containers what is kept of each container beside its layer
/// @param orphans directories of layers, images and containers that no record names
/// @param staging what is being unpacked, waits to be adopted, or to be deleted
/// @param volumes each volume of Podman
/// @param records the store's own files and directories
/// @param others what other programs keep beneath the roots
public record SpaceUse(
    Snapshot now,
    Map<LayerId, Long> layers,
    Map<ImageId, Long> images,
    Map<ContainerId, Long> containers,
    List<Orphan> orphans,
    long staging,
    Map<String, Volume> volumes,
    long records,
    long others) {

  /// Something that no record names.
  public record Orphan(Path path, long bytes) {}

  /// A volume of Podman.
  ///
  /// @param lengths the lengths of its files together
  public record Volume(long bytes, long lengths) {}

  public SpaceUse {
    layers = Map.copyOf(layers);
    images = Map.copyOf(images);
    containers = Map.copyOf(containers);
    orphans = List.copyOf(orphans);
    volumes = Map.copyOf(volumes);
  }

  /// All of it.
  public long total() {
    long total = staging + records + others;
    for (long bytes : layers.values()) {
      total += bytes;
    }
    for (long bytes : images.values()) {
      total += bytes;
    }
    for (long bytes : containers.values()) {
      total += bytes;
    }
    for (Orphan orphan : orphans) {
      total += orphan.bytes();
    }
    for (Volume volume : volumes.values()) {
      total += volume.bytes();
    }
    return total;
  }
}
