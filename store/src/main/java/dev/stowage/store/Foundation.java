package dev.stowage.store;

import dev.stowage.linux.Disk;
import dev.stowage.linux.HeldLock;
import dev.stowage.linux.LockKind;
import dev.stowage.linux.Mode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The directories that every program expects to find in a store.
final class Foundation {
  private final Disk disk;
  private final Layout layout;
  private final StoreOptions options;
  private final LayerDriver driver;

  Foundation(Disk disk, Layout layout, StoreOptions options, LayerDriver driver) {
    this.disk = disk;
    this.layout = layout;
    this.options = options;
    this.driver = driver;
  }

  /// Makes what is missing.
  void lay() throws IOException {
    List<Path> directories = new ArrayList<>();
    directories.add(layout.runLayers());
    directories.add(layout.runContainers());
    directories.add(layout.runLocks());
    directories.add(layout.runHome());
    directories.add(layout.layers(layout.graphRoot()));
    directories.add(layout.images(layout.graphRoot()));
    directories.add(layout.containers());
    directories.add(layout.driverHome(layout.graphRoot()));
    if (options.imageStore().isPresent()) {
      directories.add(layout.layers(layout.imageRoot()));
      directories.add(layout.images(layout.imageRoot()));
      directories.add(layout.driverHome(layout.imageRoot()));
    }
    boolean complete = true;
    for (Path directory : directories) {
      complete &= disk.facts(directory).isPresent();
    }
    if (complete) {
      return;
    }
    disk.makeDirectories(options.runRoot(), Mode.PRIVATE_DIRECTORY);
    disk.makeDirectories(options.graphRoot(), Mode.PRIVATE_DIRECTORY);
    try (HeldLock _ = disk.lock(layout.storageLock(), LockKind.EXCLUSIVE)) {
      disk.lock(layout.usernsLock(), LockKind.EXCLUSIVE).close();
      driver.found();
      for (Path directory : directories) {
        disk.makeDirectories(directory, Mode.PRIVATE_DIRECTORY);
      }
    }
  }
}
