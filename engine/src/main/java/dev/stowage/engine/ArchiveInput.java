package dev.stowage.engine;

import dev.stowage.registry.WebDownload;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;

/// Where an archive comes from.
public sealed interface ArchiveInput {

  /// A file or a directory.
  record At(Path path) implements ArchiveInput {
    @Override
    public String toString() {
      return path.toString();
    }
  }

  /// A stream, which stays open. One of a file is read where it lies.
  ///
  /// @param name how messages and events call it
  record From(String name, InputStream stream) implements ArchiveInput {
    @Override
    public String toString() {
      return name;
    }
  }

  /// A file on a web server, of the scheme `http` or `https`; a user in the address is shown to
  /// that server alone, and in no message.
  record Web(URI address) implements ArchiveInput {
    @Override
    public String toString() {
      return WebDownload.shown(address);
    }
  }
}
