package dev.stowage.archive;

import dev.stowage.linux.DeviceNumber;
import dev.stowage.linux.Directory;
import dev.stowage.linux.FileFacts;
import dev.stowage.linux.FileKind;
import dev.stowage.linux.FileReader;
import dev.stowage.linux.Mode;
import dev.stowage.linux.Owner;
import dev.stowage.model.Bytes;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The archive of a layer that has no tar-split, made from its tree as Podman makes it.
///
/// Names come in the order of a walk, without `./`, directories with a slash at the end; times in
/// whole seconds; no user and group names; of the extended attributes `security.capability`,
/// `security.ima` and `user.*`; sockets are left out; overlay's marks become `.wh.` names again.
/// Closing this leaves the trees open.
public final class LayerPacker extends InputStream {
  private static final byte[] END = new byte[2 * TarBlock.SIZE];

  private final Directory tree;
  private final LowerTrees lowers;
  private final boolean hasLowers;
  private final PackOptions options;
  private final Steps steps;
  private final Map<Long, String> linked = new HashMap<>();
  private final Deque<byte[]> pending = new ArrayDeque<>();
  private int position;
  private @Nullable FileReader file;
  private String path = "";
  private long fileLeft;
  private int padding;
  private boolean ended;

  /// @param tree the layer's own tree
  /// @param lowers the trees beneath it, nearest first: they tell whether a directory that hides
  ///   what is beneath it hides anything
  public LayerPacker(Directory tree, List<Directory> lowers, PackOptions options)
      throws IOException {
    this(tree, lowers, options, walking(tree));
  }

  private LayerPacker(Directory tree, List<Directory> lowers, PackOptions options, Steps steps) {
    this.tree = tree;
    this.lowers = new LowerTrees(lowers);
    this.hasLowers = !lowers.isEmpty();
    this.options = options;
    this.steps = steps;
  }

  /// The archive of nothing but these changes to a tree that holds the layers beneath too, in the
  /// order of their paths.
  ///
  /// @param tree the tree with the changes made
  public static LayerPacker ofChanges(
      Directory tree, Collection<Change> changes, PackOptions options) {
    List<Change> sorted = new ArrayList<>(changes);
    sorted.sort((one, other) -> Walk.compare(one.path(), other.path()));
    Iterator<Change> left = sorted.iterator();
    return new LayerPacker(tree, List.of(), options, () -> changed(tree, left));
  }

  /// What is to be packed, one after the other; empty at the end.
  @FunctionalInterface
  private interface Steps {
    Optional<Step> next() throws IOException;
  }

  /// @param facts empty for what was deleted
  private record Step(String path, Optional<FileFacts> facts) {}

  private static Steps walking(Directory tree) throws IOException {
    Walk walk = new Walk(tree);
    return () -> walk.next().map(found -> new Step(found.path(), Optional.of(found.facts())));
  }

  private static Optional<Step> changed(Directory tree, Iterator<Change> left) throws IOException {
    while (left.hasNext()) {
      Change change = left.next();
      String path = change.path().substring(1);
      if (change.kind() == Change.Kind.DELETED) {
        return Optional.of(new Step(path, Optional.empty()));
      }
      Optional<FileFacts> facts = tree.facts(path);
      if (facts.isPresent()) {
        return Optional.of(new Step(path, facts));
      }
    }
    return Optional.empty();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  /// Reads until `length` bytes are there or the archive ends.
  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int done = 0;
    while (done < length) {
      int part;
      if (!pending.isEmpty()) {
        part = readPending(bytes, offset + done, length - done);
      } else if (file != null) {
        part = readFile(file, bytes, offset + done, length - done);
      } else if (next()) {
        part = 0;
      } else {
        return done == 0 ? -1 : done;
      }
      done += part;
    }
    return done;
  }

  private int readPending(byte[] bytes, int offset, int length) {
    byte[] block = pending.getFirst();
    int part = Math.min(length, block.length - position);
    System.arraycopy(block, position, bytes, offset, part);
    position += part;
    if (position == block.length) {
      pending.removeFirst();
      position = 0;
    }
    return part;
  }

  private int readFile(FileReader from, byte[] bytes, int offset, int length) throws IOException {
    int part = from.read(bytes, offset, (int) Math.min(length, fileLeft));
    if (part < 0) {
      throw new EOFException(Shown.name(path) + " became shorter while it was read");
    }
    fileLeft -= part;
    if (fileLeft == 0) {
      closeFile();
      if (padding > 0) {
        pending.add(new byte[padding]);
      }
    }
    return part;
  }

  private boolean next() throws IOException {
    if (ended) {
      return false;
    }
    Optional<Step> step = steps.next();
    if (step.isEmpty()) {
      ended = true;
      pending.add(END);
      return true;
    }
    Optional<FileFacts> facts = step.get().facts();
    if (facts.isEmpty()) {
      pending.add(TarHeaderWriter.headers(deletion(step.get().path(), 0, 0, Instant.EPOCH)));
    } else if (facts.get().kind() != FileKind.SOCKET) {
      add(step.get().path(), facts.get());
    }
    return true;
  }

