package dev.stowage.model;

import java.nio.file.Path;

/// Data of the local store that is damaged or missing.
public final class CorruptException extends StowageException {
  private final String path;

  public CorruptException(Path path, String finding) {
    super(path + ": " + finding, null);
    this.path = path.toString();
  }

  /// The file or directory at fault.
  public Path path() {
    return Path.of(path);
  }
}
