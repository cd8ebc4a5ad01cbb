package dev.stowage.archive;

import dev.stowage.model.Digest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/// A stream that digests and counts what is read from it.
public final class DigestingInputStream extends FilterInputStream {
  private final Digest.Algorithm algorithm;
  private final MessageDigest computation;
  private long count;

  public DigestingInputStream(InputStream in, Digest.Algorithm algorithm) {
    this(in, algorithm, algorithm.start(), 0);
  }

  /// Goes on with a computation that has seen the first bytes already.
  ///
  /// @param count how many bytes it has seen
  public DigestingInputStream(
      InputStream in, Digest.Algorithm algorithm, MessageDigest computation, long count) {
    super(in);
    this.algorithm = algorithm;
    this.computation = computation;
    this.count = count;
  }

  /// How many bytes have been read, in all.
  public long count() {
    return count;
  }

  /// The digest of what has been read; ends the computation, so ask once and at the end.
  public Digest digest() {
    return Digest.finish(algorithm, computation);
  }

  @Override
  public int read() throws IOException {
    int value = in.read();
    if (value >= 0) {
      computation.update((byte) value);
      count++;
    }
    return value;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int got = in.read(bytes, offset, length);
    if (got > 0) {
      computation.update(bytes, offset, got);
      count += got;
    }
    return got;
  }

  @Override
  public long skip(long wanted) throws IOException {
    byte[] skipped = new byte[(int) Math.min(Math.max(wanted, 0), 64 * 1024)];
    long done = 0;
    while (done < wanted) {
      int got = read(skipped, 0, (int) Math.min(skipped.length, wanted - done));
      if (got < 0) {
        break;
      }
      done += got;
    }
    return done;
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
