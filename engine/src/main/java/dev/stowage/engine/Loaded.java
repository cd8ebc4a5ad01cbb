package dev.stowage.engine;

import java.util.List;

/// The images that an archive brought.
///
/// @param images one for each name, in the order of the archive
public record Loaded(List<Named> images) {

  /// An image and what it is called.
  ///
  /// @param name one of its names, or `sha256:` and its ID where the archive gives it none
  public record Named(String name, Image image) {}

  public Loaded {
    images = List.copyOf(images);
  }
}
