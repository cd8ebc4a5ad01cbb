package dev.stowage.engine;

import dev.stowage.model.Event;
import dev.stowage.model.LayerId;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.UnsupportedException;
import dev.stowage.store.ImageRecord;
import dev.stowage.store.MountRecord;
import dev.stowage.store.Snapshot;
import dev.stowage.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// Mounts images by their top layers.
final class Mounts {
  private final Store store;
  private final Announcer announcer;

  Mounts(Store store, Announcer announcer) {
    this.store = store;
    this.announcer = announcer;
  }

  /// Where the image's top layer, or a mapped copy of it, is mounted.
  static Optional<Path> pathOf(Snapshot snapshot, ImageRecord image) {
    return mountOf(snapshot, image).map(MountRecord::path);
  }

  private static Optional<MountRecord> mountOf(Snapshot snapshot, ImageRecord image) {
    if (snapshot.mounts().isEmpty() || image.topLayer().isEmpty()) {
      return Optional.empty();
    }
    Optional<MountRecord> mount = snapshot.mountOf(image.topLayer().get());
    for (LayerId mapped : image.mappedTopLayers()) {
      if (mount.isEmpty()) {
        mount = snapshot.mountOf(mapped);
      }
    }
    return mount;
  }

  Mount mount(Image image) throws IOException {
    LayerId top =
        image
            .topLayer()
            .orElseThrow(
                () ->
                    new UnsupportedException(
                        "image " + image.id() + " has no layers, so there is nothing to mount"));
    Path path = store.mount(top).path().toRealPath();
    announcer.changed(Event.Kind.MOUNT, image.id(), "");
    return new Mount(image, path);
  }

  void unmount(Image image, Unmounting how) throws IOException {
    Snapshot now = store.read(snapshot -> snapshot);
    Optional<LayerId> mounted =
        mountOf(now, now.image(image.id()).orElse(image.record())).map(MountRecord::layer);
    if (mounted.isEmpty()) {
      throw new NotFoundException(
          NotFoundException.Kind.MOUNT,
          image.id().value(),
          "image " + image.id() + " is not mounted");
    }
    dev.stowage.store.Force force =
        how == Unmounting.ALL ? dev.stowage.store.Force.YES : dev.stowage.store.Force.NO;
    int _ = store.unmount(mounted.get(), force);
    announcer.changed(Event.Kind.UNMOUNT, image.id(), "");
  }
}
