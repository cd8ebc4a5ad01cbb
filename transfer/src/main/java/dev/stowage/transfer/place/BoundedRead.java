package dev.stowage.transfer.place;

import dev.stowage.model.Bytes;
import dev.stowage.model.MalformedException;
import dev.stowage.model.NotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Reads of content that has to fit a named limit.
final class BoundedRead {
  private BoundedRead() {}

  static Bytes file(Path file, int limit) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return stream(in, limit, file.toString());
    } catch (NoSuchFileException e) {
      throw new NotFoundException(NotFoundException.Kind.FILE, file.toString());
    }
  }

  /// Reads to the end.
  ///
  /// @param subject what is read, for the complaint
  static Bytes stream(InputStream in, int limit, String subject) throws IOException {
    byte[] content = in.readNBytes(limit + 1);
    if (content.length > limit) {
      throw new MalformedException(
          subject + ": larger than " + limit + " bytes, the most that is read");
    }
    return Bytes.owning(content);
  }
}
