package dev.stowage.archive;

import dev.stowage.model.MalformedException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Layers laid over each other, written as the one tar of what can be seen through all of them.
///
/// The layers are read from the uppermost down, each once, so that nothing is kept but names: what
/// has been seen or deleted hides what lies beneath. A hard link follows the file it is of. Where
/// that file itself is hidden, it is written under the name of the link, for which a layer that has
/// both is read a second time.
///
/// Layers that others lie beneath become one layer in the same way: marks of what is deleted there
/// stay, and a directory that took the place of another is marked as hiding what was in it. Marks
/// that hide nothing go, because overlay file systems show them; to know them the lower layers are
/// read too.
public final class FlatTree {

  /// A layer.
  @FunctionalInterface
  public interface Layer {

    /// Its plain tar, which is read to its end.
    InputStream open() throws IOException;
  }

  private static final int BUFFER = 256 * 1024;

  private final OutputStream out;

  /// What has been written that is no directory.
  private final Set<String> covered = new HashSet<>();

  private final Set<String> deleted = new HashSet<>();
  private final Set<String> directories = new HashSet<>();
  private final Set<String> opaque = new HashSet<>();

  /// The directories that something visible is in, whether or not a layer has an entry for them.
  private final Set<String> parents = new HashSet<>();

  /// The links that wait for the file they are of, by its path.
  private final Map<String, List<TarEntry>> waiting = new HashMap<>();

  /// The marks that lower layers need, if they have what these hide.
  private final Set<String> whiteouts = new TreeSet<>();

  private final Set<String> opaqueMarks = new TreeSet<>();

  private FlatTree(OutputStream out) {
    this.out = out;
  }

  /// Writes the tar. The stream stays open.
  ///
  /// @param layers from the lowest
  /// @throws MalformedException if a layer is no tar, or a hard link leads to nothing
  public static void write(List<? extends Layer> layers, OutputStream out) throws IOException {
    write(layers, List.of(), out);
  }

  /// Writes the tar. The stream stays open.
  ///
  /// @param layers from the lowest
  /// @param beneath what lies beneath them, from the lowest
  /// @throws MalformedException if a layer is no tar, or a hard link leads to nothing
  public static void write(
      List<? extends Layer> layers, List<? extends Layer> beneath, OutputStream out)
      throws IOException {
    FlatTree tree = new FlatTree(out);
    for (Layer layer : layers.reversed()) {
      tree.add(layer);
    }
    for (Map.Entry<String, List<TarEntry>> lost : tree.waiting.entrySet()) {
      for (TarEntry link : lost.getValue()) {
        if (beneath.isEmpty()) {
          throw new MalformedException(
              "the hard link "
                  + Shown.name(link.name())
                  + " leads to "
                  + Shown.name(lost.getKey())
                  + ", which no layer has");
        }
        tree.put(link, EntryPath.within(link.name()), lost.getKey());
      }
    }
    if (!beneath.isEmpty() && !(tree.whiteouts.isEmpty() && tree.opaqueMarks.isEmpty())) {
      tree.mark(beneath);
    }
    out.write(new byte[TarWriter.END_LENGTH]);
  }

  /// What one layer does, until the next lower one is read.
  private static final class Pass {
    final Set<String> deleted = new HashSet<>();
    final Set<String> cleared = new HashSet<>();

    /// Under which names the files of this layer have been written.
    final Map<String, String> written = new HashMap<>();

    final Map<String, String> links = new HashMap<>();
    final Set<String> hidden = new HashSet<>();
  }

  private void add(Layer layer) throws IOException {
    Pass pass = new Pass();
    try (InputStream in = layer.open();
        TarReader reader = new TarReader(in)) {
      for (Optional<TarEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
        TarEntry entry = next.get();
        String path = EntryPath.within(entry.name());
        if (Whiteouts.isMark(path)) {
          delete(path, pass);
        } else {
          add(path, entry, reader, pass);
        }
      }
      reader.drain();
    }
    Set<String> lost = new HashSet<>(waiting.keySet());
    lost.retainAll(pass.hidden);
    if (!lost.isEmpty()) {
      addHidden(layer, lost);
    }
    noteMarks(pass);
    deleted.addAll(pass.deleted);
    opaque.addAll(pass.cleared);
  }

  /// Notes the marks of one layer, as far as they still say something.
  private void noteMarks(Pass pass) {
    Set<String> cleared = new HashSet<>(pass.cleared);
    for (String path : pass.deleted) {
      if (hasDirectory(path)) {
        cleared.add(path);
      } else if (isFree(path)) {
        whiteouts.add(path);
      }
    }
    for (String path : cleared) {
      if (!opaque.contains(path) && isFree(path)) {
        opaqueMarks.add(path);
      }
    }
    pass.cleared.addAll(cleared);
  }

  /// Whether nothing that came before is or hides what a path leads to.
  private boolean isFree(String path) {
    return !covered.contains(path) && !deleted.contains(path) && !isBeneathHidden(path);
  }

  private void mark(List<? extends Layer> beneath) throws IOException {
    FlatTree lower = new FlatTree(OutputStream.nullOutputStream());
    for (Layer layer : beneath.reversed()) {
      lower.add(layer);
    }
    for (String path : whiteouts) {
      if (lower.covered.contains(path) || lower.hasDirectory(path)) {
        mark(EntryPath.join(EntryPath.parent(path), Whiteouts.PREFIX + EntryPath.base(path)));
      }
    }
    for (String path : opaqueMarks) {
      if (path.isEmpty() || lower.hasDirectory(path)) {
        mark(EntryPath.join(path, Whiteouts.OPAQUE));
      }
    }
  }

