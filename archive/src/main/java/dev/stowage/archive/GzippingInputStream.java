package dev.stowage.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.zip.CRC32;

/// The gzip form of a stream, of one member (RFC 1952), its blocks of 1 MiB each made by whichever
/// processor is free. A block may refer to the end of the one before, as if all were made in one
/// go.
final class GzippingInputStream extends CompressingInputStream {
  /// No time, no name, an unknown system, as Podman writes it.
  private static final byte[] HEADER = {0x1F, (byte) 0x8B, 8, 0, 0, 0, 0, 0, 0, (byte) 0xFF};

  /// An empty last block.
  private static final byte[] LAST = {3, 0};

  private final InputStream plain;
  private final Deflation deflation;
  private final CRC32 crc = new CRC32();
  private final Deque<Future<byte[]>> coming = new ArrayDeque<>();
  private byte[] before = {};
  private int beforeLength;
  private long length;
  private boolean allRead;
  private boolean allMade;
  private byte[] current = HEADER;
  private int position;

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
    while (position == current.length) {
      if (allMade) {
        return -1;
      }
      next();
    }
    int given = Math.min(count, current.length - position);
    System.arraycopy(current, position, bytes, offset, given);
    position += given;
    return given;
  }

  private void next() throws IOException {
    while (!allRead && coming.size() <= Processors.COUNT) {
      readBlock();
    }
    position = 0;
    Future<byte[]> first = coming.poll();
    if (first == null) {
      current = trailer();
      allMade = true;
      return;
    }
    try {
      current = first.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("cancelled");
    } catch (ExecutionException e) {
      throw new IOException("compressing failed: " + e.getCause(), e);
    }
  }

  private void readBlock() throws IOException {
    byte[] block = new byte[Deflation.BLOCK];
    int filled = plain.readNBytes(block, 0, block.length);
    if (filled < block.length) {
      allRead = true;
    }
    if (filled == 0) {
      return;
    }
    crc.update(block, 0, filled);
    length += filled;
    byte[] known = before;
    int knownLength = beforeLength;
    coming.add(Processors.submit(() -> deflation.block(known, knownLength, block, filled)));
    before = block;
    beforeLength = filled;
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
    for (Future<byte[]> block : coming) {
      block.cancel(false);
    }
    coming.clear();
    plain.close();
  }
}
