package dev.stowage.store;

import dev.stowage.linux.Allocation;
import dev.stowage.linux.CountedLinks;
import dev.stowage.linux.Disk;
import dev.stowage.model.Bytes;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// The volumes that Podman keeps beside a store: a directory for each, with the files in `_data`.
public final class Volumes {
  private final Disk disk;
  private final Layout layout;

  Volumes(Disk disk, Layout layout) {
    this.disk = disk;
    this.layout = layout;
  }

  /// The lengths of each volume's files, in bytes.
  public Map<String, Long> lengths() throws IOException {
    Map<String, Long> volumes = new TreeMap<>();
    Path home = layout.volumes();
    if (disk.facts(home).isEmpty()) {
      return volumes;
    }
    for (String name : disk.list(home)) {
      try (Allocation meter = new Allocation(new CountedLinks())) {
        long _ = meter.of(home.resolve(name).resolve("_data"));
        volumes.put(name, meter.lengths());
      }
    }
    return volumes;
  }

  /// The volumes that a container uses, as far as the store tells: Podman writes them down beside
  /// the container when it starts it.
  public Set<String> usedBy(Container container) throws IOException {
    Set<String> names = new TreeSet<>();
    Path notes =
        layout.containers().resolve(container.id().value()).resolve("userdata/config.json");
    Optional<Bytes> config = disk.read(notes, DataFiles.LARGEST_ITEM);
    if (config.isPresent()) {
      for (Json mount : mounts(config.get())) {
        if (mount instanceof Json.Obj one && one.string("source").isPresent()) {
          Path source = Path.of(one.string("source").get());
          int depth = layout.volumes().getNameCount();
          if (source.startsWith(layout.volumes()) && source.getNameCount() > depth) {
            names.add(source.getName(depth).toString());
          }
        }
      }
    }
    return names;
  }

  private static Iterable<Json> mounts(Bytes config) {
    try {
      return Json.parse(config) instanceof Json.Obj notes ? notes.array("mounts") : List.of();
    } catch (MalformedException e) {
      return List.of();
    }
  }
}
