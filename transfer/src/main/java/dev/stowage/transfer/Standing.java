package dev.stowage.transfer;

import dev.stowage.model.Document;

/// What the manifest of an image is to the copy that brings it.
public sealed interface Standing {
  /// It is all that is copied, and was named itself.
  Standing ALONE = new Alone();

  /// It is one of several, and the index that lists them follows.
  Standing LISTED = new Listed();

  record Alone() implements Standing {}

  /// It is all that is copied, picked from an index that is not.
  ///
  /// @param index as the source has it
  record PickedFrom(Document index) implements Standing {}

  record Listed() implements Standing {}
}
