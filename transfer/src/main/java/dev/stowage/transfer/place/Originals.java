package dev.stowage.transfer.place;

import dev.stowage.model.Descriptor;
import dev.stowage.model.Repository;
import java.io.IOException;
import java.io.InputStream;

/// A way to layers where they came from.
public interface Originals {

  /// One that leads nowhere.
  Originals NONE =
      new Originals() {
        @Override
        public boolean has(Repository place, Descriptor blob) {
          return false;
        }

        @Override
        public InputStream open(Repository place, Descriptor blob) throws IOException {
          throw new IOException("nothing is fetched again");
        }
      };

  /// Whether a blob is there. Where that cannot be told at once, it is not.
  boolean has(Repository place, Descriptor blob);

  /// The blob; the caller closes it.
  InputStream open(Repository place, Descriptor blob) throws IOException;
}
