package dev.stowage.store;

import dev.stowage.model.ContainerId;
import dev.stowage.model.Finding;
import dev.stowage.model.ImageId;
import dev.stowage.model.LayerId;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What no removal may touch, because something of it is damaged and may still be brought back: the
/// images and containers that this belongs to, and the layers they stand on.
record Held(Set<LayerId> layers, Set<ImageId> images, Set<ContainerId> containers) {

  /// @param open what may still be brought back
  /// @param lost what nobody has, but for a read-only store that has the same layer
  static Held of(List<Finding> open, List<Finding> lost, Snapshot now) {
    Set<LayerId> layers = new HashSet<>();
    Set<ImageId> images = new HashSet<>();
    Set<ContainerId> containers = new HashSet<>();
    for (Finding finding : open) {
      switch (finding.subject()) {
        case LAYER -> layers.add(new LayerId(finding.id()));
        case IMAGE -> images.add(new ImageId(finding.id()));
        case CONTAINER -> containers.add(new ContainerId(finding.id()));
        case STORE, LEFTOVER -> {
          // Nothing stands on them.
        }
      }
    }
    Set<String> lostLayers = new HashSet<>();
    for (Finding finding : lost) {
      if (finding.subject() == Finding.Subject.LAYER) {
        lostLayers.add(finding.id());
      }
    }
    for (Layer layer : now.layers()) {
      if (layer.readOnly() && lostLayers.contains(layer.id().value())) {
        layers.add(layer.id());
      }
    }
    for (ImageRecord image : now.images()) {
      if (standsOn(image, layers, now)) {
        images.add(image.id());
      }
    }
    for (Container container : now.containers()) {
      boolean stands =
          container.layer().isPresent() && standsOn(container.layer().get(), layers, now);
      if (stands || container.image().filter(images::contains).isPresent()) {
        containers.add(container.id());
        container.image().ifPresent(images::add);
      }
    }
    Set<LayerId> needed = new HashSet<>();
    layers.forEach(layer -> beneath(layer, needed, now));
    for (ImageRecord image : now.images()) {
      if (images.contains(image.id())) {
        image.topLayer().ifPresent(top -> beneath(top, needed, now));
        image.mappedTopLayers().forEach(top -> beneath(top, needed, now));
      }
    }
    for (Container container : now.containers()) {
      if (containers.contains(container.id())) {
        container.layer().ifPresent(top -> beneath(top, needed, now));
      }
    }
    return new Held(needed, images, containers);
  }

  boolean has(Finding finding) {
    return switch (finding.subject()) {
      case LAYER -> layers.contains(new LayerId(finding.id()));
      case IMAGE -> images.contains(new ImageId(finding.id()));
      case CONTAINER -> containers.contains(new ContainerId(finding.id()));
      case STORE, LEFTOVER -> false;
    };
  }

  private static void beneath(LayerId top, Set<LayerId> layers, Snapshot now) {
    Optional<LayerId> next = Optional.of(top);
    while (next.isPresent() && layers.add(next.get())) {
      next = now.layer(next.get()).flatMap(Layer::parent);
    }
  }

  static boolean standsOn(ImageRecord image, Set<LayerId> layers, Snapshot now) {
    return image.topLayer().isPresent() && standsOn(image.topLayer().get(), layers, now);
  }

  private static boolean standsOn(LayerId top, Set<LayerId> layers, Snapshot now) {
    Set<LayerId> chain = new HashSet<>();
    Optional<LayerId> next = Optional.of(top);
    while (next.isPresent() && chain.add(next.get())) {
      if (layers.contains(next.get())) {
        return true;
      }
      next = now.layer(next.get()).flatMap(Layer::parent);
    }
    return false;
  }
}
