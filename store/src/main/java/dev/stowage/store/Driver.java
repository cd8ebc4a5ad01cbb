package dev.stowage.store;

/// The way layers become directories.
public enum Driver {
  /// A layer keeps its own files alone; the kernel stacks them when they are mounted.
  OVERLAY("overlay"),
  /// Every layer is a full copy; works on every file system.
  VFS("vfs");

  private final String text;

  Driver(String text) {
    this.text = text;
  }

  /// The name, as it stands in storage.conf and in the names of the store's directories.
  public String text() {
    return text;
  }
}
