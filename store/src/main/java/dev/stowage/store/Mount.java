package dev.stowage.store;

import dev.stowage.model.LayerId;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/// A mounted layer: one of the mounts that `mountpoints.json` counts. Closing it undoes it; a mount
/// that is never closed lasts until the next boot or until someone else undoes it.
public final class Mount implements Closeable {
  private final Store store;
  private final LayerId layer;
  private final Path path;
  private boolean open = true;

  Mount(Store store, LayerId layer, Path path) {
    this.store = store;
    this.layer = layer;
    this.path = path;
  }

  public LayerId layer() {
    return layer;
  }

  /// Where the files are to be seen.
  public Path path() {
    return path;
  }

  @Override
  public synchronized void close() throws IOException {
    if (open) {
      open = false;
      int _ = store.unmount(layer, Force.NO);
    }
  }
}
