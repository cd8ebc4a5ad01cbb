package dev.stowage.transfer;

/// How content came to be at a place without its being moved there.
public enum Reused {
  /// It was there.
  PRESENT,
  /// The registry took it over from another of its repositories.
  MOUNTED
}
