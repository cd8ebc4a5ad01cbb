package dev.stowage.store;

import dev.stowage.archive.LayerForm;
import dev.stowage.archive.LayerPacker;
import dev.stowage.archive.PackOptions;
import dev.stowage.archive.PlainTar;
import dev.stowage.archive.Stages;
import dev.stowage.linux.Disk;
import dev.stowage.linux.Durability;
import dev.stowage.linux.FileFacts;
import dev.stowage.linux.Mode;
import dev.stowage.model.Bytes;
import dev.stowage.model.CorruptException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// The overlay driver: each layer keeps what differs from the one beneath it, with white-outs as
/// the kernel wants them.
///
/// @see <a href="https://docs.kernel.org/filesystems/overlayfs.html">The kernel's overlayfs</a>
final class OverlayDriver implements LayerDriver {
  private static final String DIFF = "diff";
  static final String LINK = "link";
  static final String LOWER = "lower";

  /// The IDs of the layers beneath, which the newest peers prefer to [#LOWER].
  static final String LOWER_LAYERS = "lower-layers";

  static final String LINKS = "l";
  private static final String FLAG = ".has-mount-program";

  /// The number of letters of a layer's short name, short enough for mount options to fit a page.
  private static final int LINK_LENGTH = 26;

  /// The number of layers beneath one that the kernel mounts.
  static final int DEEPEST = 500;

  private static final int LARGEST_LOWER = DEEPEST * (LINK_LENGTH + 3) + 1;
  private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

  private final Disk disk;
  private final Layout layout;
  private final StoreOptions options;
  private final Unpacking unpacking;

  OverlayDriver(Disk disk, Layout layout, StoreOptions options) {
    this.disk = disk;
    this.layout = layout;
    this.options = options;
    this.unpacking = new Unpacking(disk, options);
  }

  @Override
  public Driver name() {
    return Driver.OVERLAY;
  }

  @Override
  public int mostLayers() {
    return DEEPEST;
  }

  @Override
  public void found() throws IOException {
    foundHome(layout.driverHome(layout.graphRoot()));
    if (options.imageStore().isPresent()) {
      foundHome(layout.driverHome(layout.imageRoot()));
    }
  }

  private void foundHome(Path home) throws IOException {
    disk.makeDirectories(home, Mode.PRIVATE_DIRECTORY);
    Path links = home.resolve(LINKS);
    if (disk.facts(links).isEmpty()) {
      disk.makeDirectories(links, Mode.SHARED_DIRECTORY);
    }
    boolean program = options.driverOptions().mountProgram().isPresent();
    Path flag = home.resolve(FLAG);
    if (disk.facts(flag).isEmpty()) {
      disk.replace(
          flag, Bytes.utf8(program ? "true" : "false"), Mode.PRIVATE_FILE, Durability.VOLATILE);
    }
  }

  @Override
  public StagedLayer.Contents unpack(Path place, PlainTar tar, Supplier<Stages> stages)
      throws IOException {
    Path layer = place.resolve(Staging.LAYER);
    disk.makeDirectory(layer, Mode.PRIVATE_DIRECTORY);
    disk.makeDirectory(layer.resolve("work"), Mode.PRIVATE_DIRECTORY);
    disk.makeDirectory(layer.resolve("merged"), Mode.PRIVATE_DIRECTORY);
    disk.replace(
        layer.resolve(LINK), Bytes.utf8(shortName()), Mode.SHARED_FILE, Durability.VOLATILE);
    return unpacking.alone(
        tar,
        layer.resolve(DIFF),
        place.resolve(Staging.TAR_SPLIT),
        options.driverOptions().mountProgram().isPresent() ? LayerForm.MARKED : LayerForm.OVERLAY,
        stages);
  }

  @Override
  public void install(StagedLayer staged, Layer layer, List<Layer> beneath, Trash trash)
      throws IOException {
    Path home = layout.driverHome(layer.home().root());
    displace(layer, trash);
    Path source = staged.place().resolve(Staging.LAYER);
    if (!beneath.isEmpty()) {
      Layer parent = beneath.getFirst();
      if (staged.contents().root() == StagedLayer.Root.FROM_PARENT) {
        takeAfter(parent, source.resolve(DIFF));
      }
      disk.replace(
          source.resolve(LOWER),
          Bytes.utf8(lowerOf(parent)),
          Mode.SHARED_FILE,
          Durability.VOLATILE);
      disk.replace(
          source.resolve(LOWER_LAYERS),
          Bytes.utf8(idsOf(beneath)),
          Mode.SHARED_FILE,
          Durability.VOLATILE);
    } else {
      disk.makeDirectory(source.resolve("empty"), Mode.PRIVATE_DIRECTORY);
    }
    String link = text(source.resolve(LINK));
    disk.rename(source, home.resolve(layer.id().value()));
    try {
      disk.symbolicLink(home.resolve(LINKS).resolve(link), "../" + layer.id() + "/" + DIFF);
    } catch (FileAlreadyExistsException e) {
      throw new CorruptException(
          home.resolve(LINKS).resolve(link), "the random name of a new layer is taken; try again");
    }
  }

  @Override
  public void restore(StagedLayer staged, Layer layer, Snapshot now, Trash trash)
      throws IOException {
    new LayerFrame(disk, layout).mend(layer, now);
    Path source = staged.place().resolve(Staging.LAYER).resolve(DIFF);
    Optional<Layer> parent = layer.parent().flatMap(now::layer);
    if (parent.isPresent() && staged.contents().root() == StagedLayer.Root.FROM_PARENT) {
      takeAfter(parent.get(), source);
    }
    Path target = files(layer);
    Optional<FileFacts> there = disk.facts(target);
    if (there.isPresent() && there.get().isDirectory()) {
      disk.exchange(source, target);
      return;
    }
    if (there.isPresent()) {
      trash.take(layer.home().root(), target);
    }
    disk.rename(source, target);
  }

