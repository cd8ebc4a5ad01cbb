package dev.stowage.engine;

/// How far a removal goes against what holds an image.
public enum Force {
  /// Names and containers hold an image.
  NO,
  /// An image that is removed by its ID loses all its names; containers still hold it.
  UNTAG_ALL,
  /// As above, and the containers that were made from it are removed too.
  WITH_CONTAINERS
}
