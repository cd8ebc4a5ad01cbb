package dev.stowage.linux;

/// Whether a written file has to survive a power failure that follows at once.
public enum Durability {
  /// On disk before the verb returns: content, then name.
  DURABLE,

  /// Whole or absent to every reader, and possibly lost or empty after a power failure.
  VOLATILE
}