  /// Gives the root of a layer whose archive says nothing about it owner and mode of its parent's.
  private void takeAfter(Layer parent, Path root) throws IOException {
    Optional<FileFacts> above = disk.facts(files(parent));
    if (above.isPresent()) {
      disk.setOwner(root, above.get().owner());
      disk.setMode(root, above.get().mode());
    }
  }

  static String idsOf(List<Layer> beneath) {
    StringBuilder ids = new StringBuilder();
    for (Layer layer : beneath) {
      ids.append(ids.isEmpty() ? "" : ":").append(layer.id());
    }
    return ids.toString();
  }

  /// What `lower` says in a layer that stands on this one.
  private String lowerOf(Layer parent) throws IOException {
    Path directory = directory(parent);
    String link;
    try {
      link = text(directory.resolve(LINK));
    } catch (NoSuchFileException e) {
      throw new CorruptException(
          directory.resolve(LINK),
          "is missing, the short name of layer "
              + parent.id()
              + "; `stowage system repair` writes it again");
    }
    String lower = LINKS + "/" + link;
    Optional<Bytes> beneath = disk.read(directory.resolve(LOWER), LARGEST_LOWER);
    return beneath.isPresent() && beneath.get().length() > 0
        ? lower + ":" + beneath.get().utf8()
        : lower;
  }

  @Override
  public void displace(Layer layer, Trash trash) throws IOException {
    Path home = layout.driverHome(layer.home().root());
    Path directory = home.resolve(layer.id().value());
    if (disk.facts(directory).isEmpty()) {
      return;
    }
    Optional<Bytes> link = disk.read(directory.resolve(LINK), LARGEST_LOWER);
    if (link.isPresent() && isShortName(link.get().utf8())) {
      trash.take(layer.home().root(), home.resolve(LINKS).resolve(link.get().utf8()));
    }
    trash.take(layer.home().root(), directory);
  }

  @Override
  public Path files(Layer layer) {
    return directory(layer).resolve(DIFF);
  }

  @Override
  public Path mountPoint(Layer layer) {
    Path directory =
        layer.readOnly() ? layout.runHome().resolve(layer.id().value()) : directory(layer);
    return directory.resolve("merged");
  }

  @Override
  public InputStream pack(Layer layer, Snapshot now) throws IOException {
    List<Path> stack = new ArrayList<>();
    for (Layer each : now.chain(layer.id())) {
      stack.add(files(each));
    }
    LayerForm form =
        options.driverOptions().mountProgram().isPresent() ? LayerForm.MARKED : LayerForm.OVERLAY;
    PackOptions how = PackedTar.options(form, options, layer);
    return PackedTar.open(
        stack, trees -> new LayerPacker(trees.getFirst(), trees.subList(1, trees.size()), how));
  }

  Path directory(Layer layer) {
    return layout.driverHome(layer.home().root()).resolve(layer.id().value());
  }

  /// The directories to stack for a read-only mount of the layer, the topmost first.
  List<Path> stack(Layer top, Snapshot now) throws IOException {
    List<Path> stack = new ArrayList<>();
    List<Layer> chain = now.chain(top.id());
    if (chain.size() > DEEPEST) {
      throw new CorruptException(
          directory(top), "stands on " + chain.size() + " layers, and the kernel takes " + DEEPEST);
    }
    for (Layer layer : chain) {
      Path directory = directory(layer);
      Path files = directory.resolve(DIFF);
      if (disk.facts(files).isEmpty()) {
        throw new CorruptException(
            files,
            "is missing; `stowage system check` says what else is, and `stowage system repair`"
                + " fetches it again");
      }
      Optional<Bytes> link = disk.read(directory.resolve(LINK), LARGEST_LOWER);
      Path shortPath =
          link.isPresent() && isShortName(link.get().utf8())
              ? layout.driverHome(layer.home().root()).resolve(LINKS).resolve(link.get().utf8())
              : files;
      // The links keep the options short; one lost in a crash is no reason not to mount.
      stack.add(
          !layer.id().equals(top.id()) && disk.facts(shortPath).isPresent() ? shortPath : files);
    }
    if (stack.size() == 1) {
      stack.add(emptyDirectory(top));
    }
    return stack;
  }

  private Path emptyDirectory(Layer layer) throws IOException {
    Path empty = directory(layer).resolve("empty");
    if (disk.facts(empty).isEmpty()) {
      disk.makeDirectory(empty, Mode.PRIVATE_DIRECTORY);
    }
    return empty;
  }

  private String text(Path file) throws IOException {
    Optional<Bytes> content = disk.read(file, LARGEST_LOWER);
    if (content.isEmpty()) {
      throw new NoSuchFileException(file.toString());
    }
    String text = content.get().utf8().strip();
    if (!isShortName(text)) {
      throw new CorruptException(file, "is no short name of a layer");
    }
    return text;
  }

  /// Whether the text may stand as one component of a path.
  static boolean isShortName(String text) {
    return !text.isEmpty() && text.length() <= 64 && text.indexOf('/') < 0 && !text.startsWith(".");
  }

  static String shortName() throws IOException {
    StringBuilder name = new StringBuilder(LINK_LENGTH);
    for (byte random : Ids.randomBytes(LINK_LENGTH)) {
      name.append(LETTERS.charAt(random & 31));
    }
    return name.toString();
  }
}
