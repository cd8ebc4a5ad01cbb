package dev.stowage.store;

import dev.stowage.archive.PlainTar;
import dev.stowage.archive.Stages;
import dev.stowage.linux.Allocation;
import dev.stowage.linux.CountedLinks;
import dev.stowage.linux.Disk;
import dev.stowage.linux.Durability;
import dev.stowage.linux.FileFacts;
import dev.stowage.linux.LockKind;
import dev.stowage.linux.Mode;
import dev.stowage.model.Bytes;
import dev.stowage.model.CorruptException;
import dev.stowage.model.Digest;
import dev.stowage.model.ImageId;
import dev.stowage.model.LayerId;
import dev.stowage.model.NotFoundException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/// The store of layers, images and containers that Podman, Buildah, Skopeo and CRI-O use too.
///
/// A store may be used by any number of threads, and by other programs at the same time: [#read]
/// and [#write] take the locks that all of them take. Neither may be called from within the other.
/// Whoever opens a store closes it, which throws away what was staged and neither adopted nor kept.
///
/// @see <a
///   href="https://github.com/containers/container-libs/tree/main/storage">containers/storage</a>
public final class Store implements Closeable {
  private final StoreOptions options;
  private final Disk disk;
  private final Layout layout;
  private final Groups groups;
  private final LayerDriver driver;
  private final DataFiles files;
  private final Staging staging;
  private final Mounting mounting;
  private final Commit commit;

  private Store(StoreOptions options, Disk disk) {
    this.options = options;
    this.disk = disk;
    this.layout = new Layout(options);
    this.groups = new Groups(options, layout);
    this.driver =
        switch (options.driver()) {
          case OVERLAY -> new OverlayDriver(disk, layout, options);
          case VFS -> new VfsDriver(disk, layout, options);
        };
    this.files = new DataFiles(disk, layout);
    this.staging = new Staging(disk, layout, driver);
    this.mounting = new Mounting(disk, layout, options, driver);
    this.commit = new Commit(disk, layout, groups, driver, files, mounting);
  }

  /// Opens a store, and makes it where there is none.
  public static Store open(StoreOptions options, Disk disk) throws IOException {
    Store store = new Store(options, disk);
    new Foundation(disk, store.layout, options, store.driver).lay();
    return store;
  }

  /// The most layers that may stand on one another.
  public int mostLayers() {
    return driver.mostLayers();
  }

  public StoreOptions options() {
    return options;
  }

  /// Hands everything on record to a body, at a moment when nobody is changing it.
  public <T> T read(Reading<T> body) throws IOException {
    T result;
    try (Locks locks = Locks.toRead(disk, groups)) {
      result = body.read(groups.load(disk, locks, mounting.records()).snapshot());
    }
    groups.index(disk);
    return result;
  }

  /// Hands the store to a body that changes it. What the body has said is done when it returns, and
  /// nothing of it when it throws.
  ///
  /// When this returns, all of it has reached the disk. A crash at any moment leaves the store as
  /// it was or as it was to be, except that of several layers and images some may be there.
  public <T> T write(Scope scope, Writing<T> body) throws IOException {
    return write(scope, body, new Trash(disk, layout));
  }

  /// Like [#write], and measures what the disk gets back, before it is deleted and when the store
  /// is no longer locked.
  public <T> Measured<T> writeAndMeasure(Scope scope, Writing<T> body) throws IOException {
    try (Allocation meter = new Allocation(new CountedLinks())) {
      Trash trash = new Trash(disk, layout, meter);
      T result = write(scope, body, trash);
      return new Measured<>(result, trash.measured());
    }
  }

  private <T> T write(Scope scope, Writing<T> body, Trash bin) throws IOException {
    if (scope.compareTo(Scope.IMAGES) >= 0) {
      staging.sync();
    }
    Instant started = Instant.now();
    try (Trash trash = bin) {
      T result;
      Snapshot after;
      try (Locks locks = Locks.toWrite(disk, groups, scope)) {
        Working before = groups.load(disk, locks, mounting.records());
        Edit edit = new Edit(before.copy(), scope, files, started);
        result = body.write(edit);
        commit.apply(before, edit, scope, locks, trash);
        after = edit.now();
      }
      if (scope.compareTo(Scope.IMAGES) >= 0) {
        staging.reap(started, after);
      }
      return result;
    }
  }

  /// Unpacks a layer without any lock. Any number of threads may do so at the same time.
  ///
  /// @param stages over how many threads the work is spread
  public StagedLayer stage(PlainTar tar, Supplier<Stages> stages) throws IOException {
    return staging.stage(tar, stages);
  }

  /// The layer with this diff ID that an earlier pull unpacked and never adopted, if one was kept.
  /// It is the caller's from then on.
  public Optional<StagedLayer> kept(Digest diffId) throws IOException {
    return staging.kept(diffId);
  }

