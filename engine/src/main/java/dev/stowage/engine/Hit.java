package dev.stowage.engine;

import dev.stowage.model.Digest;
import dev.stowage.store.ImageRecord;
import java.util.Optional;

/// The record that a look-up led to.
///
/// @param name what it was found under; empty for a storage reference
/// @param digest the manifest digest that this way of looking stands for, where it is not the first
///   on record
/// @param warning what the user should know about it
record Hit(ImageRecord image, String name, Optional<Digest> digest, Optional<String> warning) {

  static Hit of(ImageRecord image, String name) {
    return new Hit(image, name, Optional.empty(), Optional.empty());
  }

  Hit withDigest(Optional<Digest> shown) {
    return new Hit(image, name, shown, warning);
  }

  Hit withWarning(String text) {
    return new Hit(image, name, digest, Optional.of(text));
  }

  Hit under(String other) {
    return new Hit(image, other, digest, warning);
  }
}
