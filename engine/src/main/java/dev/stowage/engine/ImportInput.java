package dev.stowage.engine;

import dev.stowage.registry.WebDownload;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;

/// Where the tar of an imported image comes from.
public sealed interface ImportInput {

  /// A file; the image is as old as it.
  record At(Path file) implements ImportInput {}

  /// A stream, which is read to its end and stays open.
  record From(InputStream stream) implements ImportInput {}

  /// A web server.
  ///
  /// @param address of the scheme `http` or `https`
  record Web(URI address) implements ImportInput {
    @Override
    public String toString() {
      return WebDownload.shown(address);
    }
  }
}
