package dev.stowage.store;

import dev.stowage.linux.Allocation;
import dev.stowage.linux.Disk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where the files of layers are renamed to while the store is locked, to be deleted when it no
/// longer is.
final class Trash implements Closeable {
  private final Disk disk;
  private final Layout layout;
  private final Map<Path, WorkArea> areas = new HashMap<>();
  private final @Nullable Allocation meter;
  private long measured;
  private int undeleted;

  Trash(Disk disk, Layout layout) {
    this(disk, layout, null);
  }

  /// @param meter measures what is deleted; whoever made it closes it
  Trash(Disk disk, Layout layout, @Nullable Allocation meter) {
    this.disk = disk;
    this.layout = layout;
    this.meter = meter;
  }

  /// Deletes at once something small.
  void delete(Path path) throws IOException {
    if (meter != null && disk.facts(path).isPresent()) {
      measured += meter.of(path);
    }
    disk.removeTree(path);
  }

  /// The bytes that what was deleted took on the disk; nothing where that is not measured.
  long measured() {
    return measured;
  }

  /// Takes what stands at the path; nothing is fine too.
  ///
  /// @param root the root of the store that the path is in the driver's directory of
  void take(Path root, Path path) throws IOException {
    if (disk.facts(path).isPresent()) {
      WorkArea area = areas.get(root);
      if (area == null) {
        area = WorkArea.make(disk, layout.work(root));
        areas.put(root, area);
      }
      area.take(path);
    }
  }

  /// Deletes everything. What cannot be deleted now is no failure of the change that has been made:
  /// it is garbage that later writers try again to delete.
  @Override
  public void close() {
    for (WorkArea area : areas.values()) {
      try {
        if (meter != null) {
          measured += meter.of(area.directory());
        }
        area.close();
      } catch (IOException e) {
        undeleted++;
      }
    }
    areas.clear();
  }

  /// How many directories could not be deleted.
  int undeleted() {
    return undeleted;
  }
}
