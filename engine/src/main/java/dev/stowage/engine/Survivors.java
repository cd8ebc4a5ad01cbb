package dev.stowage.engine;

import dev.stowage.model.ContainerId;
import dev.stowage.store.ImageRecord;
import java.util.List;

/// Which images and containers of a snapshot count, and by which names: all of them as they are, or
/// what a removal that is being planned leaves.
interface Survivors {

  /// Every image as it is on record.
  Survivors ALL =
      new Survivors() {
        @Override
        public boolean contains(ImageRecord image) {
          return true;
        }

        @Override
        public List<String> namesOf(ImageRecord image) {
          return image.names();
        }

        @Override
        public boolean contains(ContainerId container) {
          return true;
        }
      };

  boolean contains(ImageRecord image);

  List<String> namesOf(ImageRecord image);

  boolean contains(ContainerId container);
}
