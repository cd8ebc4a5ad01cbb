package dev.stowage.archive;

/// Over how many threads the work on one layer is spread.
public enum Stages {
  /// All on the caller's: best where several layers are worked on at once.
  ONE,

  /// Decompressing and digesting on another thread, a few chunks ahead: best for a layer alone.
  TWO
}
