package dev.stowage.transfer.place;

import dev.stowage.archive.TarWriter;
import dev.stowage.model.Bytes;
import dev.stowage.model.MismatchException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Optional;

/// A tar being written at an [ArchiveTarget]. Where that is a file, room for members can be set
/// aside, which several threads then fill at once.
///
/// All verbs but [#fill] are for one thread at a time.
final class TarFile {
  private static final int BUFFER = 256 * 1024;

  private final ArchiveTarget target;
  private long position;

  /// Room for a member.
  ///
  /// @param offset where its header begins
  record Room(String name, long offset, long size) {}

  TarFile(ArchiveTarget target) {
    this.target = target;
    this.position = target.start();
  }

  /// Sets room aside for a member; nothing where the target is a stream.
  Optional<Room> reserve(String name, long size) throws IOException {
    if (target.file().isEmpty()) {
      return Optional.empty();
    }
    Room room = new Room(name, position, size);
    position += TarWriter.fileHeader(name, size).length + size + TarWriter.padding(size);
    return Optional.of(room);
  }

  /// Writes a member into its room. Any number of threads may do so, each with its own room.
  void fill(Room room, InputStream content) throws IOException {
    FileChannel file = target.file().orElseThrow();
    byte[] header = TarWriter.fileHeader(room.name(), room.size());
    write(file, ByteBuffer.wrap(header), room.offset());
    long at = room.offset() + header.length;
    long left = room.size();
    byte[] buffer = new byte[BUFFER];
    for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
      if (count > left) {
        throw new MismatchException(
            "the content of " + room.name(), room.size() + " bytes", "more");
      }
      write(file, ByteBuffer.wrap(buffer, 0, count), at);
      at += count;
      left -= count;
    }
    if (left > 0) {
      throw new MismatchException(
          "the content of " + room.name(),
          room.size() + " bytes",
          Long.toString(room.size() - left));
    }
    write(file, ByteBuffer.wrap(new byte[TarWriter.padding(room.size())]), at);
  }

  private static void write(FileChannel file, ByteBuffer bytes, long at) throws IOException {
    long position = at;
    while (bytes.hasRemaining()) {
      position += file.write(bytes, position);
    }
  }

  /// Appends what tar entries a body writes.
  void append(Writing body) throws IOException {
    if (target.file().isEmpty()) {
      body.write(new TarWriter(target.stream()));
      return;
    }
    FileChannel file = target.file().get();
    FileChannel _ = file.position(position);
    try (Unclosed out = new Unclosed(file)) {
      body.write(new TarWriter(out));
    }
    position = file.position();
  }

  void append(String name, Bytes content) throws IOException {
    append(tar -> tar.file(name, content));
  }

  /// Appends a member whose content is in a file.
  void append(String name, FileChannel content) throws IOException {
    long size = content.size();
    if (target.file().isEmpty()) {
      append(tar -> tar.file(name, size, new FileRegion(content, 0, size)));
      return;
    }
    FileChannel file = target.file().get();
    byte[] header = TarWriter.fileHeader(name, size);
    write(file, ByteBuffer.wrap(header), position);
    FileChannel _ = file.position(position + header.length);
    copy(content, size, file);
    write(file, ByteBuffer.wrap(new byte[TarWriter.padding(size)]), file.position());
    position += header.length + size + TarWriter.padding(size);
  }

  private static void copy(FileChannel content, long size, WritableByteChannel to)
      throws IOException {
    long done = 0;
    while (done < size) {
      done += content.transferTo(done, size - done, to);
    }
  }

  /// Ends the archive and makes it visible.
  void commit() throws IOException {
    append(TarWriter::end);
    target.commit(position);
  }

  /// Writes entries.
  @FunctionalInterface
  interface Writing {
    void write(TarWriter tar) throws IOException;
  }

  /// A channel as a stream that leaves it open.
  private static final class Unclosed extends java.io.BufferedOutputStream {
    Unclosed(FileChannel file) {
      super(Channels.newOutputStream(file));
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
