package dev.stowage.archive;

import dev.stowage.archive.Deflation.Block;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.zip.CRC32;

/// The gzip form of a stream, of one member (RFC 1952), its blocks of 512 KiB each made by
/// whichever processor is free. A block may refer to the end of the one before, as if all were made
/// in one go.
final class GzippingInputStream extends CompressingInputStream {
  /// No time, no name, an unknown system, as Podman writes it.
  private static final byte[] HEADER = {0x1F, (byte) 0x8B, 8, 0, 0, 0, 0, 0, 0, (byte) 0xFF};

  /// An empty last block.
  private static final byte[] LAST = {3, 0};

  private final InputStream plain;
  private final Deflation deflation;
  private final CRC32 crc = new CRC32();
  private final Deque<Coming> coming = new ArrayDeque<>();
  private final Deque<Block> free = new ArrayDeque<>();
  private Block lastRead = Block.FIRST;
  private Block lastMade = Block.FIRST;
  private long length;
  private boolean allRead;
  private boolean allMade;
  private byte[] current = HEADER;
  private int limit = HEADER.length;
  private int position;

  /// A block that is being encoded.
  private record Coming(Block block, Future<?> encoded) {}

  GzippingInputStream(InputStream plain, Deflation deflation) {
    this.plain = plain;
    this.deflation = deflation;
  }

  @Override
  public String recipe() {
    return deflation.recipe();
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    if (count == 0) {
      return 0;
    }
    while (position == limit) {
      if (allMade) {
        return -1;
      }
      next();
    }
    int given = Math.min(count, limit - position);
    System.arraycopy(current, position, bytes, offset, given);
    position += given;
    return given;
  }

  private void next() throws IOException {
    while (!allRead && coming.size() <= Processors.COUNT) {
      readBlock();
    }
    position = 0;
    Coming first = coming.poll();
    if (first == null) {
      current = trailer();
      limit = current.length;
      allMade = true;
      return;
    }
    try {
      first.encoded.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("cancelled");
    } catch (ExecutionException e) {
      throw new IOException("compressing failed: " + e.getCause(), e);
    }
    if (lastMade != Block.FIRST) {
      free.push(lastMade); // read to its end, and the block after it no longer looks back on it
    }
    lastMade = first.block;
    current = first.block.made;
    limit = first.block.madeLength;
  }

  private void readBlock() throws IOException {
    Block block = free.isEmpty() ? new Block() : free.pop();
    block.length = plain.readNBytes(block.content, 0, block.content.length);
    if (block.length < block.content.length) {
      allRead = true;
    }
    if (block.length == 0) {
      return;
    }
    crc.update(block.content, 0, block.length);
    length += block.length;
    Block before = lastRead;
    coming.add(new Coming(block, Processors.submit(() -> deflation.encode(before, block))));
    lastRead = block;
  }

  private byte[] trailer() {
    byte[] trailer = new byte[LAST.length + 8];
    System.arraycopy(LAST, 0, trailer, 0, LAST.length);
    long sum = crc.getValue();
    for (int i = 0; i < 4; i++) {
      trailer[LAST.length + i] = (byte) (sum >>> 8 * i);
      trailer[LAST.length + 4 + i] = (byte) (length >>> 8 * i);
    }
    return trailer;
  }

  @Override
  public void close() throws IOException {
    for (Coming block : coming) {
      block.encoded.cancel(false);
    }
    coming.clear();
    plain.close();
  }
}
