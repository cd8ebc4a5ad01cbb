package dev.stowage.store;

import dev.stowage.linux.Disk;
import dev.stowage.linux.Durability;
import dev.stowage.linux.Mode;
import java.io.Closeable;
import java.io.IOException;

/// The store with all its locks held, for one short step of a repair.
final class Bench implements Closeable {
  private final Disk disk;
  private final Groups groups;
  private final Locks locks;
  private final Working working;

  private Bench(Disk disk, Groups groups, Locks locks, Working working) {
    this.disk = disk;
    this.groups = groups;
    this.locks = locks;
    this.working = working;
  }

  static Bench take(Workshop workshop) throws IOException {
    Locks locks = Locks.toWrite(workshop.disk(), workshop.groups(), Scope.ALL);
    try {
      Working working =
          workshop
              .groups()
              .load(
                  workshop.disk(),
                  locks,
                  new MountRecords(workshop.disk(), workshop.layout()).read())
              .copy();
      return new Bench(workshop.disk(), workshop.groups(), locks, working);
    } catch (IOException | RuntimeException e) {
      locks.close();
      throw e;
    }
  }

  Working working() {
    return working;
  }

  Snapshot now() {
    return working.snapshot();
  }

  /// Writes the tables that were changed.
  void write() throws IOException {
    for (Table<Layer> table : working.layerTables()) {
      if (working.changed(table)) {
        write(groups.mainLayers(), table);
      }
    }
    for (Table<ImageRecord> table : working.imageTables()) {
      for (RecordGroup<ImageRecord> group : groups.images()) {
        if (working.changed(table) && group.holds(table.file())) {
          write(group, table);
        }
      }
    }
  }

  private void write(RecordGroup<?> group, Table<?> table) throws IOException {
    locks.announce(group);
    disk.replace(table.file(), table.content(), Mode.PRIVATE_FILE, Durability.DURABLE);
  }

  @Override
  public void close() throws IOException {
    locks.close();
  }
}