  /// The layer's plain tar, the very bytes it came as, or, where nobody noted down how it came (the
  /// layer of a container), one made from its files; the caller closes it. No lock is held: a layer
  /// that is removed meanwhile makes the stream fail.
  ///
  /// @throws dev.stowage.model.NotFoundException if there is no such layer
  public InputStream diff(LayerId layer) throws IOException {
    return new LayerTar(disk, layout, driver).open(layer, read(now -> now));
  }

  /// A data item of an image: a manifest, a config, a signature.
  ///
  /// @throws NotFoundException if the image has no such item, or is no longer in the store
  /// @throws CorruptException if it should have it and the file is missing
  public Bytes imageData(ImageRecord image, String item) throws IOException {
    try {
      return files.read(image, item);
    } catch (CorruptException missing) {
      if (read(now -> now.image(image.id()).isPresent())) {
        throw missing;
      }
      throw new NotFoundException(NotFoundException.Kind.IMAGE, image.id().value());
    }
  }

  /// When the image came to the store, as far as the file system tells: when its manifest was
  /// written.
  public Optional<Instant> arrived(ImageRecord image) {
    try {
      return disk.facts(files.file(image, ImageRecord.MANIFEST_PREFIX)).map(FileFacts::modified);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// How much of the disk the store takes, measured now, without a lock.
  public SpaceUse measure() throws IOException {
    return new SpaceWalk(disk, layout, options).measure(now -> now, this);
  }

  /// The lengths of the files that the layer itself has, in bytes.
  public long lengthsOf(Layer layer) throws IOException {
    try (Allocation meter = new Allocation(new CountedLinks())) {
      long _ = meter.of(driver.files(layer));
      return meter.lengths();
    }
  }

  /// The volumes that Podman keeps beside the store.
  public Volumes volumes() {
    return new Volumes(disk, layout);
  }

  /// The directory of the layer's own files: with overlay those that differ from the layer beneath,
  /// with vfs all.
  public Path filesOf(Layer layer) {
    return driver.files(layer);
  }

  /// Where the tar-split of the layer is kept.
  public Path tarSplitOf(Layer layer) {
    return layout.tarSplit(layer.id(), layer.home());
  }

  /// A small file of this program's own beside the store, if it is there. What it says may be
  /// missing or old.
  ///
  /// @param name of letters and dashes
  /// @param limit the most bytes that are read
  public Optional<Bytes> note(String name, long limit) throws IOException {
    return disk.read(layout.own().resolve(name), limit);
  }

  /// Replaces a small file of this program's own beside the store. It does not outlive a crash for
  /// certain, and of two writers at once the last one's stays.
  public void putNote(String name, Bytes content) throws IOException {
    disk.makeDirectories(layout.own(), Mode.PRIVATE_DIRECTORY);
    disk.replace(layout.own().resolve(name), content, Mode.PRIVATE_FILE, Durability.VOLATILE);
  }

  /// Takes the lock of one image, under which all programs change a list of manifests: whoever
  /// reads one to write it anew holds it all the while. It is taken before any of [#read] and
  /// [#write].
  ///
  /// @return to be closed when the list has been written
  public Closeable lockList(ImageId image) throws IOException {
    return disk.lock(layout.imageLock(image), LockKind.EXCLUSIVE);
  }

  /// Where artifacts are kept: an OCI image layout.
  public Path artifacts() {
    return layout.artifacts();
  }

  /// Takes the lock of the artifacts; the directory is made where there is none.
  ///
  /// @return to be closed when they have been read or changed
  public Closeable lockArtifacts(LockKind kind) throws IOException {
    disk.makeDirectories(layout.artifacts(), Mode.PRIVATE_DIRECTORY);
    return disk.lock(layout.artifacts().resolve("index.lock"), kind);
  }

  /// The look at the whole store, and what mends it.
  public Upkeep upkeep() {
    return new Upkeep(
        this,
        new Workshop(
            disk,
            layout,
            groups,
            driver,
            files,
            staging,
            new Inspector(disk, layout, options, groups, driver, files, mounting)));
  }

  /// Mounts a layer and all beneath it, read-only. Mounting what is mounted counts one more.
  public Mount mount(LayerId top) throws IOException {
    try (Locks locks = Locks.toMount(disk, layout, groups)) {
      Snapshot now = groups.loadLayers(disk, locks).snapshot();
      return new Mount(this, top, mounting.mount(top, now));
    }
  }

  /// Undoes one mount of the layer, or all.
  ///
  /// @return how many mounts of the layer are left
  /// @throws dev.stowage.model.NotFoundException if the layer is not mounted, unless forced
  public int unmount(LayerId layer, Force force) throws IOException {
    try (Locks locks = Locks.toMount(disk, layout, groups)) {
      int left = mounting.unmount(layer, groups.loadLayers(disk, locks).snapshot(), force);
      if (left == 0) {
        mounting.release(locks::announceStorage);
      }
      return left;
    }
  }

  @Override
  public void close() throws IOException {
    staging.close();
  }
}
