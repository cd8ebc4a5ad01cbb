package dev.stowage.engine;

/// How far an image that several have mounted is unmounted.
public enum Unmounting {
  /// One mount fewer; the files stay to be seen while others have mounted them.
  ONCE,
  /// All mounts, whoever made them.
  ALL
}
