package dev.stowage.engine;

import dev.stowage.linux.DeviceNumber;
import dev.stowage.linux.Directory;
import dev.stowage.linux.DirectoryEntry;
import dev.stowage.linux.FileFacts;
import dev.stowage.linux.FileKind;
import dev.stowage.model.Bytes;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The directories of an image's layers, seen as the kernel shows them when they are mounted one
/// over the other, but without mounting them.
///
/// No link is followed. A directory is opened when something in it is first looked at.
final class LayerStack implements Closeable {
  private static final Bytes YES = Bytes.utf8("y");
  private static final List<String> OPAQUE =
      List.of("trusted.overlay.opaque", "user.overlay.opaque");

  private final List<Path> layers;
  private final List<Optional<Directory>> open = new ArrayList<>();

  /// @param layers the directories, the topmost first
  LayerStack(List<Path> layers) {
    this.layers = List.copyOf(layers);
    for (int i = 0; i < layers.size(); i++) {
      open.add(Optional.empty());
    }
  }

  /// Something in the stack.
  ///
  /// @param layer the topmost layer that has it
  /// @param layers of a directory, all that have a part of it, the topmost first
  record Entry(FileFacts facts, Path layer, List<Path> layers) {}

  /// What there is at the root.
  List<Path> root() {
    return layers;
  }

  /// What is in a directory, by name.
  ///
  /// @param path relative to the root
  /// @param parts the layers that have a part of the directory, the topmost first
  Map<String, Entry> list(String path, List<Path> parts) throws IOException {
    Map<String, Merge> merges = new TreeMap<>();
    for (Path part : parts) {
      Directory directory = directory(part);
      for (DirectoryEntry entry : directory.list(path)) {
        String inside = path.isEmpty() ? entry.name() : path + "/" + entry.name();
        Merge merge = merges.get(entry.name());
        if (merge == null || merge.open) {
          Optional<FileFacts> facts = directory.facts(inside);
          if (facts.isPresent()) {
            merges
                .computeIfAbsent(entry.name(), _ -> new Merge())
                .add(part, facts.get(), facts.get().isDirectory() && opaque(directory, inside));
          }
        }
      }
    }
    Map<String, Entry> entries = new TreeMap<>();
    merges.forEach((name, merge) -> merge.entry().ifPresent(entry -> entries.put(name, entry)));
    return entries;
  }

  /// What is known of one name while the layers are gone through from the top.
  private static final class Merge {
    private final List<Path> parts = new ArrayList<>();
    private Optional<FileFacts> facts = Optional.empty();
    private boolean open = true;

    void add(Path part, FileFacts found, boolean opaque) {
      boolean first = facts.isEmpty() && parts.isEmpty();
      boolean whiteout = isWhiteout(found);
      if (whiteout || !first && !found.isDirectory()) {
        open = false;
        return;
      }
      if (first) {
        facts = Optional.of(found);
      }
      parts.add(part);
      open = found.isDirectory() && !opaque;
    }

    Optional<Entry> entry() {
      return facts.map(
          top -> new Entry(top, parts.getFirst(), top.isDirectory() ? parts : List.of()));
    }
  }

  private static boolean isWhiteout(FileFacts facts) {
    return facts.kind() == FileKind.CHARACTER_DEVICE && facts.node().equals(new DeviceNumber(0, 0));
  }

  private static boolean opaque(Directory directory, String path) throws IOException {
    for (String name : OPAQUE) {
      if (directory.attribute(path, name).equals(Optional.of(YES))) {
        return true;
      }
    }
    return false;
  }

  /// The target of a symbolic link.
  String readLink(Path layer, String path) throws IOException {
    return directory(layer).readLink(path);
  }

  private Directory directory(Path layer) throws IOException {
    int index = layers.indexOf(layer);
    Optional<Directory> known = open.get(index);
    if (known.isEmpty()) {
      known = Optional.of(Directory.open(layer));
      open.set(index, known);
    }
    return known.get();
  }

  @Override
  public void close() throws IOException {
    for (Optional<Directory> directory : open) {
      if (directory.isPresent()) {
        directory.get().close();
      }
    }
  }
}
