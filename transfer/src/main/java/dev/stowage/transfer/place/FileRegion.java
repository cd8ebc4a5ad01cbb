package dev.stowage.transfer.place;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// A part of a file as a stream. Any number of them may be read at once; closing one closes
/// nothing.
final class FileRegion extends InputStream {
  private final FileChannel file;
  private long position;
  private long left;

  FileRegion(FileChannel file, long start, long size) {
    this.file = file;
    this.position = start;
    this.left = size;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (left == 0) {
      return -1;
    }
    ByteBuffer into = ByteBuffer.wrap(bytes, offset, (int) Math.min(length, left));
    int count = file.read(into, position);
    if (count < 0) {
      throw new EOFException("the archive is cut off within a member");
    }
    position += count;
    left -= count;
    return count;
  }

  @Override
  public long skip(long count) {
    long skipped = Math.max(0, Math.min(count, left));
    position += skipped;
    left -= skipped;
    return skipped;
  }

  @Override
  public int available() {
    return (int) Math.min(left, Integer.MAX_VALUE);
  }
}
