package dev.stowage.archive;

/// How a tree says what its layer deletes from the layers beneath.
public enum LayerForm {
  /// As the kernel's overlay file system: a deleted name is a character device `0:0`, a directory
  /// that hides what is beneath it has the extended attribute `opaque`.
  OVERLAY,

  /// As in the archive: files named `.wh.<name>` and `.wh..wh..opq`. For fuse-overlayfs.
  MARKED,

  /// Not at all: the tree holds the layers beneath too, and deleting deletes. For vfs.
  MERGED
}