  private boolean hasDirectory(String path) {
    return directories.contains(path) || parents.contains(path);
  }

  private void mark(String name) throws IOException {
    out.write(TarWriter.fileHeader(name, 0));
  }

  private void seen(String path) {
    for (String at = EntryPath.parent(path);
        !at.isEmpty() && parents.add(at);
        at = EntryPath.parent(at)) {}
  }

  private static void delete(String mark, Pass pass) {
    String directory = EntryPath.parent(mark);
    String base = EntryPath.base(mark);
    if (base.equals(Whiteouts.OPAQUE)) {
      pass.cleared.add(directory);
    } else if (!base.startsWith(Whiteouts.PREFIX + Whiteouts.PREFIX)) {
      pass.deleted.add(EntryPath.join(directory, base.substring(Whiteouts.PREFIX.length())));
    }
  }

  private void add(String path, TarEntry entry, TarReader reader, Pass pass) throws IOException {
    boolean visible = isFree(path);
    if (entry.kind() != EntryKind.DIRECTORY && hasDirectory(path)) {
      // What still lower layers have in a directory of that name was hidden by this.
      pass.cleared.add(path);
      visible = false;
    }
    if (visible) {
      seen(path);
    }
    switch (entry.kind()) {
      case DIRECTORY -> {
        if (visible && directories.add(path)) {
          put(entry, path.isEmpty() ? "./" : path + "/", "");
        }
      }
      case REGULAR, SYMBOLIC_LINK, CHARACTER_DEVICE, BLOCK_DEVICE, FIFO -> {
        if (visible) {
          covered.add(path);
          put(entry, path, reader);
          pass.written.put(path, path);
          putLinks(waiting.getOrDefault(path, List.of()), path);
          waiting.remove(path);
        } else if (waiting.containsKey(path)) {
          pass.written.put(path, putUnderLink(path, entry, reader));
        } else {
          pass.hidden.add(path);
        }
      }
      case HARD_LINK -> {
        if (visible) {
          covered.add(path);
          link(path, entry, pass);
        }
      }
      case GLOBAL_HEADER, OTHER -> {}
    }
  }

  private void link(String path, TarEntry entry, Pass pass) throws IOException {
    String named = EntryPath.within(entry.linkName());
    String target = pass.links.getOrDefault(named, named);
    String written = pass.written.get(target);
    pass.links.put(path, target);
    if (written != null) {
      put(entry, path, written);
    } else {
      waiting.computeIfAbsent(target, _ -> new ArrayList<>()).add(entry);
    }
  }

  private boolean isBeneathHidden(String path) {
    for (String at = path; !at.isEmpty(); ) {
      at = EntryPath.parent(at);
      if (opaque.contains(at) || !at.isEmpty() && (covered.contains(at) || deleted.contains(at))) {
        return true;
      }
    }
    return false;
  }

  /// Writes files of a layer that hard links of the same layer need, though they are hidden
  /// themselves.
  private void addHidden(Layer layer, Set<String> lost) throws IOException {
    try (InputStream in = layer.open();
        TarReader reader = new TarReader(in)) {
      for (Optional<TarEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
        TarEntry entry = next.get();
        String path = EntryPath.within(entry.name());
        if (canBeLinked(entry.kind()) && lost.contains(path) && waiting.containsKey(path)) {
          String _ = putUnderLink(path, entry, reader);
        }
      }
      reader.drain();
    }
  }

  private static boolean canBeLinked(EntryKind kind) {
    return switch (kind) {
      case REGULAR, SYMBOLIC_LINK, CHARACTER_DEVICE, BLOCK_DEVICE, FIFO -> true;
      case HARD_LINK, DIRECTORY, GLOBAL_HEADER, OTHER -> false;
    };
  }

  /// Writes a hidden file under the name of the first link that waits for it, and the other links.
  private String putUnderLink(String path, TarEntry entry, TarReader reader) throws IOException {
    List<TarEntry> links = waiting.getOrDefault(path, List.of());
    waiting.remove(path);
    String name = EntryPath.within(links.getFirst().name());
    put(entry, name, reader);
    putLinks(links.subList(1, links.size()), name);
    return name;
  }

  private void putLinks(List<TarEntry> links, String target) throws IOException {
    for (TarEntry link : links) {
      put(link, EntryPath.within(link.name()), target);
    }
  }

  private void put(TarEntry entry, String name, String target) throws IOException {
    out.write(TarHeaderWriter.exactHeaders(named(entry, name, target, entry.flag(), 0)));
  }

  private void put(TarEntry entry, String name, TarReader reader) throws IOException {
    if (!entry.isRegular()) {
      put(entry, name, entry.linkName());
      return;
    }
    out.write(TarHeaderWriter.exactHeaders(named(entry, name, "", (byte) '0', entry.size())));
    InputStream content = reader.content();
    byte[] piece = new byte[(int) Math.min(BUFFER, Math.max(1, entry.size()))];
    long left = entry.size();
    while (left > 0) {
      int got = content.read(piece, 0, (int) Math.min(piece.length, left));
      if (got < 0) {
        throw new EOFException("the layer ends inside " + Shown.name(entry.name()));
      }
      out.write(piece, 0, got);
      left -= got;
    }
    out.write(new byte[TarWriter.padding(entry.size())]);
  }

  private static TarEntry named(TarEntry entry, String name, String target, byte flag, long size) {
    return new TarEntry(
        entry.kind(),
        flag,
        name,
        target,
        entry.mode(),
        entry.uid(),
        entry.gid(),
        size,
        entry.modified(),
        Optional.empty(),
        entry.device(),
        entry.attributes(),
        Optional.empty());
  }
}
