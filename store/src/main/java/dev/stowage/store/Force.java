package dev.stowage.store;

/// Whether to unmount what others have mounted too.
public enum Force {
  NO,
  YES
}
