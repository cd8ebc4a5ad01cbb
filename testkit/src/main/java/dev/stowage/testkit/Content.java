package dev.stowage.testkit;

import dev.stowage.model.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// Bytes in memory or in a file.
sealed interface Content {

  record InMemory(Bytes bytes) implements Content {}

  record InFile(Path file, long length) implements Content {}

  static Content of(byte[] bytes) {
    return new InMemory(Bytes.owning(bytes));
  }

  static Content of(Path file) throws IOException {
    return new InFile(file, Files.size(file));
  }

  default long length() {
    return switch (this) {
      case InMemory memory -> memory.bytes.length();
      case InFile file -> file.length;
    };
  }

  default InputStream open(long offset) throws IOException {
    return switch (this) {
      case InMemory memory -> {
        InputStream in = memory.bytes.stream();
        in.skipNBytes(offset);
        yield in;
      }
      case InFile file -> {
        InputStream in = Files.newInputStream(file.file);
        in.skipNBytes(offset);
        yield in;
      }
    };
  }

  default byte[] all() throws IOException {
    return switch (this) {
      case InMemory memory -> memory.bytes.toArray();
      case InFile file -> Files.readAllBytes(file.file);
    };
  }
}
