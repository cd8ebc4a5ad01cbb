package dev.stowage.transfer;

import dev.stowage.model.Digest;
import dev.stowage.model.MismatchException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/// The plain tar of a layer, which fails instead of ending where it is not what the configuration
/// promises.
final class DiffIdInputStream extends FilterInputStream implements Verified {
  private final Part part;
  private final Digest promised;
  private final MessageDigest computation;
  private boolean judged;

  DiffIdInputStream(InputStream in, Part part, Digest promised) {
    super(in);
    this.part = part;
    this.promised = promised;
    this.computation = promised.algorithm().start();
  }

  @Override
  public Digest promised() {
    return promised;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int got = in.read(bytes, offset, length);
    if (got > 0) {
      computation.update(bytes, offset, got);
    } else if (got < 0 && !judged) {
      Digest found = Digest.finish(promised.algorithm(), computation);
      if (!found.equals(promised)) {
        throw new MismatchException(
            "the contents of layer " + part.descriptor().digest(),
            promised.toString(),
            found.toString());
      }
      judged = true;
    }
    return got;
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
