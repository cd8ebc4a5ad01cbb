package dev.stowage.linux;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A regular file beneath a [Directory], open for reading from its beginning.
///
/// It buffers nothing between calls: read in large pieces.
public final class FileReader extends InputStream {
  private static final int SEEK_SET = 0;
  private static final int SEEK_DATA = 3;
  private static final int SEEK_HOLE = 4;

  private final String path;
  private final int descriptor;
  private final FileFacts facts;
  private final Scratch scratch;
  private final MemorySegment buffer;
  private final byte[] one = new byte[1];
  private long position;
  private boolean closed;

  FileReader(String path, int descriptor, FileFacts facts, Scratch scratch) {
    this.path = path;
    this.descriptor = descriptor;
    this.facts = facts;
    this.scratch = scratch;
    this.buffer = scratch.takeBuffer();
  }

  /// The facts of the file when it was opened.
  public FileFacts facts() {
    return facts;
  }

  /// Where the next read begins, in bytes.
  public long position() {
    return position;
  }

  /// Lets the next read begin elsewhere.
  public void seek(long offset) throws IOException {
    check(FileCalls.seek(scratch.state, descriptor, offset, SEEK_SET));
    position = offset;
  }

  /// The offset of the first data at or after an offset; the size of the file if only a hole
  /// follows.
  public long nextData(long offset) throws IOException {
    return look(offset, SEEK_DATA);
  }

  /// The offset of the first hole at or after an offset; the end of the file counts as one.
  public long nextHole(long offset) throws IOException {
    return look(offset, SEEK_HOLE);
  }

  @Override
  public int read() throws IOException {
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (closed) {
      throw new IOException(path + " is closed");
    }
    long wanted = Math.min(length, buffer.byteSize());
    int result = (int) check(FileCalls.read(scratch.state, descriptor, buffer, wanted));
    if (result == 0) {
      return -1;
    }
    MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, into, offset, result);
    position += result;
    return result;
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      scratch.giveBuffer(buffer);
      int _ = FileCalls.close(scratch.state, descriptor);
    }
  }

  int descriptor() {
    return descriptor;
  }

  /// Something else has read from the descriptor.
  void moved(long bytes) {
    position += bytes;
  }

  /// Skips what is left; returns how much that was.
  long skipToEnd() throws IOException {
    long end = check(FileCalls.seek(scratch.state, descriptor, 0, 2));
    long skipped = end - position;
    position = end;
    return skipped;
  }

  private long look(long offset, int whence) throws IOException {
    long result = FileCalls.seek(scratch.state, descriptor, offset, whence);
    if (result == -Errno.ENXIO) {
      result = Math.max(offset, facts.size());
    }
    check(result);
    seek(position);
    return result;
  }

  private long check(long result) throws IOException {
    if (result < 0) {
      throw Errno.exception((int) -result, path);
    }
    return result;
  }
}
