package dev.stowage.transfer.place;

import dev.stowage.model.UnsupportedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Temporary files without a name: nothing of them is left when the process ends, however it ends.
final class Spool {
  /// Where a disk is about to run full, what else works on it should not suffer first.
  private static final long LEFT_FREE = 64L << 20;

  /// How many bytes pass between two looks at the disk.
  private static final long LOOK = 64L << 20;

  private static final int BUFFER = 256 * 1024;

  private Spool() {}

  /// An empty file; closing it gives its room back.
  ///
  /// @param directory where it lies; made where it is missing
  static FileChannel empty(Path directory) throws IOException {
    Path file = Files.createTempFile(Files.createDirectories(directory), "stowage", null);
    try {
      return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } finally {
      Files.delete(file);
    }
  }

  /// Everything a stream has, which is not closed.
  static FileChannel of(InputStream in, Path directory) throws IOException {
    FileChannel file = empty(directory);
    try {
      long _ = append(in, file, directory);
      return file;
    } catch (IOException | RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  /// Writes what a stream has to the end of a file.
  ///
  /// @param place a directory on the same disk, to see how full it is
  /// @return how many bytes that were
  static long append(InputStream in, FileChannel file, Path place) throws IOException {
    byte[] buffer = new byte[BUFFER];
    FileStore disk = Files.getFileStore(place);
    long done = 0;
    long looked = 0;
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      write(file, ByteBuffer.wrap(buffer, 0, count));
      done += count;
      if (done - looked > LOOK) {
        looked = done;
        if (disk.getUsableSpace() < LEFT_FREE) {
          throw new UnsupportedException(
              "no space left for temporary files in "
                  + place
                  + ": free some, or name another directory in TMPDIR or as image_copy_tmp_dir in"
                  + " containers.conf");
        }
      }
    }
    return done;
  }

  static void write(FileChannel file, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      int _ = file.write(bytes);
    }
  }
}
