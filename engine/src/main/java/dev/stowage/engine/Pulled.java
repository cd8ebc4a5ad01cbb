package dev.stowage.engine;

import java.util.List;

/// The images that a pull brought, or found to be here already.
///
/// @param images at least one
public record Pulled(List<Image> images) {
  public Pulled {
    images = List.copyOf(images);
  }
}
