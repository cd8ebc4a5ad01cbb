package dev.stowage.store;

import dev.stowage.model.AmbiguousException;
import dev.stowage.model.ContainerId;
import dev.stowage.model.CorruptException;
import dev.stowage.model.Digest;
import dev.stowage.model.ImageId;
import dev.stowage.model.LayerId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Everything a store recorded at one moment: a value that outlives the locks it was read under.
///
/// Records stand in the order of the files, the main store first and the additional stores after
/// it, in their order; where two stores have a record of one ID, the first is found by look-ups.
/// Incomplete layers are not among them. Indexes are made when they are first asked for, and of
/// files that have an index a record is read when it is asked for.
public final class Snapshot {

  /// What a store holds that was never written to.
  public static final Snapshot EMPTY = new Snapshot(List.of(), List.of(), List.of(), List.of());

  private final List<Layer> layers;
  private final List<ImageRecord> images;
  private final List<Container> containers;
  private final List<MountRecord> mounts;

  private @Nullable Map<LayerId, Layer> layerById;
  private @Nullable Map<ImageId, ImageRecord> imageById;
  private @Nullable Map<String, ImageRecord> imageByName;
  private @Nullable Map<Digest, List<ImageRecord>> imagesByDigest;
  private @Nullable Map<Digest, List<Layer>> byUncompressed;
  private @Nullable Map<LayerId, List<Layer>> children;
  private @Nullable Map<LayerId, List<ImageRecord>> imagesByTop;
  private @Nullable Map<ImageId, List<Container>> users;

  public Snapshot(
      List<Layer> layers,
      List<ImageRecord> images,
      List<Container> containers,
      List<MountRecord> mounts) {
    this.layers = kept(layers);
    this.images = kept(images);
    this.containers = List.copyOf(containers);
    this.mounts = List.copyOf(mounts);
  }

  private static <R> List<R> kept(List<R> records) {
    return records instanceof IndexedRecords ? records : List.copyOf(records);
  }

  public List<Layer> layers() {
    return layers;
  }

  public List<ImageRecord> images() {
    return images;
  }

  public List<Container> containers() {
    return containers;
  }

  public List<MountRecord> mounts() {
    return mounts;
  }

  /// Whether these are the very records of the other one, read once, so that what was worked out
  /// from those holds for these. Records that were read again count as others.
  public boolean hasRecordsOf(Snapshot other) {
    return layers.equals(other.layers)
        && images.equals(other.images)
        && containers.equals(other.containers)
        && mounts.equals(other.mounts);
  }

  public synchronized Optional<Layer> layer(LayerId id) {
    if (layers instanceof IndexedRecords<Layer> indexed) {
      return indexed.withId(id.value());
    }
    if (layerById == null) {
      Map<LayerId, Layer> index = HashMap.newHashMap(layers.size());
      for (Layer layer : layers) {
        index.putIfAbsent(layer.id(), layer);
      }
      layerById = index;
    }
    return Optional.ofNullable(layerById.get(id));
  }

  public synchronized Optional<ImageRecord> image(ImageId id) {
    if (images instanceof IndexedRecords<ImageRecord> indexed) {
      return indexed.withId(id.value());
    }
    if (imageById == null) {
      Map<ImageId, ImageRecord> index = HashMap.newHashMap(images.size());
      for (ImageRecord image : images) {
        index.putIfAbsent(image.id(), image);
      }
      imageById = index;
    }
    return Optional.ofNullable(imageById.get(id));
  }

  /// The image that has exactly this name.
  public synchronized Optional<ImageRecord> imageNamed(String name) {
    if (images instanceof IndexedRecords<ImageRecord> indexed) {
      return indexed.named(name);
    }
    if (imageByName == null) {
      Map<String, ImageRecord> index = HashMap.newHashMap(2 * images.size());
      for (ImageRecord image : images) {
        for (String each : image.names()) {
          ImageRecord other = index.get(each);
          // Of one store the later record has the name, of several stores the earlier.
          if (other == null || other.home().equals(image.home())) {
            index.put(each, image);
          }
        }
      }
      imageByName = index;
    }
    return Optional.ofNullable(imageByName.get(name));
  }

  /// The image whose ID begins with the digits.
  ///
  /// @throws AmbiguousException if several IDs of one store do
  public Optional<ImageRecord> imageByPrefix(String digits) throws AmbiguousException {
    if (digits.isEmpty()) {
      return Optional.empty();
    }
    ImageRecord found = null;
    List<String> candidates = new ArrayList<>();
    for (ImageRecord image : candidates().withIdFrom(digits)) {
      if (found != null && !found.home().equals(image.home())) {
        break;
      }
      if (image.id().value().startsWith(digits)) {
        if (image.id().value().equals(digits)) {
          return Optional.of(image);
        }
        found = found == null ? image : found;
        candidates.add(image.id().value());
      }
    }
    if (candidates.size() > 1) {
      throw new AmbiguousException(
          digits, candidates, digits + ": more than one image has an ID that begins so");
    }
    return Optional.ofNullable(found);
  }

  /// The images, to be narrowed before they are looked at one by one.
  public Candidates candidates() {
    return new Candidates(images);
  }

  public Optional<Container> container(ContainerId id) {
    for (Container container : containers) {
      if (container.id().equals(id)) {
        return Optional.of(container);
      }
    }
    return Optional.empty();
  }

  /// The images that have a manifest of this digest.
  public synchronized List<ImageRecord> imagesByDigest(Digest digest) {
    if (imagesByDigest == null) {
      Map<Digest, List<ImageRecord>> index = new HashMap<>();
      for (ImageRecord image : images) {
        for (Digest each : image.digests()) {
          add(index, each, image);
        }
      }
      imagesByDigest = index;
    }
    return found(imagesByDigest, digest);
  }

