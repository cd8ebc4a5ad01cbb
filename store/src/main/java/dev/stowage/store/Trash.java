package dev.stowage.store;

import dev.stowage.linux.Disk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// Where the files of layers are renamed to while the store is locked, to be deleted when it no
/// longer is.
final class Trash implements Closeable {
  private final Disk disk;
  private final Layout layout;
  private final Map<Path, WorkArea> areas = new HashMap<>();
  private int undeleted;

  Trash(Disk disk, Layout layout) {
    this.disk = disk;
    this.layout = layout;
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
