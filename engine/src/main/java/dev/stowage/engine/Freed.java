package dev.stowage.engine;

import dev.stowage.model.LayerId;
import dev.stowage.store.Container;
import dev.stowage.store.ImageRecord;
import dev.stowage.store.Layer;
import dev.stowage.store.Snapshot;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What the disk gets back when images and containers go: the layers that nothing stands on any
/// more, and the data of the images.
final class Freed {
  private Freed() {}

  /// The bytes, by the records.
  static long bytes(Snapshot snapshot, Survivors left) {
    long bytes = 0;
    boolean any = false;
    for (ImageRecord image : snapshot.images()) {
      if (!left.contains(image)) {
        bytes += Sizes.ofData(image);
        any = true;
      }
    }
    if (!any) {
      return 0;
    }
    for (Layer layer : layers(snapshot, left)) {
      bytes += Sizes.of(layer);
    }
    return bytes;
  }

  /// The layers that go.
  static Iterable<Layer> layers(Snapshot snapshot, Survivors left) {
    Map<LayerId, Layer> going = new LinkedHashMap<>();
    for (ImageRecord image : snapshot.images()) {
      if (!left.contains(image)) {
        for (Layer layer : Sizes.layers(snapshot, image)) {
          if (!layer.readOnly()) {
            going.put(layer.id(), layer);
          }
        }
      }
    }
    for (Container container : snapshot.containers()) {
      if (!left.contains(container.id())) {
        container.layer().flatMap(snapshot::layer).ifPresent(layer -> going.put(layer.id(), layer));
      }
    }
    Set<LayerId> held = new HashSet<>();
    for (ImageRecord image : snapshot.images()) {
      if (left.contains(image)) {
        image.topLayer().ifPresent(top -> hold(snapshot, top, held));
        image.mappedTopLayers().forEach(mapped -> hold(snapshot, mapped, held));
      }
    }
    for (Layer layer : snapshot.layers()) {
      if (!going.containsKey(layer.id())) {
        hold(snapshot, layer.id(), held);
      }
    }
    held.forEach(going::remove);
    return going.values();
  }

  private static void hold(Snapshot snapshot, LayerId top, Set<LayerId> held) {
    Optional<LayerId> next = Optional.of(top);
    while (next.isPresent() && held.add(next.get())) {
      next = snapshot.layer(next.get()).flatMap(Layer::parent);
    }
  }
}
