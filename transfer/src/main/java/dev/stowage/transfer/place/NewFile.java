package dev.stowage.transfer.place;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;

/// A file being written in the directory in which it is to stand, under a name that says that it is
/// not finished and who writes it. Closed before it got its name, it vanishes; what a killed
/// process leaves, one that writes there a day later deletes.
///
/// It may be read by whom the process lets read its files, or whom the file lets that it replaces.
final class NewFile implements Closeable {
  private static final String PREFIX = ".stowage-";
  private static final String SUFFIX = ".new";
  private static final AtomicInteger NEXT = new AtomicInteger();

  /// How long nothing must have been written to a file before it counts as left behind. Whoever
  /// writes may be a process that is not seen from here, in another container for example.
  private static final Duration OLD = Duration.ofDays(1);

  private final Path file;
  private final FileChannel channel;
  private boolean named;

  private NewFile(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /// @param directory which exists
  static NewFile in(Path directory) throws IOException {
    while (true) {
      Path file =
          directory.resolve(
              PREFIX + ProcessHandle.current().pid() + "-" + NEXT.getAndIncrement() + SUFFIX);
      try {
        return new NewFile(
            file,
            FileChannel.open(
                file,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE));
      } catch (FileAlreadyExistsException e) {
        // A dead process had the same number: the next name will do.
      }
    }
  }

  /// A file that is to take the place of another, with the mode that this one has.
  static NewFile instead(Path target) throws IOException {
    NewFile made = in(directoryOf(target));
    try {
      if (Files.exists(target)) {
        Path _ = Files.setPosixFilePermissions(made.file, Files.getPosixFilePermissions(target));
      }
      return made;
    } catch (IOException | RuntimeException | Error e) {
      made.close();
      throw e;
    }
  }

  /// Deletes old unfinished files of processes that have ended. What cannot be looked at or deleted
  /// stays: it is in nobody's way.
  static void reap(Path directory) {
    Instant old = Instant.now().minus(OLD);
    try (DirectoryStream<Path> unfinished =
        Files.newDirectoryStream(directory, PREFIX + "*" + SUFFIX)) {
      for (Path each : unfinished) {
        reap(each, old);
      }
    } catch (IOException | DirectoryIteratorException | SecurityException e) {
      // Then the next one tries.
    }
  }

  private static void reap(Path file, Instant old) {
    String name = file.getFileName().toString();
    int dash = name.indexOf('-', PREFIX.length());
    if (dash < 0 || runs(name.substring(PREFIX.length(), dash))) {
      return;
    }
    try {
      BasicFileAttributes now =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (now.isRegularFile() && now.lastModifiedTime().toInstant().isBefore(old)) {
        boolean _ = Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // Somebody else's, perhaps.
    }
  }

  private static boolean runs(String process) {
    try {
      return ProcessHandle.of(Long.parseLong(process)).isPresent();
    } catch (NumberFormatException e) {
      return true; // not a name of ours
    }
  }

  /// The directory that a file stands in.
  static Path directoryOf(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? file.toAbsolutePath() : parent;
  }

  FileChannel channel() {
    return channel;
  }

  /// Appends all that a stream has, which is not closed.
  ///
  /// @return how many bytes that were
  long append(InputStream content) throws IOException {
    return Spool.append(content, channel, directoryOf(file));
  }

  void append(byte[] content) throws IOException {
    Spool.write(channel, ByteBuffer.wrap(content));
  }

  /// Gives the file its name, in place of what has it. The content reaches the disk first, so that
  /// after a crash the name stands for the old content or for all of the new.
  void moveTo(Path target) throws IOException {
    force();
    place(target);
  }

  /// Returns when the content has reached the disk.
  void force() throws IOException {
    channel.force(false);
  }

  /// Like [#moveTo] where the content has reached the disk, or may when it likes because nothing
  /// has the name yet.
  void place(Path target) throws IOException {
    channel.close();
    Path _ =
        Files.move(
            file, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    named = true;
  }

  /// Writes a small file whole.
  static void write(Path target, byte[] content) throws IOException {
    try (NewFile file = instead(target)) {
      file.append(content);
      file.moveTo(target);
    }
  }

  /// Returns when the names in a directory have reached the disk.
  static void sync(Path directory) throws IOException {
    try (FileChannel opened = FileChannel.open(directory, StandardOpenOption.READ)) {
      opened.force(true);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
    if (!named) {
      boolean _ = Files.deleteIfExists(file);
    }
  }
}
