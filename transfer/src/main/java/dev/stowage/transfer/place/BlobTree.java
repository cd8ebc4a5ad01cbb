package dev.stowage.transfer.place;

import dev.stowage.model.Bytes;
import dev.stowage.model.NotFoundException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Files by their paths, in a directory or in a tar file.
sealed interface BlobTree extends Closeable {

  /// The content of a file.
  ///
  /// @throws NotFoundException if there is no such file
  InputStream open(String path) throws IOException;

  /// The content of a small file.
  Bytes read(String path, int limit) throws IOException;

  /// A tree in a directory.
  record InDirectory(Path directory) implements BlobTree {
    @Override
    public InputStream open(String path) throws IOException {
      Path file = directory.resolve(path);
      try {
        return Files.newInputStream(file);
      } catch (NoSuchFileException e) {
        throw new NotFoundException(
            NotFoundException.Kind.FILE,
            file.toString(),
            "open " + file + ": no such file or directory");
      }
    }

    @Override
    public Bytes read(String path, int limit) throws IOException {
      try (InputStream in = open(path)) {
        return BoundedRead.stream(in, limit, directory.resolve(path).toString());
      }
    }

    @Override
    public void close() {}
  }

  /// A tree in a tar file, which is closed with it.
  record InArchive(ArchiveFile archive) implements BlobTree {
    @Override
    public InputStream open(String path) throws IOException {
      return archive.open(path, ArchiveFile.Duplicates.LAST);
    }

    @Override
    public Bytes read(String path, int limit) throws IOException {
      return archive.read(path, limit, ArchiveFile.Duplicates.LAST);
    }

    @Override
    public void close() throws IOException {
      archive.close();
    }
  }
}
