package dev.stowage.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What the layers of a stack add, overwrite and remove of one another, in files and bytes.
///
/// Layers are read one after the other, lowest first; only names and sizes are kept, and each entry
/// is looked at once and removed at most once. One thread at a time.
public final class StackUsage {
  private final Node root = new Node();
  private final List<LayerUsage> layers = new ArrayList<>();
  private final Map<String, PathUsage> paths = new HashMap<>();
  private long hidden;

  /// What one layer does.
  ///
  /// @param size of its files, in bytes
  public record LayerUsage(long size, Amount added, Amount modified, Amount removed) {}

  /// Files and their bytes.
  public record Amount(long files, long bytes) {
    Amount plus(long more) {
      return new Amount(files + 1, bytes + more);
    }
  }

  /// A path that more than one layer has to do with.
  ///
  /// @param times how many layers have or remove it
  /// @param bytes of it in all layers together
  public record Repeated(String path, long times, long bytes) {}

  private static final class PathUsage {
    long times;
    long bytes;
    long least = Long.MAX_VALUE;

    void add(long size) {
      times++;
      bytes += size;
      least = Math.min(least, size);
    }
  }

  /// A file or a directory as it is seen through the layers so far.
  private static final class Node {
    final Map<String, Node> children = new HashMap<>(0);
    boolean directory = true;
    long size;
    int layer;
  }

  /// Reads the next layer: its plain tar, to its end.
  public void add(InputStream tar) throws IOException {
    Pass pass = new Pass(layers.size());
    try (TarReader reader = new TarReader(tar)) {
      for (Optional<TarEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
        TarEntry entry = next.get();
        String path = EntryPath.within(entry.name());
        if (Whiteouts.isMark(path)) {
          pass.mark(path);
        } else if (entry.kind() != EntryKind.GLOBAL_HEADER && entry.kind() != EntryKind.OTHER) {
          pass.put(path, entry);
        }
      }
      reader.drain();
    }
    layers.add(new LayerUsage(pass.size, pass.added, pass.modified, pass.removed));
  }

  private final class Pass {
    private final int layer;
    private final Set<String> marked = new HashSet<>();
    private long size;
    private Amount added = new Amount(0, 0);
    private Amount modified = new Amount(0, 0);
    private Amount removed = new Amount(0, 0);

    Pass(int layer) {
      this.layer = layer;
    }

    void put(String path, TarEntry entry) {
      Node parent = directory(EntryPath.parent(path));
      String name = EntryPath.base(path);
      Optional<Node> before = Optional.ofNullable(parent.children.get(name));
      if (entry.kind() == EntryKind.DIRECTORY) {
        Node _ = path.isEmpty() ? root : directory(path);
        return;
      }
      long bytes = entry.isRegular() ? entry.size() : 0;
      size += bytes;
      paths.computeIfAbsent(path, _ -> new PathUsage()).add(bytes);
      Node node = new Node();
      node.directory = false;
      node.size = bytes;
      node.layer = layer;
      parent.children.put(name, node);
      if (before.isPresent()) {
        hide(before.get(), before.get().directory);
        modified = modified.plus(bytes);
      } else {
        added = added.plus(bytes);
      }
    }

    /// The directory at a path, which takes the place of whatever else is there.
    private Node directory(String path) {
      Node at = root;
      for (int start = 0; start < path.length(); ) {
        int slash = path.indexOf('/', start);
        int end = slash < 0 ? path.length() : slash;
        String name = path.substring(start, end);
        Node child = at.children.get(name);
        if (child == null || !child.directory) {
          if (child != null) {
            hide(child, true);
          }
          child = new Node();
          child.layer = layer;
          at.children.put(name, child);
        }
        at = child;
        start = end + 1;
      }
      return at;
    }

    /// Counts what can no longer be seen.
    ///
    /// @param removal whether nothing takes its place
    private long hide(Node node, boolean removal) {
      long bytes = node.size;
      for (Node child : node.children.values()) {
        bytes += hide(child, true);
      }
      hidden += node.size;
      if (removal && !node.directory) {
        removed = removed.plus(node.size);
      }
      return bytes;
    }

    void mark(String mark) {
      String directory = EntryPath.parent(mark);
      String base = EntryPath.base(mark);
      if (base.equals(Whiteouts.OPAQUE)) {
        find(directory).ifPresent(this::clear);
      } else if (!base.startsWith(Whiteouts.PREFIX + Whiteouts.PREFIX)) {
        String name = base.substring(Whiteouts.PREFIX.length());
        remove(directory, name);
      }
    }

    private void remove(String directory, String name) {
      String path = EntryPath.join(directory, name);
      Optional<Node> parent = find(directory);
      Node node = parent.isPresent() ? parent.get().children.get(name) : null;
      if (node == null || node.layer == layer && !node.directory || !marked.add(path)) {
        return; // it hides nothing
      }
      parent.get().children.remove(name);
      long bytes = hide(node, true);
      paths.computeIfAbsent(path, _ -> new PathUsage()).add(node.directory ? bytes : 0);
    }

    private void clear(Node directory) {
      for (String name : List.copyOf(directory.children.keySet())) {
        Node child = directory.children.get(name);
        if (child != null && child.layer < layer) {
          directory.children.remove(name);
          long _ = hide(child, true);
        }
      }
    }

    private Optional<Node> find(String path) {
      Node at = root;
      for (int start = 0; start < path.length(); ) {
        int slash = path.indexOf('/', start);
        int end = slash < 0 ? path.length() : slash;
        Node child = at.children.get(path.substring(start, end));
        if (child == null) {
          return Optional.empty();
        }
        at = child;
        start = end + 1;
      }
      return Optional.of(at);
    }
  }

  /// The layers, lowest first.
  public List<LayerUsage> layers() {
    return List.copyOf(layers);
  }

  /// The bytes of files that no container sees, because upper layers have or remove their paths.
  public long hidden() {
    return hidden;
  }

  /// The efficiency as dive reckons it: of each path its least size, over all its sizes. What
  /// removes a file counts as a size of 0, what removes a directory as the size of that.
  public double efficiency() {
    double least = 0;
    double all = 0;
    for (PathUsage usage : paths.values()) {
      least += usage.least;
      all += usage.bytes;
    }
    return all == 0 ? 1 : least / all;
  }

  /// The paths that several layers have to do with, those with the most bytes first.
  public List<Repeated> repeated() {
    List<Repeated> repeated = new ArrayList<>();
    for (Map.Entry<String, PathUsage> path : paths.entrySet()) {
      if (path.getValue().times > 1) {
        repeated.add(new Repeated(path.getKey(), path.getValue().times, path.getValue().bytes));
      }
    }
    repeated.sort(
        (one, other) ->
            one.bytes() != other.bytes()
                ? Long.compare(other.bytes(), one.bytes())
                : one.path().compareTo(other.path()));
    return repeated;
  }
}
