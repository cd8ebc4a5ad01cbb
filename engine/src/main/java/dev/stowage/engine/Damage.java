package dev.stowage.engine;

import dev.stowage.model.ImageId;
import dev.stowage.store.ImageRecord;
import java.io.IOException;

/// Words for images that are recorded but cannot be read.
final class Damage {
  private Damage() {}

  static String of(ImageRecord image, IOException cause) {
    return of(image.id().shortened(), cause);
  }

  /// @param name what the user called the image
  static String of(String name, IOException cause) {
    return "Image "
        + name
        + " exists in local storage but may be corrupted (run `stowage system repair`, or remove"
        + " the image, to resolve the issue): "
        + cause.getMessage();
  }

  static String missingLayer(ImageId image, String layer) {
    return "layer "
        + layer
        + " of image "
        + image.shortened()
        + " is not in the store; see `stowage system check`; `stowage system repair` fetches it"
        + " again";
  }
}
