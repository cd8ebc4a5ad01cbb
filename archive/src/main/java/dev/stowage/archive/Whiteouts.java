package dev.stowage.archive;

import dev.stowage.linux.Directory;
import dev.stowage.linux.DirectoryEntry;
import dev.stowage.linux.FileKind;
import dev.stowage.model.Bytes;
import dev.stowage.model.MalformedException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NotDirectoryException;

/// What an archive's marks of deletion do to a tree, in each [LayerForm].
///
/// @see <a href="https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts">OCI
///   whiteouts</a>
final class Whiteouts {
  /// What the name of a mark begins with; the name it deletes follows.
  static final String PREFIX = ".wh.";

  /// The name of the mark by which a directory hides what the layers beneath have in it.
  static final String OPAQUE = ".wh..wh..opq";

  /// What names begin with that aufs kept for itself at the root of a layer.
  private static final String PRIVATE = ".wh..wh.";

  private static final Bytes YES = Bytes.utf8("y");

  private final Directory root;
  private final UnpackOptions options;
  private final TreeWriter tree;
  private final NameSet unpacked;

  /// @param unpacked the paths that this layer has put into the tree, for [LayerForm#MERGED]
  Whiteouts(Directory root, UnpackOptions options, TreeWriter tree, NameSet unpacked) {
    this.root = root;
    this.options = options;
    this.tree = tree;
    this.unpacked = unpacked;
  }

  /// Whether a path is that of a mark.
  static boolean isMark(String path) {
    return path.startsWith(PREFIX, path.lastIndexOf('/') + 1);
  }

  /// Does what an entry asks for; false if it is no mark, or one to be kept.
  boolean apply(String path, TarEntry entry) throws IOException {
    if (options.form() == LayerForm.MARKED || !isMark(path)) {
      return options.form() == LayerForm.MERGED && path.startsWith(PRIVATE);
    }
    String directory = EntryPath.parent(path);
    String base = EntryPath.base(path);
    boolean opaque = base.equals(OPAQUE);
    String deleted = opaque ? directory : deleted(directory, base, entry);
    if (options.form() == LayerForm.OVERLAY) {
      if (opaque) {
        tree.mark(directory, options.privilege().opaqueAttribute(), YES);
      } else {
        mark(deleted, entry);
      }
    } else if (opaque) {
      clear(directory);
    } else if (!path.startsWith(PRIVATE)) {
      root.removeTree(deleted);
    }
    return true;
  }

  private static String deleted(String directory, String base, TarEntry entry)
      throws MalformedException {
    String name = base.substring(PREFIX.length());
    if (name.isEmpty() || name.equals(".") || name.equals("..")) {
      throw new MalformedException("the whiteout " + Shown.name(entry.name()) + " deletes nothing");
    }
    return EntryPath.join(directory, name);
  }

  private void mark(String deleted, TarEntry entry) throws IOException {
    try {
      tree.whiteout(deleted, entry);
    } catch (NotDirectoryException e) {
      // What is to be deleted lies in something that is deleted itself.
    } catch (FileAlreadyExistsException e) {
      throw new MalformedException(
          "the archive both has and deletes " + Shown.name(deleted),
          MalformedException.UNKNOWN_POSITION,
          e);
    }
  }

  /// Removes what lower layers have put into a directory.
  private void clear(String directory) throws IOException {
    if (root.facts(directory).filter(facts -> facts.isDirectory()).isEmpty()) {
      return;
    }
    for (DirectoryEntry child : root.list(directory)) {
      String path = EntryPath.join(directory, child.name());
      if (!unpacked.contains(path)) {
        root.removeTree(path);
      } else if (child.kind() == FileKind.DIRECTORY) {
        clear(path);
      }
    }
  }
}
