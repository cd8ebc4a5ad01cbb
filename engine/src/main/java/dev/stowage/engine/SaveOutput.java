package dev.stowage.engine;

import java.io.OutputStream;
import java.nio.file.Path;

/// Where images are saved.
public sealed interface SaveOutput {

  /// A file or a directory.
  record At(Path path) implements SaveOutput {
    @Override
    public String toString() {
      return path.toString();
    }
  }

  /// A stream, which is closed in the end.
  ///
  /// @param name how messages and events call it
  record To(String name, OutputStream stream) implements SaveOutput {
    @Override
    public String toString() {
      return name;
    }
  }
}
