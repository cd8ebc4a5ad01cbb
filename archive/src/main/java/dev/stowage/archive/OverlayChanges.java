package dev.stowage.archive;

import dev.stowage.linux.Directory;
import dev.stowage.linux.FileFacts;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The changes that a layer in overlay's form makes to the layers beneath it, as Podman lists them:
/// in the order of a walk, each directory in which something was added or deleted counted as
/// changed.
public final class OverlayChanges {
  private final Directory tree;
  private final LowerTrees lowers;
  private final boolean hasLowers;
  private final Privilege privilege;
  private final Set<String> directories = new HashSet<>();
  private final List<Change> changes = new ArrayList<>();

  private OverlayChanges(Directory tree, List<Directory> lowers, Privilege privilege) {
    this.tree = tree;
    this.lowers = new LowerTrees(lowers);
    this.hasLowers = !lowers.isEmpty();
    this.privilege = privilege;
  }

  /// The changes that a tree makes to those beneath.
  ///
  /// @param lowers the trees beneath, nearest first
  public static List<Change> of(Directory tree, List<Directory> lowers, Privilege privilege)
      throws IOException {
    OverlayChanges all = new OverlayChanges(tree, lowers, privilege);
    Walk walk = new Walk(tree);
    for (Optional<Walk.Found> next = walk.next(); next.isPresent(); next = walk.next()) {
      all.see(next.get().path(), next.get().facts());
    }
    return all.changes;
  }

  private void see(String path, FileFacts facts) throws IOException {
    Change.Kind kind;
    if (LowerTrees.isWhiteout(facts) || hides(path, facts)) {
      kind = Change.Kind.DELETED;
    } else {
      Optional<FileFacts> before = lowers.visible(path);
      if (before.isPresent() && isSameDirectory(before.get(), facts)) {
        return;
      }
      kind = before.isPresent() ? Change.Kind.CHANGED : Change.Kind.ADDED;
    }
    if (facts.isDirectory()) {
      directories.add(path);
    }
    if (kind != Change.Kind.CHANGED) {
      addParents(path);
    }
    changes.add(new Change(kind, "/" + path));
  }

  /// Whether a directory was deleted and made again.
  private boolean hides(String path, FileFacts facts) throws IOException {
    return hasLowers
        && facts.isDirectory()
        && LowerTrees.isOpaque(tree, path, privilege)
        && lowers.visible(path).isPresent();
  }

  /// Whether a directory is here only because something in it changed.
  private static boolean isSameDirectory(FileFacts before, FileFacts now) {
    return before.isDirectory()
        && now.isDirectory()
        && before.size() == now.size()
        && before.mode().equals(now.mode())
        && sameTime(before.modified(), now.modified());
  }

  /// Whether two times are equal, or would be if neither had lost its fraction in an archive.
  static boolean sameTime(Instant one, Instant other) {
    return one.getEpochSecond() == other.getEpochSecond()
        && (one.getNano() == other.getNano() || one.getNano() == 0 || other.getNano() == 0);
  }

  private void addParents(String path) {
    for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
      String parent = path.substring(0, slash);
      if (directories.add(parent)) {
        changes.add(new Change(Change.Kind.CHANGED, "/" + parent));
      }
    }
  }
}
