package dev.stowage.store;

import dev.stowage.linux.Disk;
import dev.stowage.linux.Durability;
import dev.stowage.linux.FileFacts;
import dev.stowage.linux.Mode;
import dev.stowage.model.Bytes;
import dev.stowage.model.ContainerId;
import dev.stowage.model.ImageId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The mark that a writer makes before it makes or moves directories that no record covers, and
/// takes away when it is done. Who finds it knows that a writer died, and looks for directories
/// without a record.
final class Unfinished {
  private final Disk disk;
  private final Layout layout;
  private final Path file;

  Unfinished(Disk disk, Layout layout) {
    this.disk = disk;
    this.layout = layout;
    this.file = layout.own().resolve("unfinished");
  }

  boolean present() throws IOException {
    return disk.facts(file).isPresent();
  }

  void mark() throws IOException {
    disk.makeDirectories(layout.own(), Mode.PRIVATE_DIRECTORY);
    disk.replace(file, Bytes.empty(), Mode.PRIVATE_FILE, Durability.VOLATILE);
  }

  void clear() throws IOException {
    disk.removeTree(file);
  }

  /// Deletes directories of data of images and containers that have no record.
  void sweep(Snapshot recorded) throws IOException {
    Path images = layout.images(layout.imageRoot());
    for (String name : names(images)) {
      if (Ids.looksMade(name) && recorded.image(new ImageId(name)).isEmpty()) {
        remove(images.resolve(name));
      }
    }
    Path containers = layout.containers();
    for (String name : names(containers)) {
      if (Ids.looksMade(name) && recorded.container(new ContainerId(name)).isEmpty()) {
        remove(containers.resolve(name));
      }
    }
  }

  private List<String> names(Path directory) throws IOException {
    return disk.facts(directory).isPresent() ? disk.list(directory) : List.<String>of();
  }

  private void remove(Path path) throws IOException {
    Optional<FileFacts> facts = disk.facts(path);
    if (facts.isPresent() && facts.get().isDirectory()) {
      disk.removeTree(path);
    }
  }
}
