package dev.stowage.archive;

import dev.stowage.linux.Directory;
import dev.stowage.linux.FileFacts;
import dev.stowage.linux.FileKind;
import dev.stowage.linux.FileReader;
import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import java.io.IOException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Describes trees so that two of them can be compared in every attribute of every file.
final class Trees {
  private Trees() {}

  /// All that a tree holds: a line for each path.
  static SortedMap<String, String> describe(Directory tree) throws IOException {
    SortedMap<String, String> lines = new TreeMap<>();
    SortedMap<Long, String> firstNames = new TreeMap<>();
    Walk walk = new Walk(tree);
    for (Optional<Walk.Found> next = walk.next(); next.isPresent(); next = walk.next()) {
      String path = next.get().path();
      FileFacts facts = next.get().facts();
      StringBuilder line = new StringBuilder();
      line.append(facts.kind()).append(' ').append(facts.mode()).append(' ').append(facts.owner());
      line.append(' ').append(facts.modified()).append(' ').append(facts.node());
      if (!facts.isDirectory()) {
        String first = firstNames.putIfAbsent(facts.inode(), path);
        line.append(" size ").append(facts.size()).append(" first ").append(first);
      }
      if (facts.kind() == FileKind.SYMBOLIC_LINK) {
        line.append(" to ").append(tree.readLink(path));
      }
      if (facts.isRegular()) {
        try (FileReader file = tree.openFile(path)) {
          line.append(' ').append(Digest.of(Bytes.owning(file.readAllBytes())));
        }
      }
      SortedMap<String, Bytes> attributes = new TreeMap<>();
      for (String name : tree.attributeNames(path)) {
        attributes.put(name, tree.attribute(path, name).orElseThrow());
      }
      attributes.forEach(
          (name, value) -> line.append(' ').append(name).append('=').append(value.utf8()));
      lines.put(path, line.toString());
    }
    return lines;
  }
}
