package dev.stowage.archive;

import dev.stowage.linux.DeviceNumber;
import dev.stowage.linux.Directory;
import dev.stowage.linux.FileFacts;
import dev.stowage.linux.FileKind;
import dev.stowage.model.Bytes;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// The trees beneath an overlay layer's own, nearest first, and what they say about a path.
final class LowerTrees {
  private static final Bytes YES = Bytes.utf8("y");

  private final List<Directory> trees;

  LowerTrees(List<Directory> trees) {
    this.trees = List.copyOf(trees);
  }

  static boolean isWhiteout(FileFacts facts) {
    return facts.kind() == FileKind.CHARACTER_DEVICE && facts.node().equals(DeviceNumber.ZERO);
  }

  /// Whether a directory hides what the trees beneath its own have in its place.
  static boolean isOpaque(Directory tree, String path, Privilege privilege) throws IOException {
    return tree.attribute(path, privilege.opaqueAttribute()).filter(YES::equals).isPresent();
  }

  /// What is visible at a path; empty if there is nothing or it was deleted.
  Optional<FileFacts> visible(String path) throws IOException {
    for (Directory tree : trees) {
      Optional<FileFacts> facts = tree.facts(path);
      if (facts.isPresent()) {
        return facts.filter(there -> !isWhiteout(there));
      }
      for (String above = EntryPath.parent(path);
          !above.isEmpty();
          above = EntryPath.parent(above)) {
        if (tree.facts(above).filter(LowerTrees::isWhiteout).isPresent()) {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }
}
