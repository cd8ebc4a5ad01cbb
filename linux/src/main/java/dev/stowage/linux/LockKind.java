package dev.stowage.linux;

/// With whom a lock is shared.
public enum LockKind {
  /// Any number of readers at once.
  SHARED,

  /// One writer, and no reader.
  EXCLUSIVE
}
