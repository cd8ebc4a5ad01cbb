package dev.stowage.archive;

import dev.stowage.linux.DeviceNumber;
import dev.stowage.linux.Mode;
import dev.stowage.model.Bytes;
import dev.stowage.model.MalformedException;
import dev.stowage.model.MismatchException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// A tar archive written entry by entry that says nothing about who wrote it or when: the same
/// entries make the same bytes, and the very bytes that Podman's writer makes of them.
///
/// One thread at a time. Whoever opened the stream closes it, after [#end].
public final class TarWriter {
  /// How an archive ends: two blocks of zeros.
  public static final int END_LENGTH = 2 * TarBlock.SIZE;

  private static final Mode READABLE = new Mode(0444);
  private static final Mode DIRECTORY = new Mode(0755);
  private static final int BUFFER = 256 * 1024;

  private final OutputStream out;

  public TarWriter(OutputStream out) {
    this.out = out;
  }

  /// The blocks before the content of a regular file.
  public static byte[] fileHeader(String name, long size) throws MalformedException {
    return header(EntryKind.REGULAR, '0', name, "", READABLE, size);
  }

  /// How many zeros fill up the last block of a content.
  public static int padding(long size) {
    return (int) (-size & (TarBlock.SIZE - 1));
  }

  public void file(String name, Bytes content) throws IOException {
    out.write(fileHeader(name, content.length()));
    content.writeTo(out);
    out.write(new byte[padding(content.length())]);
  }

  /// Writes a regular file from a stream, which is read to its end and not closed.
  ///
  /// @throws MismatchException if the stream is not `size` bytes long
  public void file(String name, long size, InputStream content) throws IOException {
    out.write(fileHeader(name, size));
    byte[] buffer = new byte[(int) Math.min(BUFFER, Math.max(size, 1))];
    long done = 0;
    for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
      done += count;
      if (done > size) {
        throw new MismatchException("the content of " + name, size + " bytes", "more");
      }
      out.write(buffer, 0, count);
    }
    if (done < size) {
      throw new MismatchException("the content of " + name, size + " bytes", Long.toString(done));
    }
    out.write(new byte[padding(size)]);
  }

  public void directory(String name) throws IOException {
    out.write(header(EntryKind.DIRECTORY, '5', name, "", DIRECTORY, 0));
  }

  public void symbolicLink(String name, String target) throws IOException {
    out.write(header(EntryKind.SYMBOLIC_LINK, '2', name, target, new Mode(0), 0));
  }

  /// Ends the archive.
  public void end() throws IOException {
    out.write(new byte[END_LENGTH]);
  }

  private static byte[] header(
      EntryKind kind, char flag, String name, String link, Mode mode, long size)
      throws MalformedException {
    return TarHeaderWriter.headers(
        new TarEntry(
            kind,
            (byte) flag,
            name,
            link,
            mode,
            0,
            0,
            size,
            Instant.EPOCH,
            Optional.empty(),
            DeviceNumber.ZERO,
            Map.of(),
            Optional.empty()));
  }
}
