package dev.stowage.store;

import dev.stowage.archive.PlainTar;
import dev.stowage.archive.Stages;
import dev.stowage.linux.Disk;
import dev.stowage.linux.Durability;
import dev.stowage.linux.FileFacts;
import dev.stowage.linux.Mode;
import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Where layers are unpacked before any record names them, and where those that were finished and
/// never adopted wait for the next pull.
///
/// ```
/// overlay/tempdirs/temp-dir-<name>/<n>/layer/…         as it will stand in the driver's directory
///                                     /tar-split.gz
///                                     /contents.json   written last: without it this is garbage
/// overlay/tempdirs/kept-<diff ID>/                     the same, of a pull that failed or died
/// ```
///
/// Nothing here is synced, so what is kept counts only until the next boot.
final class Staging implements Closeable {
  static final String LAYER = "layer";
  static final String TAR_SPLIT = "tar-split.gz";
  static final String KEPT = "kept-";
  private static final String CONTENTS = "contents.json";

  /// Long enough to look after a failed pull and try again, short enough not to fill the disk.
  static final Duration GRACE = Duration.ofHours(6);

  private static final long LARGEST_CONTENTS = 16L << 20;
  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

  private final Disk disk;
  private final Layout layout;
  private final LayerDriver driver;
  private final AtomicBoolean unsynced = new AtomicBoolean();
  private final AtomicBoolean inherited = new AtomicBoolean();
  private @Nullable WorkArea area;
  private @Nullable Thread syncing;

  Staging(Disk disk, Layout layout, LayerDriver driver) {
    this.disk = disk;
    this.layout = layout;
    this.driver = driver;
  }

  private Path work() {
    return layout.work(layout.imageRoot());
  }

  private Path keptAt(Digest diffId) {
    return work().resolve(KEPT + diffId.hex());
  }

  private synchronized Path place() throws IOException {
    if (area == null) {
      area = WorkArea.make(disk, work());
    }
    return area.next();
  }

