package dev.stowage.archive;

import dev.stowage.linux.Directory;
import dev.stowage.linux.DirectoryEntry;
import dev.stowage.linux.FileFacts;
import dev.stowage.linux.FileNames;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/// Everything in a tree, directories before what is in them, names in the order of their bytes.
final class Walk {
  private final Directory tree;
  private final Deque<Iterator<String>> open = new ArrayDeque<>();

  /// Something in a tree.
  record Found(String path, FileFacts facts) {}

  Walk(Directory tree) throws IOException {
    this.tree = tree;
    open.push(list(tree, "").iterator());
  }

  /// The next thing; empty at the end. What vanishes during the walk is passed over.
  Optional<Found> next() throws IOException {
    while (!open.isEmpty()) {
      Iterator<String> names = open.getFirst();
      if (!names.hasNext()) {
        open.pop();
        continue;
      }
      String path = names.next();
      Optional<FileFacts> facts = tree.facts(path);
      if (facts.isPresent()) {
        if (facts.get().isDirectory()) {
          open.push(list(tree, path).iterator());
        }
        return Optional.of(new Found(path, facts.get()));
      }
    }
    return Optional.empty();
  }

  /// The paths of what is in a directory, in the order of the bytes of their names.
  static List<String> list(Directory tree, String directory) throws IOException {
    List<String> paths = new ArrayList<>();
    for (DirectoryEntry entry : tree.list(directory)) {
      paths.add(EntryPath.join(directory, entry.name()));
    }
    paths.sort(Walk::compare);
    return paths;
  }

  /// The order of two names by their bytes, which is not that of their UTF-16 units.
  static int compare(String one, String other) {
    int length = Math.min(one.length(), other.length());
    for (int i = 0; i < length; i++) {
      char a = one.charAt(i);
      char b = other.charAt(i);
      if (a != b) {
        return a < 0x80 && b < 0x80
            ? a - b
            : Arrays.compareUnsigned(FileNames.bytes(one), FileNames.bytes(other));
      }
    }
    return one.length() - other.length();
  }
}
