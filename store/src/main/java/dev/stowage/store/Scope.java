package dev.stowage.store;

/// What a change may touch, and so which locks are taken exclusively; the others are shared.
public enum Scope {
  /// Names and data of images.
  NAMES,
  /// Images and layers: what a pull adds.
  IMAGES,
  /// Everything: what a removal looks at.
  ALL
}
