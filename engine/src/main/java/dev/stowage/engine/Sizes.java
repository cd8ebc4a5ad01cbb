package dev.stowage.engine;

import dev.stowage.model.ImageId;
import dev.stowage.model.LayerId;
import dev.stowage.store.Container;
import dev.stowage.store.ImageRecord;
import dev.stowage.store.Layer;
import dev.stowage.store.Snapshot;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// How much room images take, by the records alone.
final class Sizes {

  private Sizes() {}

  /// The bytes of an image's plain layers, each once, and of its data items. What is missing or of
  /// unknown size counts nothing.
  static long of(Snapshot snapshot, ImageRecord image) {
    long size = ofData(image);
    for (Layer layer : layers(snapshot, image)) {
      size += of(layer);
    }
    return size;
  }

  /// The bytes of an image's data items.
  static long ofData(ImageRecord image) {
    long size = 0;
    for (String name : image.dataNames()) {
      size += image.dataSize(name).orElse(0);
    }
    return size;
  }

  /// The bytes of a layer's plain tar; nothing where they are not known.
  static long of(Layer layer) {
    OptionalLong size = layer.uncompressedSize();
    return size.isPresent() && layer.uncompressedDigest().isPresent() ? size.getAsLong() : 0;
  }

  /// The layers an image stands on, with those of its mapped copies, as far as they are there.
  static List<Layer> layers(Snapshot snapshot, ImageRecord image) {
    List<Layer> layers = new ArrayList<>();
    Set<LayerId> seen = new HashSet<>();
    image.topLayer().ifPresent(top -> walk(snapshot, top, seen, layers));
    for (LayerId mapped : image.mappedTopLayers()) {
      walk(snapshot, mapped, seen, layers);
    }
    return layers;
  }

  /// The layer a container writes to and all it stands on, as far as they are there.
  static List<Layer> layersOf(Snapshot snapshot, Container container) {
    List<Layer> layers = new ArrayList<>();
    container.layer().ifPresent(top -> walk(snapshot, top, new HashSet<>(), layers));
    return layers;
  }

  private static void walk(Snapshot snapshot, LayerId top, Set<LayerId> seen, List<Layer> into) {
    Optional<LayerId> next = Optional.of(top);
    while (next.isPresent() && seen.add(next.get())) {
      Optional<Layer> layer = snapshot.layer(next.get());
      layer.ifPresent(into::add);
      next = layer.flatMap(Layer::parent);
    }
  }

  /// What is wrong with the chain of layers, if anything.
  static Optional<String> broken(Snapshot snapshot, ImageRecord image) {
    Set<LayerId> seen = new HashSet<>();
    Optional<LayerId> next = image.topLayer();
    ImageId id = image.id();
    while (next.isPresent()) {
      Optional<Layer> layer = snapshot.layer(next.get());
      if (layer.isEmpty() || !seen.add(next.get())) {
        return Optional.of(Damage.missingLayer(id, next.get().value()));
      }
      next = layer.get().parent();
    }
    return Optional.empty();
  }
}
