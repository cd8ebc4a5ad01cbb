package dev.stowage.transfer.place;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/// Where an archive is written: a file that appears whole or not at all, or a stream.
///
/// A file can be written at any place, a stream only from its beginning to its end.
final class ArchiveTarget implements Closeable {
  private static final int BUFFER = 256 * 1024;

  private final Optional<Path> file;
  private final Optional<NewFile> pending;
  private final Optional<FileChannel> channel;
  private final long start;
  private final OutputStream stream;

  private ArchiveTarget(
      Optional<Path> file,
      Optional<NewFile> pending,
      Optional<FileChannel> channel,
      long start,
      OutputStream stream) {
    this.file = file;
    this.pending = pending;
    this.channel = channel;
    this.start = start;
    this.stream = stream;
  }

  /// A regular file, which takes the place of the one there is; or a named pipe or a device.
  static ArchiveTarget to(Path path) throws IOException {
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      OutputStream out = Files.newOutputStream(path, StandardOpenOption.WRITE);
      return stream(out);
    }
    Path real = Files.isSymbolicLink(path) && Files.exists(path) ? path.toRealPath() : path;
    Path directory = NewFile.directoryOf(real);
    NewFile.reap(directory);
    NewFile pending = NewFile.instead(real);
    return new ArchiveTarget(
        Optional.of(real),
        Optional.of(pending),
        Optional.of(pending.channel()),
        0,
        OutputStream.nullOutputStream());
  }

  /// What is written to, and closed with this. Standard output that goes to a file is written as
  /// one.
  static ArchiveTarget to(OutputStream out) throws IOException {
    if (out instanceof FileOutputStream stream && stream.getFD().equals(FileDescriptor.out)) {
      Optional<FileChannel> file = redirected(stream.getChannel());
      if (file.isPresent()) {
        return new ArchiveTarget(
            Optional.empty(), Optional.empty(), file, stream.getChannel().position(), out);
      }
    }
    return stream(out);
  }

  /// The file that standard output goes to, if what comes next goes to its end. It is opened once
  /// more, because one that was opened for appending takes every byte at its end, wherever it is
  /// meant to go.
  private static Optional<FileChannel> redirected(FileChannel output) throws IOException {
    Path file = Path.of("/proc/self/fd/1");
    try {
      return Files.isRegularFile(file) && output.position() == output.size()
          ? Optional.of(FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.READ))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // it may not be opened again: then it is written as a stream
    }
  }

  private static ArchiveTarget stream(OutputStream out) {
    return new ArchiveTarget(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0,
        new BufferedOutputStream(out, BUFFER));
  }

  /// The file, if it can be written at any place.
  Optional<FileChannel> file() {
    return channel;
  }

  /// What is written from the beginning to the end where there is no such file.
  OutputStream stream() {
    return stream;
  }

  /// Where in the file the archive begins.
  long start() {
    return start;
  }

  /// Makes the archive visible.
  ///
  /// @param end where in the file it ends
  void commit(long end) throws IOException {
    if (pending.isPresent() && file.isPresent()) {
      if (Files.exists(file.get())) {
        pending.get().moveTo(file.get());
      } else {
        pending.get().place(file.get());
      }
    } else if (stream instanceof FileOutputStream redirected) {
      FileChannel _ = redirected.getChannel().position(end);
    } else {
      stream.flush();
    }
  }

  @Override
  public void close() throws IOException {
    if (pending.isPresent()) {
      pending.get().close();
    } else {
      if (channel.isPresent()) {
        channel.get().close();
      }
      stream.close();
    }
  }
}
