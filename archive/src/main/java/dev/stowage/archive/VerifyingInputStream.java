package dev.stowage.archive;

import dev.stowage.model.Digest;
import dev.stowage.model.MismatchException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/// A stream that fails before it ends if its content is not what was promised.
///
/// The last byte of content of the wrong size or digest is never handed on: the read that would
/// return it throws [MismatchException] instead. Content that is too long fails at the first byte
/// too many.
public final class VerifyingInputStream extends InputStream {
  private final InputStream in;
  private final String subject;
  private final Digest wanted;
  private final long size;
  private final MessageDigest computation;
  private long count;
  private boolean verified;

  /// @param subject what is read, for messages, for example `blob sha256:… from registry.example`
  /// @param size how long the content must be, in bytes
  public VerifyingInputStream(InputStream in, String subject, Digest wanted, long size) {
    this(in, subject, wanted, size, wanted.algorithm().start(), 0);
  }

  /// Goes on with a computation that has seen the first bytes already.
  ///
  /// @param count how many bytes it has seen
  public VerifyingInputStream(
      InputStream in,
      String subject,
      Digest wanted,
      long size,
      MessageDigest computation,
      long count) {
    this.in = in;
    this.subject = subject;
    this.wanted = wanted;
    this.size = size;
    this.computation = computation;
    this.count = count;
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
    if (verified) {
      return -1;
    }
    if (count == size) { // nothing was promised, or another stream has read it all
      verify();
      return -1;
    }
    int got = in.read(bytes, offset, (int) Math.min(length, size - count));
    if (got < 0) {
      throw wrongSize(Long.toString(count));
    }
    computation.update(bytes, offset, got);
    count += got;
    if (count == size) {
      verify();
    }
    return got;
  }

  private void verify() throws IOException {
    if (in.read() >= 0) {
      throw wrongSize("more");
    }
    Digest got = Digest.finish(wanted.algorithm(), computation);
    if (!got.equals(wanted)) {
      throw new MismatchException(subject, wanted.toString(), got.toString());
    }
    verified = true;
  }

  private MismatchException wrongSize(String got) {
    return new MismatchException(subject, size + " bytes", got);
  }

  @Override
  public int available() throws IOException {
    return verified ? 0 : (int) Math.min(in.available(), Math.max(0, size - count - 1));
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