  /// The layers whose plain tar has this digest.
  public synchronized List<Layer> layersByUncompressedDigest(Digest digest) {
    if (byUncompressed == null) {
      Map<Digest, List<Layer>> index = new HashMap<>();
      for (Layer layer : layers) {
        if (layer.uncompressedDigest().isPresent()) {
          add(index, layer.uncompressedDigest().get(), layer);
        }
      }
      byUncompressed = index;
    }
    return found(byUncompressed, digest);
  }

  /// The layers that stand directly on this one.
  public synchronized List<Layer> childrenOf(LayerId layer) {
    if (children == null) {
      Map<LayerId, List<Layer>> index = new HashMap<>();
      for (Layer each : layers) {
        if (each.parent().isPresent()) {
          add(index, each.parent().get(), each);
        }
      }
      children = index;
    }
    return found(children, layer);
  }

  /// The images that have this layer on top, as it is or as a mapped copy.
  public synchronized List<ImageRecord> imagesOnTop(LayerId layer) {
    if (imagesByTop == null) {
      Map<LayerId, List<ImageRecord>> index = new HashMap<>();
      for (ImageRecord image : images) {
        if (image.topLayer().isPresent()) {
          add(index, image.topLayer().get(), image);
        }
        for (LayerId mapped : image.mappedTopLayers()) {
          add(index, mapped, image);
        }
      }
      imagesByTop = index;
    }
    return found(imagesByTop, layer);
  }

  /// The containers made from the image.
  public synchronized List<Container> usersOf(ImageId image) {
    if (users == null) {
      Map<ImageId, List<Container>> index = new HashMap<>();
      for (Container container : containers) {
        if (container.image().isPresent()) {
          add(index, container.image().get(), container);
        }
      }
      users = index;
    }
    return found(users, image);
  }

  /// The container that writes to the layer.
  public Optional<Container> writerOf(LayerId layer) {
    for (Container container : containers) {
      if (container.layer().isPresent() && container.layer().get().equals(layer)) {
        return Optional.of(container);
      }
    }
    return Optional.empty();
  }

  /// Where the layer is mounted.
  public Optional<MountRecord> mountOf(LayerId layer) {
    for (MountRecord mount : mounts) {
      if (mount.layer().equals(layer)) {
        return Optional.of(mount);
      }
    }
    return Optional.empty();
  }

  /// The layer and everything beneath it, the topmost first.
  ///
  /// @throws CorruptException if one of them has no record, or they stand on each other in a circle
  public List<Layer> chain(LayerId top) throws CorruptException {
    List<Layer> chain = new ArrayList<>();
    Set<LayerId> seen = new HashSet<>();
    Optional<LayerId> next = Optional.of(top);
    while (next.isPresent()) {
      Optional<Layer> layer = layer(next.get());
      if (layer.isEmpty() || !seen.add(next.get())) {
        throw new CorruptException(
            layers.isEmpty() ? Path.of("layers.json") : layers.getFirst().home().root(),
            (layer.isEmpty() ? "no record of layer " : "a circle of parents at layer ")
                + next.get()
                + (next.get().equals(top) ? "" : ", which layer " + top + " stands on")
                + "; see `stowage system check`; `stowage system repair` brings back what can be"
                + " had");
      }
      chain.add(layer.get());
      next = layer.get().parent();
    }
    return chain;
  }

  /// The layers that nothing needs any more once the image is gone, in the order to remove them:
  /// the mapped copies of its top layer, then its layers from the top down to the first that
  /// another image, a container or another layer stands on. Layers of read-only stores stay.
  public List<LayerId> freedBy(ImageRecord image) {
    Set<LayerId> needed = new HashSet<>();
    for (ImageRecord other : images) {
      if (!other.id().equals(image.id())) {
        other.topLayer().ifPresent(needed::add);
        needed.addAll(other.mappedTopLayers());
      }
    }
    List<LayerId> freed = new ArrayList<>();
    for (LayerId mapped : image.mappedTopLayers()) {
      if (removable(mapped) && !needed.contains(mapped) && !freed.contains(mapped)) {
        freed.add(mapped);
      }
    }
    Optional<LayerId> next = image.topLayer();
    while (next.isPresent()) {
      LayerId id = next.get();
      if (needed.contains(id) || freed.contains(id) || !removable(id)) {
        break;
      }
      List<Layer> standing = new ArrayList<>(childrenOf(id));
      if (image.topLayer().get().equals(id)) {
        for (LayerId mapped : image.mappedTopLayers()) {
          standing.addAll(childrenOf(mapped));
        }
      }
      boolean held = false;
      for (Layer child : standing) {
        held |= !freed.contains(child.id());
      }
      if (held) {
        break;
      }
      freed.add(id);
      next = layer(id).flatMap(Layer::parent);
    }
    return freed;
  }

  private boolean removable(LayerId id) {
    Optional<Layer> layer = layer(id);
    return layer.isPresent() && !layer.get().readOnly() && writerOf(id).isEmpty();
  }

  private static <K, V> void add(Map<K, List<V>> index, K key, V value) {
    List<V> values = index.get(key);
    if (values == null) {
      values = new ArrayList<>(2);
      index.put(key, values);
    }
    values.add(value);
  }

  private static <K, V> List<V> found(Map<K, List<V>> index, K key) {
    List<V> values = index.get(key);
    return values == null ? List.of() : List.copyOf(values);
  }
}
