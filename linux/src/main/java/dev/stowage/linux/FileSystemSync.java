package dev.stowage.linux;

import java.io.IOException;
import java.nio.file.Path;

/// The flush of a whole file system, apart so that only who needs it pays for native calls.
final class FileSystemSync {
  private FileSystemSync() {}

  static void sync(Path directory) throws IOException {
    try (Directory open = Directory.open(directory)) {
      open.syncFileSystem();
    }
  }
}
