package dev.stowage.archive;

import dev.stowage.model.Digest;
import dev.stowage.model.MalformedException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The chunks of a stream, digested and counted as they come.
final class StreamChunks implements Chunks {
  private final InputStream in;
  private final @Nullable MessageDigest computation;
  private final Optional<Digest> promised;
  private final long limit;
  private byte[] bytes = new byte[SIZE];
  private int length;
  private long count;
  private boolean ended;

  private StreamChunks(
      InputStream in, @Nullable MessageDigest computation, Optional<Digest> promised, long limit) {
    this.in = in;
    this.computation = computation;
    this.promised = promised;
    this.limit = limit;
  }

  static StreamChunks plain(InputStream in) {
    return new StreamChunks(in, null, Optional.empty(), Long.MAX_VALUE);
  }

  /// Chunks whose digest is asked for.
  ///
  /// @param limit the most bytes the stream may have
  static StreamChunks digesting(PlainTar tar, long limit) {
    MessageDigest computation = tar.promised().isPresent() ? null : Digest.Algorithm.SHA256.start();
    return new StreamChunks(tar.content(), computation, tar.promised(), limit);
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
    if (computation != null) {
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

  /// The digest of all chunks, for those made to tell it; to be asked once, after the last.
  Digest digest() {
    return computation == null
        ? promised.orElseThrow()
        : Digest.finish(Digest.Algorithm.SHA256, computation);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
