package dev.stowage.archive;

import dev.stowage.model.Digest;
import dev.stowage.model.MalformedException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/// The chunks of a stream, digested and counted as they come.
final class StreamChunks implements Chunks {
  private final InputStream in;
  private final MessageDigest computation = Digest.Algorithm.SHA256.start();
  private final boolean digesting;
  private final long limit;
  private byte[] bytes = new byte[SIZE];
  private int length;
  private long count;
  private boolean ended;

  private StreamChunks(InputStream in, boolean digesting, long limit) {
    this.in = in;
    this.digesting = digesting;
    this.limit = limit;
  }

  static StreamChunks plain(InputStream in) {
    return new StreamChunks(in, false, Long.MAX_VALUE);
  }

  /// @param limit the most bytes the stream may have
  static StreamChunks digesting(InputStream in, long limit) {
    return new StreamChunks(in, true, limit);
  }

  @Override
  public boolean next() throws IOException {
    if (ended) {
      length = 0;
      return false;
    }
    length = in.readNBytes(bytes, 0, SIZE);
    ended = length < SIZE;
    count += length;
    if (count > limit) {
      throw new MalformedException(
          "the archive is longer than the limit of " + limit + " bytes", count, null);
    }
    if (digesting) {
      computation.update(bytes, 0, length);
    }
    return length > 0;
  }

  /// Hands out the array of the last chunk for good and goes on with another one.
  byte[] exchange(byte[] other) {
    byte[] filled = bytes;
    bytes = other;
    return filled;
  }

  @Override
  public byte[] bytes() {
    return bytes;
  }

  @Override
  public int length() {
    return length;
  }

  /// How many bytes there were so far.
  long count() {
    return count;
  }

  /// The digest of all chunks; to be asked once, after the last.
  Digest digest() {
    return Digest.finish(Digest.Algorithm.SHA256, computation);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
