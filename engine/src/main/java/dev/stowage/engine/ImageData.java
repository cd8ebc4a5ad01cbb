package dev.stowage.engine;

import dev.stowage.model.Bytes;
import dev.stowage.store.ImageRecord;
import java.io.IOException;

/// Reads the data items that a store keeps beside an image's record: manifests, configurations,
/// signatures.
@FunctionalInterface
interface ImageData {

  /// The content of the item.
  ///
  /// @throws IOException if it is missing or cannot be read
  Bytes read(ImageRecord image, String name) throws IOException;
}
