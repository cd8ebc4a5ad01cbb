package dev.stowage.store;

import dev.stowage.linux.Allocation;
import dev.stowage.linux.CountedLinks;
import dev.stowage.linux.Disk;
import dev.stowage.model.ContainerId;
import dev.stowage.model.ImageId;
import dev.stowage.model.LayerId;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/// Measures everything beneath a store's roots, on all processors and without a lock; what comes or
/// goes meanwhile may be missed.
final class SpaceWalk {
  private static final String TAR_SPLIT = ".tar-split.gz";
  private static final String VOLUMES = "volumes";

  /// More readers of one disk than this are of no use.
  private static final int MOST_THREADS = 8;

  private final Disk disk;
  private final Layout layout;
  private final StoreOptions options;
  private final List<Task> tasks = new ArrayList<>();
  private final CountedLinks links = new CountedLinks();

  /// What something beneath a root is for.
  private enum Use {
    LAYER,
    IMAGE,
    CONTAINER,
    STAGING,
    VOLUME,
    RECORDS,
    OTHERS
  }

  private static final class Task {
    private final Use use;
    private final String name;
    private final Path path;
    private long bytes;
    private long lengths;

    Task(Use use, String name, Path path) {
      this.use = use;
      this.name = name;
      this.path = path;
    }
  }

  SpaceWalk(Disk disk, Layout layout, StoreOptions options) {
    this.disk = disk;
    this.layout = layout;
    this.options = options;
  }

  SpaceUse measure(Reading<Snapshot> reader, Store store) throws IOException {
    Snapshot before = store.read(reader);
    Set<Path> roots = new LinkedHashSet<>();
    roots.add(options.graphRoot());
    roots.add(layout.imageRoot());
    long directories = 0;
    try (Allocation meter = new Allocation(links)) {
      for (Path root : roots) {
        directories += root(root, roots, meter);
      }
    }
    walk();
    return sorted(before, store.read(reader), directories);
  }

  /// Notes down what there is to measure beneath a root.
  ///
  /// @return the bytes of the directories that are taken apart
  private long root(Path root, Set<Path> roots, Allocation meter) throws IOException {
    String driver = options.driver().text();
    long bytes = meter.ofOne(root);
    for (String name : names(root)) {
      Path path = root.resolve(name);
      if (roots.contains(path)) {
        continue;
      }
      if (name.equals(driver)) {
        bytes += meter.ofOne(path) + driver(path, meter);
      } else if (name.equals(driver + "-layers")) {
        bytes += meter.ofOne(path);
        for (String each : names(path)) {
          String id = each.endsWith(TAR_SPLIT) ? stripped(each) : each;
          add(Ids.looksMade(id) ? Use.LAYER : Use.RECORDS, id, path.resolve(each));
        }
      } else if (name.equals(driver + "-images")) {
        bytes += meter.ofOne(path) + each(path, Use.IMAGE);
      } else if (name.equals(driver + "-containers")) {
        bytes += meter.ofOne(path) + each(path, Use.CONTAINER);
      } else if (name.equals(VOLUMES)) {
        bytes += meter.ofOne(path);
        for (String each : names(path)) {
          add(Use.VOLUME, each, path.resolve(each));
        }
      } else if (name.equals("stowage") || name.equals("tmp")) {
        add(Use.STAGING, name, path);
      } else {
        add(name.endsWith(".lock") ? Use.RECORDS : Use.OTHERS, name, path);
      }
    }
    return bytes;
  }

  private long driver(Path home, Allocation meter) throws IOException {
    long bytes = 0;
    for (String name : names(home)) {
      Path path = home.resolve(name);
      if (options.driver() == Driver.VFS && name.equals("dir")) {
        bytes += meter.ofOne(path) + each(path, Use.LAYER);
      } else if (name.equals("tempdirs") || name.equals("staging")) {
        add(Use.STAGING, name, path);
      } else {
        add(Ids.looksMade(name) ? Use.LAYER : Use.RECORDS, name, path);
      }
    }
    return bytes;
  }

  private long each(Path directory, Use use) throws IOException {
    for (String name : names(directory)) {
      add(Ids.looksMade(name) ? use : Use.RECORDS, name, directory.resolve(name));
    }
    return 0;
  }

  private static String stripped(String tarSplit) {
    return tarSplit.substring(0, tarSplit.length() - TAR_SPLIT.length());
  }

  private void add(Use use, String name, Path path) {
    tasks.add(new Task(use, name, path));
  }

  private List<String> names(Path directory) throws IOException {
    try {
      return disk.list(directory);
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    }
  }

  private void walk() throws IOException {
    int threads = Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
    AtomicInteger next = new AtomicInteger();
    List<Future<Boolean>> done = new ArrayList<>();
    try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
      for (int i = 0; i < threads; i++) {
        done.add(workers.submit(() -> work(next)));
      }
      for (Future<Boolean> each : done) {
        boolean _ = each.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("measuring was interrupted");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
    }
  }

  private boolean work(AtomicInteger next) throws IOException {
    try (Allocation meter = new Allocation(links)) {
      for (int i = next.getAndIncrement();
          i < tasks.size() && !Thread.currentThread().isInterrupted();
          i = next.getAndIncrement()) {
        Task task = tasks.get(i);
        long before = meter.lengths();
        task.bytes = meter.of(task.path);
        task.lengths = meter.lengths() - before;
      }
    }
    return true;
  }

  private SpaceUse sorted(Snapshot before, Snapshot after, long directories) {
    Map<LayerId, Long> layers = new HashMap<>();
    Map<ImageId, Long> images = new HashMap<>();
    Map<ContainerId, Long> containers = new HashMap<>();
    Map<String, SpaceUse.Volume> volumes = new HashMap<>();
    List<SpaceUse.Orphan> orphans = new ArrayList<>();
    long staging = 0;
    long records = directories;
    long others = 0;
    Set<ContainerId> known = new LinkedHashSet<>();
    before.containers().forEach(container -> known.add(container.id()));
    after.containers().forEach(container -> known.add(container.id()));
    for (Task task : tasks) {
      boolean owned = true;
      switch (task.use) {
        case LAYER -> {
          LayerId id = new LayerId(task.name);
          owned = before.layer(id).isPresent() || after.layer(id).isPresent();
          if (owned) {
            layers.merge(id, task.bytes, Long::sum);
          }
        }
        case IMAGE -> {
          ImageId id = new ImageId(task.name);
          owned = before.image(id).isPresent() || after.image(id).isPresent();
          if (owned) {
            images.merge(id, task.bytes, Long::sum);
          }
        }
        case CONTAINER -> {
          ContainerId id = new ContainerId(task.name);
          owned = known.contains(id);
          if (owned) {
            containers.merge(id, task.bytes, Long::sum);
          }
        }
        case VOLUME -> volumes.put(task.name, new SpaceUse.Volume(task.bytes, task.lengths));
        case STAGING -> staging += task.bytes;
        case RECORDS -> records += task.bytes;
        case OTHERS -> others += task.bytes;
      }
      if (!owned && Files.exists(task.path, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
        orphans.add(new SpaceUse.Orphan(task.path, task.bytes));
      }
    }
    return new SpaceUse(
        before, layers, images, containers, orphans, staging, volumes, records, others);
  }
}
