package dev.stowage.engine;

import dev.stowage.model.ImageId;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/// A mounted image. Closing it undoes this one mount; one that is never closed lasts until someone
/// unmounts the image, or the machine starts anew.
public final class Mount implements Closeable {
  private final Image image;
  private final Path path;
  private boolean open = true;

  Mount(Image image, Path path) {
    this.image = image;
    this.path = path;
  }

  public ImageId image() {
    return image.id();
  }

  /// Where the image's files are to be seen, read-only.
  public Path path() {
    return path;
  }

  @Override
  public synchronized void close() throws IOException {
    if (open) {
      open = false;
      image.unmount(Unmounting.ONCE);
    }
  }
}
