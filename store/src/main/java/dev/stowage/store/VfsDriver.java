package dev.stowage.store;

import dev.stowage.archive.LayerForm;
import dev.stowage.archive.LayerPacker;
import dev.stowage.archive.PackOptions;
import dev.stowage.archive.PlainTar;
import dev.stowage.archive.Stages;
import dev.stowage.archive.TreeChanges;
import dev.stowage.linux.Directory;
import dev.stowage.linux.Disk;
import dev.stowage.linux.Durability;
import dev.stowage.linux.Mode;
import dev.stowage.linux.PendingFile;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// The vfs driver: each layer is a full copy of the one beneath it with its own changes made.
///
/// The parent's files are not known before the layer is adopted, so what is staged is the plain
/// tar; it is applied to the copy then.
final class VfsDriver implements LayerDriver {
  private static final String DIRECTORIES = "dir";

  private final Disk disk;
  private final Layout layout;
  private final StoreOptions options;
  private final Unpacking unpacking;

  VfsDriver(Disk disk, Layout layout, StoreOptions options) {
    this.disk = disk;
    this.layout = layout;
    this.options = options;
    this.unpacking = new Unpacking(disk, options);
  }

  @Override
  public Driver name() {
    return Driver.VFS;
  }

  @Override
  public int mostLayers() {
    return Integer.MAX_VALUE;
  }

  @Override
  public void found() throws IOException {
    disk.makeDirectories(
        layout.driverHome(layout.graphRoot()).resolve(DIRECTORIES), Mode.PRIVATE_DIRECTORY);
    if (options.imageStore().isPresent()) {
      disk.makeDirectories(
          layout.driverHome(layout.imageRoot()).resolve(DIRECTORIES), Mode.PRIVATE_DIRECTORY);
    }
  }

  @Override
  public StagedLayer.Contents unpack(Path place, PlainTar tar, Supplier<Stages> stages)
      throws IOException {
    Path scratch = place.resolve("scratch");
    StagedLayer.Contents contents;
    try (PendingFile spool =
        disk.replacing(place.resolve(Staging.LAYER), Mode.PRIVATE_FILE, Durability.VOLATILE)) {
      contents =
          unpacking.alone(
              tar.through(new Spooling(tar.content(), spool.stream())),
              scratch,
              place.resolve(Staging.TAR_SPLIT),
              LayerForm.MARKED,
              stages);
      spool.commit();
    }
    disk.removeTree(scratch);
    return contents;
  }

  /// Writes down everything that is read.
  private static final class Spooling extends FilterInputStream {
    private final OutputStream spool;

    Spooling(InputStream in, OutputStream spool) {
      super(in);
      this.spool = spool;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = super.read(bytes, offset, length);
      if (count > 0) {
        spool.write(bytes, offset, count);
      }
      return count;
    }
  }

  @Override
  public void install(StagedLayer staged, Layer layer, List<Layer> beneath, Trash trash)
      throws IOException {
    displace(layer, trash);
    Path tree = staged.place().resolve("tree");
    disk.makeDirectory(tree, Unpacking.ROOT_MODE);
    if (!beneath.isEmpty()) {
      try (Directory from = Directory.open(files(beneath.getFirst()));
          Directory to = Directory.open(tree)) {
        new TreeCopy(from, to).copy();
      }
    }
    unpacking.onto(staged.place().resolve(Staging.LAYER), tree);
    disk.rename(tree, files(layer));
    trash.take(layer.home().root(), staged.place().resolve(Staging.LAYER));
  }

  @Override
  public void restore(StagedLayer staged, Layer layer, Snapshot now, Trash trash)
      throws IOException {
    List<Layer> chain = now.chain(layer.id());
    install(staged, layer, chain.subList(1, chain.size()), trash);
  }

  @Override
  public void displace(Layer layer, Trash trash) throws IOException {
    trash.take(layer.home().root(), files(layer));
  }

  @Override
  public InputStream pack(Layer layer, Snapshot now) throws IOException {
    List<Path> places = new ArrayList<>();
    places.add(files(layer));
    Optional<Layer> parent = layer.parent().flatMap(now::layer);
    parent.ifPresent(beneath -> places.add(files(beneath)));
    PackOptions how = PackedTar.options(LayerForm.MERGED, options, layer);
    return PackedTar.open(
        places,
        trees ->
            LayerPacker.ofChanges(
                trees.getFirst(),
                trees.size() > 1
                    ? TreeChanges.between(trees.getLast(), trees.getFirst())
                    : TreeChanges.of(trees.getFirst()),
                how));
  }

  @Override
  public Path files(Layer layer) {
    return layout.driverHome(layer.home().root()).resolve(DIRECTORIES).resolve(layer.id().value());
  }

  @Override
  public Path mountPoint(Layer layer) {
    return files(layer);
  }
}
