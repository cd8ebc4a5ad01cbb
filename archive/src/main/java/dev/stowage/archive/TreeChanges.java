package dev.stowage.archive;

import dev.stowage.linux.Directory;
import dev.stowage.linux.FileFacts;
import dev.stowage.linux.FileKind;
import dev.stowage.model.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// The differences between two whole trees, as between a vfs layer and the one beneath: in the
/// order of a walk, each directory in which something differs counted as changed.
///
/// Files differ if their kind, mode, owner, device, length, time, link target or extended
/// attributes (`security.capability`, `user.*`) do; contents are not read.
public final class TreeChanges {
  private final Directory before;
  private final Directory now;
  private final List<Change> changes = new ArrayList<>();

  private TreeChanges(Directory before, Directory now) {
    this.before = before;
    this.now = now;
  }

  public static List<Change> between(Directory before, Directory now) throws IOException {
    TreeChanges all = new TreeChanges(before, now);
    all.compare("", true, true);
    return all.changes;
  }

  /// The changes of a tree with nothing beneath: everything is added.
  public static List<Change> of(Directory tree) throws IOException {
    List<Change> changes = new ArrayList<>();
    Walk walk = new Walk(tree);
    for (Optional<Walk.Found> next = walk.next(); next.isPresent(); next = walk.next()) {
      changes.add(new Change(Change.Kind.ADDED, "/" + next.get().path()));
    }
    return changes;
  }

  private void compare(String directory, boolean inBefore, boolean inNow) throws IOException {
    TreeSet<String> paths = new TreeSet<>(Walk::compare);
    if (inBefore) {
      paths.addAll(Walk.list(before, directory));
    }
    if (inNow) {
      paths.addAll(Walk.list(now, directory));
    }
    for (String path : paths) {
      Optional<FileFacts> old = inBefore ? before.facts(path) : Optional.empty();
      Optional<FileFacts> current = inNow ? now.facts(path) : Optional.empty();
      if (current.isEmpty()) {
        if (old.isPresent()) {
          changes.add(new Change(Change.Kind.DELETED, "/" + path));
        }
      } else if (old.isEmpty() || !old.get().sameFile(current.get())) {
        compare(path, old, current.get());
      }
    }
  }

  private void compare(String path, Optional<FileFacts> old, FileFacts current) throws IOException {
    int start = changes.size();
    boolean listed = true;
    if (old.isEmpty()) {
      changes.add(new Change(Change.Kind.ADDED, "/" + path));
    } else if (differ(path, old.get(), current)) {
      changes.add(new Change(Change.Kind.CHANGED, "/" + path));
    } else {
      listed = false;
    }
    if (current.isDirectory()) {
      compare(path, old.filter(FileFacts::isDirectory).isPresent(), true);
      if (!listed && changes.size() > start) {
        changes.add(start, new Change(Change.Kind.CHANGED, "/" + path));
      }
    }
  }

  private boolean differ(String path, FileFacts old, FileFacts current) throws IOException {
    return old.kind() != current.kind()
        || !old.mode().equals(current.mode())
        || !old.owner().equals(current.owner())
        || !old.node().equals(current.node())
        || !OverlayChanges.sameTime(old.modified(), current.modified())
        || (!current.isDirectory() && old.size() != current.size())
        || (current.kind() == FileKind.SYMBOLIC_LINK
            && !before.readLink(path).equals(now.readLink(path)))
        || !attributes(before, path).equals(attributes(now, path));
  }

  private static Map<String, Bytes> attributes(Directory tree, String path) throws IOException {
    Map<String, Bytes> attributes = new HashMap<>();
    for (String name : tree.attributeNames(path)) {
      if (name.equals("security.capability") || name.startsWith("user.")) {
        tree.attribute(path, name).ifPresent(value -> attributes.put(name, value));
      }
    }
    return attributes;
  }
}
