package dev.stowage.store;

import dev.stowage.linux.Disk;
import dev.stowage.linux.FileFacts;
import dev.stowage.linux.HeldLock;
import dev.stowage.linux.LockKind;
import dev.stowage.model.Finding;
import dev.stowage.model.Finding.Fault;
import dev.stowage.model.Finding.Grade;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Files and directories in a store that belong to no record.
///
/// Whoever makes a layer or an image puts a record before its files, or holds a lock on where it
/// works. So what is listed first and then on no record is left over, unless it is young enough to
/// be somebody's who does neither.
final class Strays {
  /// Longer than any write of one file takes.
  private static final Duration WRITING = Duration.ofHours(1);

  /// Longer than anything takes that is unpacked without a lock.
  private static final Duration UNPACKING = Duration.ofDays(1);

  private static final String TAR_SPLIT = ".tar-split.gz";
  private static final String TEMPORARY = ".tmp-";
  private static final long BLOCK = 4096;

  private final Disk disk;
  private final Layout layout;
  private final StoreOptions options;
  private final Instant now;

  /// Something without a record.
  ///
  /// @param root the store it lies in
  /// @param id of the layer, image or container it would belong to
  record Stray(Fault fault, Path root, String id, Path path, String text) {}

  /// The IDs that have records.
  record Known(Set<String> layers, Set<String> images, Set<String> containers) {

    static Known of(Working working) {
      Set<String> layers = new HashSet<>();
      Set<String> images = new HashSet<>();
      Set<String> containers = new HashSet<>();
      Snapshot now = working.snapshot();
      now.layers().forEach(layer -> layers.add(layer.id().value()));
      working.incomplete().forEach(layer -> layers.add(layer.id().value()));
      now.images().forEach(image -> images.add(image.id().value()));
      now.containers().forEach(container -> containers.add(container.id().value()));
      return new Known(layers, images, containers);
    }

    boolean has(Stray stray) {
      return switch (stray.fault()) {
        case STRAY_LAYER, STRAY_LINK -> layers.contains(stray.id());
        case STRAY_DATA ->
            layers.contains(stray.id())
                || images.contains(stray.id())
                || containers.contains(stray.id());
        default -> false;
      };
    }
  }

  Strays(Disk disk, Layout layout, StoreOptions options, Instant now) {
    this.disk = disk;
    this.layout = layout;
    this.options = options;
    this.now = now;
  }

  /// Everything that would be left over if it had no record.
  List<Stray> candidates() throws IOException {
    List<Stray> found = new ArrayList<>();
    Set<Path> roots = new HashSet<>(List.of(layout.graphRoot(), layout.imageRoot()));
    for (Path root : roots) {
      home(root, found);
      work(root, found);
      records(root, layout.layers(root), found);
      records(root, layout.images(root), found);
    }
    records(layout.graphRoot(), layout.containers(), found);
    return found;
  }

  private void home(Path root, List<Stray> found) throws IOException {
    Path home = layout.driverHome(root);
    Path layers = options.driver() == Driver.VFS ? home.resolve("dir") : home;
    for (String name : list(layers)) {
      if (Ids.looksMade(name)) {
        found.add(
            new Stray(
                Fault.STRAY_LAYER, root, name, layers.resolve(name), "the directory of no layer"));
      }
    }
    if (options.driver() == Driver.OVERLAY) {
      LayerFrame frame = new LayerFrame(disk, layout);
      Path links = home.resolve(OverlayDriver.LINKS);
      frame
          .links(root)
          .forEach(
              (name, layer) ->
                  found.add(
                      new Stray(
                          Fault.STRAY_LINK,
                          root,
                          layer,
                          links.resolve(name),
                          "a short name of no layer")));
      for (String name : list(home.resolve("staging"))) {
        staged(root, home.resolve("staging").resolve(name), found);
      }
    }
  }

  /// What the peers unpack without a lock on the layers; newer ones hold one on the directory.
  private void staged(Path root, Path directory, List<Stray> found) throws IOException {
    Optional<FileFacts> facts = disk.facts(directory);
    Path lock = directory.resolve("staging.lock");
    if (facts.isPresent()
        && facts.get().isDirectory()
        && facts.get().changed().isBefore(now.minus(UNPACKING))
        && (disk.facts(lock).isEmpty() || free(lock))) {
      found.add(work(root, directory));
    }
  }

  private static Stray work(Path root, Path path) {
    return new Stray(
        Fault.STRAY_WORK,
        root,
        String.valueOf(path.getFileName()),
        path,
        "what a program left that died at work");
  }

  private boolean free(Path lock) throws IOException {
    Optional<HeldLock> taken = disk.tryLock(lock, LockKind.EXCLUSIVE);
    if (taken.isPresent()) {
      taken.get().close();
    }
    return taken.isPresent();
  }

  private void work(Path root, List<Stray> found) throws IOException {
    Path work = layout.work(root);
    for (String name : list(work)) {
      if (name.startsWith(WorkArea.DIRECTORY)) {
        Path lock = work.resolve(WorkArea.LOCK + name.substring(WorkArea.DIRECTORY.length()));
        if (disk.facts(lock).isEmpty() || free(lock)) {
          found.add(work(root, work.resolve(name)));
        }
      } else if (name.startsWith(Staging.KEPT)) {
        Optional<FileFacts> facts = disk.facts(work.resolve(name));
        if (facts.isPresent() && facts.get().changed().isBefore(now.minus(Staging.GRACE))) {
          found.add(work(root, work.resolve(name)));
        }
      }
    }
  }

  private void records(Path root, Path directory, List<Stray> found) throws IOException {
    for (String name : list(directory)) {
      Path path = directory.resolve(name);
      if (name.startsWith(TEMPORARY)) {
        Optional<FileFacts> facts = disk.facts(path);
        if (facts.isPresent() && facts.get().changed().isBefore(now.minus(WRITING))) {
          found.add(work(root, path));
        }
        continue;
      }
      String id =
          name.endsWith(TAR_SPLIT) ? name.substring(0, name.length() - TAR_SPLIT.length()) : name;
      if (Ids.looksMade(id)) {
        found.add(new Stray(Fault.STRAY_DATA, root, id, path, "belongs to nothing on record"));
      }
    }
  }

  private List<String> list(Path directory) throws IOException {
    return disk.facts(directory).filter(FileFacts::isDirectory).isPresent()
        ? disk.list(directory)
        : List.of();
  }

  boolean there(Stray stray) throws IOException {
    return disk.facts(stray.path()).isPresent();
  }

  static Finding finding(Stray stray) {
    return new Finding(
        stray.fault(),
        Grade.LEFTOVER,
        Finding.Standing.OWN,
        stray.id(),
        "",
        stray.path().toString(),
        stray.path() + " is " + stray.text(),
        room(stray.path()));
  }

  /// The room that something takes, in whole blocks, each file once; what cannot be read counts
  /// nothing.
  static long room(Path path) {
    long[] sum = new long[1];
    Set<Object> counted = new HashSet<>();
    try {
      Files.walkFileTree(
          path,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes facts) {
              sum[0] += BLOCK;
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path each, BasicFileAttributes facts) {
              Object key = facts.fileKey();
              if (facts.isRegularFile() && (key == null || counted.add(key))) {
                sum[0] += (facts.size() + BLOCK - 1) / BLOCK * BLOCK;
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path each, IOException failure) {
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      return sum[0];
    }
    return sum[0];
  }
}