  private static TarEntry deletion(String name, long uid, long gid, Instant modified) {
    String mark = EntryPath.join(EntryPath.parent(name), Whiteouts.PREFIX + EntryPath.base(name));
    return mark(mark, new Mode(0), uid, gid, modified);
  }

  private void add(String name, FileFacts facts) throws IOException {
    path = name;
    boolean overlay = options.form() == LayerForm.OVERLAY;
    TarEntry entry = entry(name, facts);
    if (overlay && LowerTrees.isWhiteout(facts)) {
      pending.add(
          TarHeaderWriter.headers(deletion(name, entry.uid(), entry.gid(), entry.modified())));
      return;
    }
    pending.add(TarHeaderWriter.headers(entry));
    if (overlay && facts.isDirectory() && hidesSomething(name)) {
      Mode mode = Mode.of(facts.mode().bits() & 0777);
      String mark = EntryPath.join(name, Whiteouts.OPAQUE);
      pending.add(
          TarHeaderWriter.headers(mark(mark, mode, entry.uid(), entry.gid(), Instant.EPOCH)));
    }
    if (entry.isRegular() && entry.size() > 0) {
      file = tree.openFile(name);
      fileLeft = entry.size();
      padding = (int) (-fileLeft & (TarBlock.SIZE - 1));
    }
  }

  private boolean hidesSomething(String directory) throws IOException {
    return hasLowers
        && LowerTrees.isOpaque(tree, directory, options.privilege())
        && lowers.visible(directory).isPresent();
  }

  private static TarEntry mark(String name, Mode mode, long uid, long gid, Instant modified) {
    return new TarEntry(
        EntryKind.REGULAR,
        (byte) '0',
        name,
        "",
        mode,
        uid,
        gid,
        0,
        modified,
        Optional.empty(),
        DeviceNumber.ZERO,
        Map.of(),
        Optional.empty());
  }

  private TarEntry entry(String name, FileFacts facts) throws IOException {
    boolean directory = facts.isDirectory();
    EntryKind kind = kind(facts.kind());
    String link = kind == EntryKind.SYMBOLIC_LINK ? tree.readLink(name) : "";
    if (!directory && facts.links() > 1) {
      String first = linked.putIfAbsent(facts.inode(), name);
      if (first != null) {
        kind = EntryKind.HARD_LINK;
        link = first;
      }
    }
    Owner owner =
        Whiteouts.isMark(name) ? facts.owner() : options.ids().toContainer(name, facts.owner());
    return new TarEntry(
        kind,
        flag(kind),
        directory ? name + "/" : name,
        link,
        facts.mode(),
        owner.uid(),
        owner.gid(),
        kind == EntryKind.REGULAR ? facts.size() : 0,
        TarHeaderWriter.wholeSeconds(facts.modified()),
        Optional.empty(),
        facts.node(),
        attributes(name),
        Optional.empty());
  }

  private Map<String, Bytes> attributes(String name) throws IOException {
    Map<String, Bytes> attributes = new TreeMap<>();
    for (String attribute : tree.attributeNames(name)) {
      boolean kept =
          attribute.equals("security.capability")
              || attribute.equals("security.ima")
              || (attribute.startsWith("user.") && !attribute.startsWith("user.overlay."));
      if (kept) {
        tree.attribute(name, attribute).ifPresent(value -> attributes.put(attribute, value));
      }
    }
    return attributes;
  }

  private static EntryKind kind(FileKind kind) {
    return switch (kind) {
      case REGULAR -> EntryKind.REGULAR;
      case DIRECTORY -> EntryKind.DIRECTORY;
      case SYMBOLIC_LINK -> EntryKind.SYMBOLIC_LINK;
      case CHARACTER_DEVICE -> EntryKind.CHARACTER_DEVICE;
      case BLOCK_DEVICE -> EntryKind.BLOCK_DEVICE;
      case FIFO -> EntryKind.FIFO;
      case SOCKET -> EntryKind.OTHER;
    };
  }

  private static byte flag(EntryKind kind) {
    return switch (kind) {
      case REGULAR, OTHER -> '0';
      case HARD_LINK -> '1';
      case SYMBOLIC_LINK -> '2';
      case CHARACTER_DEVICE -> '3';
      case BLOCK_DEVICE -> '4';
      case DIRECTORY -> '5';
      case FIFO -> '6';
      case GLOBAL_HEADER -> 'g';
    };
  }

  private void closeFile() throws IOException {
    FileReader open = file;
    file = null;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public void close() throws IOException {
    ended = true;
    pending.clear();
    closeFile();
  }
}