  StagedLayer stage(PlainTar tar, Supplier<Stages> stages) throws IOException {
    Path place = place();
    unsynced.set(true);
    try {
      disk.makeDirectory(place, Mode.PRIVATE_DIRECTORY);
      StagedLayer.Contents contents =
          driver.unpack(place, tar.through(new SpaceWatch(tar.content(), disk, work())), stages);
      disk.replace(
          place.resolve(CONTENTS), write(contents), Mode.PRIVATE_FILE, Durability.VOLATILE);
      syncAhead();
      return new StagedLayer(this, place, contents);
    } catch (IOException | RuntimeException | Error e) {
      try {
        disk.removeTree(place);
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  /// The finished contents with this diff ID that an earlier pull left behind, also one that was
  /// killed.
  Optional<StagedLayer> kept(Digest diffId) throws IOException {
    if (!inherited.getAndSet(true)) {
      int _ = WorkArea.reap(disk, work(), this::inherit);
    }
    Path waiting = keptAt(diffId);
    if (disk.facts(waiting).isEmpty()) {
      return Optional.empty();
    }
    Path place = place();
    try {
      disk.rename(waiting, place);
    } catch (FileSystemException e) {
      // Another pull was quicker.
      return Optional.empty();
    }
    unsynced.set(true);
    Optional<StagedLayer.Contents> contents = contents(place);
    if (contents.isPresent() && contents.get().digest().equals(diffId)) {
      return Optional.of(new StagedLayer(this, place, contents.get()));
    }
    disk.removeTree(place);
    return Optional.empty();
  }

  void discard(StagedLayer layer) throws IOException {
    disk.removeTree(layer.place());
  }

  void keep(StagedLayer layer) throws IOException {
    keep(layer.place(), layer.digest());
  }

  private void keep(Path place, Digest diffId) throws IOException {
    Path waiting = keptAt(diffId);
    if (disk.facts(waiting).isEmpty()) {
      try {
        disk.rename(place, waiting);
        return;
      } catch (FileSystemException e) {
        // Another pull left the same contents: one copy will do.
      }
    }
    disk.removeTree(place);
  }

  /// Begins to sync while other layers are still unpacked, so that less is left for the end.
  private synchronized void syncAhead() {
    if (syncing == null || !syncing.isAlive()) {
      syncing = Thread.ofPlatform().name("stowage-sync").daemon().start(this::syncQuietly);
    }
  }

  private void syncQuietly() {
    try {
      disk.syncFileSystem(layout.imageRoot());
    } catch (IOException e) {
      // The sync before the records are written will fail too, and tell.
    }
  }

  /// Syncs what was staged since the last time, so that less is left to sync under the lock.
  void sync() throws IOException {
    if (unsynced.getAndSet(false)) {
      disk.syncFileSystem(layout.imageRoot());
    }
  }

  /// Deletes what dead processes left, except finished layers; and of those the ones that waited
  /// too long or that the store has by now.
  void reap(Instant now, Snapshot store) throws IOException {
    int _ = WorkArea.reap(disk, work(), this::inherit);
    if (!layout.imageRoot().equals(layout.graphRoot())) {
      int _ = WorkArea.reap(disk, layout.work(layout.graphRoot()), _ -> {});
    }
    if (disk.facts(work()).isEmpty()) {
      return;
    }
    for (String name : disk.list(work())) {
      if (name.startsWith(KEPT)) {
        Path waiting = work().resolve(name);
        Optional<FileFacts> facts = disk.facts(waiting.resolve(CONTENTS));
        if (facts.isEmpty()
            || facts.get().modified().isBefore(now.minus(GRACE))
            || isIn(store, name.substring(KEPT.length()))
            || contents(waiting).isEmpty()) {
          disk.removeTree(waiting);
        }
      }
    }
  }

  private static boolean isIn(Snapshot store, String hex) {
    String diffId = Digest.Algorithm.SHA256.prefix() + ":" + hex;
    return !Digest.isDigest(diffId)
        || !store.layersByUncompressedDigest(Digest.sha256(hex)).isEmpty();
  }

  private void inherit(Path directory) throws IOException {
    for (String name : disk.list(directory)) {
      Path place = directory.resolve(name);
      Optional<StagedLayer.Contents> contents = contents(place);
      if (contents.isPresent()) {
        keep(place, contents.get().digest());
      }
    }
  }

  private Bytes write(StagedLayer.Contents contents) throws IOException {
    return Bytes.utf8(
        Json.object()
            .put("boot", boot())
            .put("driver", driver.name().text())
            .put("digest", contents.digest().toString())
            .put("size", contents.size())
            .put("uids", numbers(contents.userIds()))
            .put("gids", numbers(contents.groupIds()))
            .put("root", contents.root().name())
            .build()
            .compact());
  }

  /// What the file of a finished layer says; nothing if there is none or it is of another boot or
  /// driver.
  private Optional<StagedLayer.Contents> contents(Path place) throws IOException {
    Optional<FileFacts> facts = disk.facts(place);
    if (facts.isEmpty() || !facts.get().isDirectory()) {
      return Optional.empty();
    }
    Optional<Bytes> content = disk.read(place.resolve(CONTENTS), LARGEST_CONTENTS);
    if (content.isEmpty() || disk.facts(place.resolve(LAYER)).isEmpty()) {
      return Optional.empty();
    }
    try {
      Json.Obj json = Json.parseObject(content.get());
      Optional<Digest> digest = Fields.digest(json, "digest");
      if (digest.isEmpty()
          || !Fields.text(json, "boot").equals(Optional.of(boot()))
          || !Fields.text(json, "driver").equals(Optional.of(driver.name().text()))) {
        return Optional.empty();
      }
      return Optional.of(
          new StagedLayer.Contents(
              digest.get(),
              Fields.number(json, "size").orElse(0L),
              Fields.numbers(json, "uids"),
              Fields.numbers(json, "gids"),
              StagedLayer.Root.valueOf(
                  Fields.text(json, "root").orElse(StagedLayer.Root.FROM_PARENT.name()))));
    } catch (MalformedException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Json numbers(List<Long> numbers) {
    List<Json> items = new ArrayList<>(numbers.size());
    for (long number : numbers) {
      items.add(Json.of(number));
    }
    return new Json.Arr(items);
  }

  private static String boot() throws IOException {
    return Files.readString(BOOT).strip();
  }

  /// Deletes what this process staged and nobody adopted or kept.
  @Override
  public synchronized void close() throws IOException {
    if (area != null) {
      area.close();
      area = null;
    }
  }
}
