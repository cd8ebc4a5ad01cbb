package dev.stowage.store;

import dev.stowage.linux.MountPoint;
import dev.stowage.linux.MountTable;
import dev.stowage.model.LayerId;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Which layers are mounted at one moment, alone or beneath others: as the records say, which know
/// of the mounts of other namespaces, and as the kernel says, which knows of mounts on no record.
final class Usage {
  private final Set<LayerId> mounted = new HashSet<>();
  private final List<MountPoint> overlays;

  private Usage(List<MountPoint> overlays) {
    this.overlays = overlays;
  }

  static Usage of(Snapshot now) throws IOException {
    Usage usage =
        new Usage(
            MountTable.read().mounts().stream()
                .filter(mount -> mount.fileSystem().equals("overlay"))
                .toList());
    for (MountRecord record : now.mounts()) {
      Optional<LayerId> next = Optional.of(record.layer());
      while (next.isPresent() && usage.mounted.add(next.get())) {
        next = now.layer(next.get()).flatMap(Layer::parent);
      }
    }
    return usage;
  }

  /// Whether the layer is part of a mount.
  ///
  /// @param names what mount options call it beside its ID
  boolean holds(LayerId layer, Set<String> names) {
    if (mounted.contains(layer)) {
      return true;
    }
    for (MountPoint mount : overlays) {
      String options = mount.superOptions();
      if (options.contains(layer.value())) {
        return true;
      }
      for (String name : names) {
        if (options.contains("/" + name)) {
          return true;
        }
      }
    }
    return false;
  }
}
