package dev.stowage.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// The chunks of an archive in a file, of which whole parts can be passed over unread. The file's
/// own position is neither used nor moved.
final class SeekableChunks implements Chunks {
  /// Headers are read between contents that are passed over, so that a large chunk would mostly
  /// bring what nobody wants.
  private static final int CHUNK = 16 * 1024;

  private final FileChannel file;
  private final byte[] bytes = new byte[CHUNK];
  private long position;
  private int length;

  /// @param start where in the file the archive begins
  SeekableChunks(FileChannel file, long start) {
    this.file = file;
    this.position = start;
  }

  @Override
  public boolean next() throws IOException {
    ByteBuffer into = ByteBuffer.wrap(bytes);
    while (into.hasRemaining()) {
      int count = file.read(into, position + into.position());
      if (count < 0) {
        break;
      }
    }
    length = into.position();
    position += length;
    return length > 0;
  }

  @Override
  public long skip(long count) throws IOException {
    long skipped = Math.max(0, Math.min(count, file.size() - position));
    skipped -= skipped % TarBlock.SIZE;
    position += skipped;
    return skipped;
  }

  @Override
  public byte[] bytes() {
    return bytes;
  }

  @Override
  public int length() {
    return length;
  }

  /// Leaves the file open: it belongs to whoever opened it.
  @Override
  public void close() {}
}
