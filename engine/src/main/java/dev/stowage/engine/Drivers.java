package dev.stowage.engine;

import dev.stowage.model.LayerId;
import dev.stowage.store.Driver;
import dev.stowage.store.ImageRecord;
import dev.stowage.store.Layer;
import dev.stowage.store.Snapshot;
import dev.stowage.store.Store;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Says where a driver keeps the layers of an image, in the words of Podman's inspection.
final class Drivers {
  private final Store store;

  Drivers(Store store) {
    this.store = store;
  }

  /// The directories of the top layer and of those beneath it, the topmost first. A driver without
  /// directories of its own kinds, and an image without layers, has none.
  Inspection.DriverData of(Snapshot snapshot, ImageRecord image) {
    Driver driver = store.options().driver();
    Map<String, String> data = new TreeMap<>();
    Optional<Layer> top = image.topLayer().flatMap(snapshot::layer);
    if (driver == Driver.OVERLAY && top.isPresent()) {
      java.nio.file.Path files = store.filesOf(top.get());
      data.put("UpperDir", files.toString());
      data.put("WorkDir", files.resolveSibling("work").toString());
      snapshot
          .mountOf(top.get().id())
          .ifPresent(mount -> data.put("MergedDir", mount.path().toString()));
      String lower = lower(snapshot, top.get());
      if (!lower.isEmpty()) {
        data.put("LowerDir", lower);
      }
    }
    return new Inspection.DriverData(driver.text(), data);
  }

  private String lower(Snapshot snapshot, Layer top) {
    StringBuilder lower = new StringBuilder();
    Set<LayerId> seen = new HashSet<>();
    Optional<Layer> next = top.parent().flatMap(snapshot::layer);
    while (next.isPresent() && seen.add(next.get().id())) {
      lower.append(lower.isEmpty() ? "" : ":").append(store.filesOf(next.get()));
      next = next.get().parent().flatMap(snapshot::layer);
    }
    return lower.toString();
  }
}
