package dev.stowage.store;

import dev.stowage.linux.Disk;
import dev.stowage.linux.Mode;
import dev.stowage.linux.MountFlag;
import dev.stowage.linux.MountTable;
import dev.stowage.linux.Mounts;
import dev.stowage.linux.OverlayOptions;
import dev.stowage.model.LayerId;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.UnsupportedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Mounts layers, read-only, and keeps count. Whoever calls holds the lock of the layers
/// exclusively, and to mount or to unmount that of the whole store too.
final class Mounting {
  private final Disk disk;
  private final Layout layout;
  private final StoreOptions options;
  private final LayerDriver driver;
  private final MountRecords records;

  Mounting(Disk disk, Layout layout, StoreOptions options, LayerDriver driver) {
    this.disk = disk;
    this.layout = layout;
    this.options = options;
    this.driver = driver;
    this.records = new MountRecords(disk, layout);
  }

  List<MountRecord> records() throws IOException {
    return records.read();
  }

  /// Mounts the layer, or counts one more who did.
  Path mount(LayerId id, Snapshot now) throws IOException {
    Layer layer =
        now.layer(id)
            .orElseThrow(() -> new NotFoundException(NotFoundException.Kind.LAYER, id.value()));
    return records.change(
        list -> {
          Optional<MountRecord> there = find(list, id);
          if (there.isPresent() && stands(there.get().path())) {
            MountRecord more = new MountRecord(id, there.get().path(), there.get().count() + 1);
            list.set(list.indexOf(there.get()), more);
            return more.path();
          }
          // The kernel knows nothing of a mount on record after a boot that left the file.
          there.ifPresent(list::remove);
          Path path = driver.mountPoint(layer);
          if (driver instanceof OverlayDriver overlay) {
            mountOverlay(overlay, layer, now, path);
          }
          list.add(new MountRecord(id, path, 1));
          return path;
        });
  }

  /// Counts one less who mounted the layer, and unmounts it when that was the last.
  ///
  /// @return how many are left
  int unmount(LayerId id, Snapshot now, Force force) throws IOException {
    int left =
        records.change(
            list -> {
              Optional<MountRecord> there = find(list, id);
              if (there.isEmpty()) {
                Optional<Layer> layer = now.layer(id);
                if (force == Force.YES && layer.isPresent()) {
                  unmountAt(driver.mountPoint(layer.get()));
                  return 0;
                }
                throw new NotFoundException(
                    NotFoundException.Kind.MOUNT, id.value(), id + ": layer is not mounted");
              }
              MountRecord record = there.get();
              if (force == Force.NO && record.count() > 1) {
                list.set(
                    list.indexOf(record), new MountRecord(id, record.path(), record.count() - 1));
                return record.count() - 1;
              }
              unmountAt(record.path());
              list.remove(record);
              return 0;
            });
    return left;
  }

  /// Unmounts a layer that is about to be removed.
  void forget(Layer layer) throws IOException {
    if (!records.read().isEmpty()) {
      records.change(
          list -> {
            list.removeIf(record -> record.layer().equals(layer.id()));
            return list.size();
          });
    }
    Path path = driver.mountPoint(layer);
    if (driver.name() == Driver.OVERLAY && disk.facts(path).isPresent()) {
      unmountAt(path);
    }
  }

  /// Undoes the private mount of the driver's directory if nothing is mounted beneath it any more.
  ///
  /// @param announce tells the peers that they have to make it again
  void release(Announcement announce) throws IOException {
    Path home = layout.driverHome(layout.graphRoot());
    if (driver.name() == Driver.OVERLAY && records.read().isEmpty()) {
      MountTable table = MountTable.read();
      boolean beneath =
          table.mounts().stream()
              .anyMatch(mount -> mount.target().startsWith(home) && !mount.target().equals(home));
      if (!beneath && table.at(home).isPresent()) {
        announce.make();
        Mounts.unmount(home);
      }
    }
  }

  /// Tells others of a change that is about to be made.
  @FunctionalInterface
  interface Announcement {
    void make() throws IOException;
  }

  private void mountOverlay(OverlayDriver overlay, Layer layer, Snapshot now, Path target)
      throws IOException {
    if (options.driverOptions().mountProgram().isPresent()) {
      throw new UnsupportedException(
          "mounting with the program "
              + options.driverOptions().mountProgram().get()
              + " is not supported; use the kernel's overlay (leave mount_program out of"
              + " storage.conf)");
    }
    Path home = layout.driverHome(layout.graphRoot());
    if (options.driverOptions().homeMount() == DriverOptions.HomeMount.PRIVATE
        && MountTable.read().at(home).isEmpty()) {
      Mounts.bind(home, home, Set.of());
      Mounts.makePrivate(home);
    }
    disk.makeDirectories(target, Mode.PRIVATE_DIRECTORY);
    List<String> lower = new ArrayList<>();
    for (Path path : overlay.stack(layer, now)) {
      lower.add(path.startsWith(home) ? home.relativize(path).toString() : path.toString());
    }
    List<String> others = new ArrayList<>();
    for (String option : options.driverOptions().mountOptions()) {
      // Without it the kernel does not follow what a writable layer with it has left.
      if (option.equals("metacopy=on")) {
        others.add(option);
      }
    }
    if (options.privileges() == StoreOptions.Privileges.USER_NAMESPACE) {
      others.add("userxattr"); // where the marks of its layers stand: see Privilege
    }
    Mounts.overlay(
        home,
        target,
        new OverlayOptions(lower, Optional.empty(), others),
        EnumSet.of(MountFlag.READ_ONLY));
  }

  private void unmountAt(Path path) throws IOException {
    if (driver.name() == Driver.OVERLAY && MountTable.read().at(path).isPresent()) {
      Mounts.unmount(path);
    }
  }

  private boolean stands(Path path) throws IOException {
    return driver.name() == Driver.VFS || MountTable.read().at(path).isPresent();
  }

  private static Optional<MountRecord> find(List<MountRecord> list, LayerId id) {
    for (MountRecord record : list) {
      if (record.layer().equals(id)) {
        return Optional.of(record);
      }
    }
    return Optional.empty();
  }
}
