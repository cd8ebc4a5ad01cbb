package dev.stowage.engine;

import dev.stowage.model.ImageId;
import java.io.IOException;

/// Removes the containers of an image the way the program does that made them. It is called while
/// no lock of the store is held, before what it leaves is removed from the store itself.
@FunctionalInterface
public interface ContainerRemover {

  /// One that leaves everything to the store.
  ContainerRemover NONE = image -> {};

  void removeContainersOf(ImageId image) throws IOException;
}
