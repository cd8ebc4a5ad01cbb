package dev.stowage.engine;

import dev.stowage.model.ContainerId;
import dev.stowage.model.ImageId;
import dev.stowage.model.LayerId;
import dev.stowage.store.Container;
import dev.stowage.store.ImageRecord;
import dev.stowage.store.Layer;
import dev.stowage.store.Snapshot;
import dev.stowage.store.Store;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What images, containers and volumes take, as the records say and as Podman counts: the lengths
/// of plain layers, each counted once, and of images' data.
///
/// @param imageBytes all layers and all images' data
public record DiskUsage(
    List<OfImage> images, List<OfContainer> containers, List<OfVolume> volumes, long imageBytes) {

  /// What an image takes, in bytes.
  ///
  /// @param shared of layers that other images have too
  /// @param unique of layers that no other image has, and of its data
  /// @param containers how many were made from it
  public record OfImage(Image image, long shared, long unique, int containers) {
    public long size() {
      return shared + unique;
    }
  }

  /// What a container takes.
  ///
  /// @param size the lengths of the files it wrote, in bytes
  /// @param running whether its files are mounted, so that somebody is at work in it
  public record OfContainer(
      ContainerId id,
      Optional<ImageId> image,
      List<String> names,
      Optional<Instant> created,
      long size,
      List<String> volumes,
      boolean running) {}

  /// What a volume of Podman takes.
  ///
  /// @param links how many containers use it, as far as they note that down
  /// @param size the lengths of its files, in bytes
  public record OfVolume(String name, int links, long size) {}

  public DiskUsage {
    images = List.copyOf(images);
    containers = List.copyOf(containers);
    volumes = List.copyOf(volumes);
  }

  static DiskUsage of(Store store, View view, Images images) throws IOException {
    Snapshot now = view.snapshot();
    Map<LayerId, Long> sizes = HashMap.newHashMap(now.layers().size());
    long total = 0;
    for (Layer layer : now.layers()) {
      long size = size(store, layer);
      if (sizes.putIfAbsent(layer.id(), size) == null) {
        total += size;
      }
    }
    Map<LayerId, Integer> users = new HashMap<>();
    for (ImageRecord image : now.images()) {
      for (Layer layer : Sizes.layers(now, image)) {
        users.merge(layer.id(), 1, Integer::sum);
      }
    }
    List<OfImage> all = new ArrayList<>(now.images().size());
    for (ImageRecord image : now.images()) {
      long shared = 0;
      long unique = Sizes.ofData(image);
      total += unique;
      for (Layer layer : Sizes.layers(now, image)) {
        long size = sizes.getOrDefault(layer.id(), 0L);
        if (users.getOrDefault(layer.id(), 0) > 1) {
          shared += size;
        } else {
          unique += size;
        }
      }
      all.add(
          new OfImage(images.image(view, image), shared, unique, now.usersOf(image.id()).size()));
    }
    List<OfContainer> containers = containers(store, now);
    return new DiskUsage(all, containers, volumes(store, containers), total);
  }

  /// Of a layer that was pulled in parts nobody noted the size down, so its files are measured.
  private static long size(Store store, Layer layer) throws IOException {
    return layer.uncompressedSize().isEmpty() && layer.tocDigest().isPresent()
        ? store.lengthsOf(layer)
        : Sizes.of(layer);
  }

  /// The containers that may be Podman's.
  private static List<OfContainer> containers(Store store, Snapshot now) throws IOException {
    List<OfContainer> containers = new ArrayList<>();
    for (Container container : now.containers()) {
      if (!External.is(container)) {
        Optional<Layer> layer = container.layer().flatMap(now::layer);
        containers.add(
            new OfContainer(
                container.id(),
                container.image(),
                container.names(),
                container.created(),
                layer.isPresent() ? store.lengthsOf(layer.get()) : 0,
                List.copyOf(store.volumes().usedBy(container)),
                layer.isPresent() && now.mountOf(layer.get().id()).isPresent()));
      }
    }
    return containers;
  }

  private static List<OfVolume> volumes(Store store, List<OfContainer> containers)
      throws IOException {
    List<OfVolume> volumes = new ArrayList<>();
    for (Map.Entry<String, Long> volume : store.volumes().lengths().entrySet()) {
      int links = 0;
      for (OfContainer container : containers) {
        Set<String> used = new HashSet<>(container.volumes());
        links += used.contains(volume.getKey()) ? 1 : 0;
      }
      volumes.add(new OfVolume(volume.getKey(), links, volume.getValue()));
    }
    return volumes;
  }
}
