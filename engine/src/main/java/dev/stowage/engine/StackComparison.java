package dev.stowage.engine;

import dev.stowage.engine.LayerStack.Entry;
import dev.stowage.linux.FileFacts;
import dev.stowage.linux.FileKind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Compares what two stacks of layers show. Whatever both have from the same layers is equal and
/// not looked into, so comparing an image to the layer beneath it costs no more than what the image
/// added.
final class StackComparison {

  /// What counts as a change.
  enum Rule {
    /// Whatever the topmost layer has, and directories that differ in their own facts or in which
    /// something came or went. Meant for a layer and the stack it stands on.
    LAYER,
    /// What differs in owner, mode, size, time or target, and directories in which anything does.
    FACTS
  }

  /// Paths that are made anew for every container, and say nothing about an image.
  private static final Set<String> RUNTIME =
      Set.of(
          "/dev",
          "/etc/hostname",
          "/etc/hosts",
          "/etc/resolv.conf",
          "/proc",
          "/run",
          "/run/notify",
          "/run/.containerenv",
          "/run/secrets",
          "/run/podman-init",
          "/sys",
          "/etc/mtab");

  private final LayerStack from;
  private final LayerStack to;
  private final Rule rule;
  private final List<FileChange> changes = new ArrayList<>();

  private StackComparison(LayerStack from, LayerStack to, Rule rule) {
    this.from = from;
    this.to = to;
    this.rule = rule;
  }

  /// What is otherwise in the second stack, each directory before what is in it, names in
  /// alphabetical order.
  static List<FileChange> of(LayerStack from, LayerStack to, Rule rule) throws IOException {
    StackComparison comparison = new StackComparison(from, to, rule);
    boolean _ = comparison.compare("", from.root(), to.root());
    List<FileChange> told = new ArrayList<>(comparison.changes.size());
    for (FileChange change : comparison.changes) {
      if (!RUNTIME.contains(change.path())) {
        told.add(change);
      }
    }
    return told;
  }

  /// @return whether something came, went or, where that counts, changed in the directory
  private boolean compare(String path, List<Path> before, List<Path> after) throws IOException {
    if (before.equals(after)) {
      return false;
    }
    Map<String, Entry> old = from.list(path, before);
    Map<String, Entry> now = to.list(path, after);
    Set<String> names = new TreeSet<>(old.keySet());
    names.addAll(now.keySet());
    boolean stirred = false;
    for (String name : names) {
      String inside = path.isEmpty() ? name : path + "/" + name;
      Entry was = old.get(name);
      Entry is = now.get(name);
      if (is == null) {
        note(FileChange.Kind.DELETED, inside);
        stirred = true;
      } else if (was == null) {
        note(FileChange.Kind.ADDED, inside);
        addAll(inside, is);
        stirred = true;
      } else {
        stirred |= compare(inside, was, is);
      }
    }
    return stirred;
  }

  private boolean compare(String path, Entry was, Entry is) throws IOException {
    if (rule == Rule.LAYER && replaced(was, is)) {
      note(FileChange.Kind.DELETED, path);
      addAll(path, is);
      return true;
    }
    int place = changes.size();
    boolean stirred = false;
    if (was.facts().isDirectory() && is.facts().isDirectory()) {
      stirred = compare(path, was.layers(), is.layers());
    } else if (is.facts().isDirectory()) {
      addAll(path, is);
      stirred = true;
    }
    boolean changed = differ(path, was, is);
    if (changed || stirred) {
      changes.add(place, new FileChange(FileChange.Kind.CHANGED, "/" + path));
    }
    return stirred || changed && rule == Rule.FACTS;
  }

  /// Whether a directory was removed and made anew: it hides what the layers beneath have of it.
  private static boolean replaced(Entry was, Entry is) {
    return was.facts().isDirectory()
        && is.facts().isDirectory()
        && !is.layers().containsAll(was.layers());
  }

  private void addAll(String path, Entry entry) throws IOException {
    if (entry.facts().isDirectory()) {
      for (Map.Entry<String, Entry> each : to.list(path, entry.layers()).entrySet()) {
        String inside = path + "/" + each.getKey();
        note(FileChange.Kind.ADDED, inside);
        addAll(inside, each.getValue());
      }
    }
  }

  private void note(FileChange.Kind kind, String path) {
    changes.add(new FileChange(kind, "/" + path));
  }

  private boolean differ(String path, Entry was, Entry is) throws IOException {
    if (was.layer().equals(is.layer())) {
      return false;
    }
    FileFacts before = was.facts();
    FileFacts after = is.facts();
    if (before.kind() != after.kind()
        || !before.mode().equals(after.mode())
        || !before.owner().equals(after.owner())
        || !before.node().equals(after.node())) {
      return true;
    }
    if (before.isDirectory()) {
      return rule == Rule.LAYER
          && (before.size() != after.size() || !sameTime(before.modified(), after.modified()));
    }
    return rule == Rule.LAYER
        || before.size() != after.size()
        || !sameTime(before.modified(), after.modified())
        || after.kind() == FileKind.SYMBOLIC_LINK
            && !from.readLink(was.layer(), path).equals(to.readLink(is.layer(), path));
  }

  /// Archives may know the second alone.
  private static boolean sameTime(Instant one, Instant other) {
    return one.getEpochSecond() == other.getEpochSecond()
        && (one.getNano() == other.getNano() || one.getNano() == 0 || other.getNano() == 0);
  }
}
