package dev.stowage.transfer;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// A stream made from another, which at its end reads that one to its own end, where it judges
/// itself.
final class Drained extends FilterInputStream {
  private final InputStream beneath;

  Drained(InputStream in, InputStream beneath) {
    super(in);
    this.beneath = beneath;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int got = in.read(bytes, offset, length);
    if (got < 0) {
      byte[] rest = new byte[1024];
      while (beneath.read(rest) >= 0) {
        // Nothing of it is wanted but its verdict.
      }
    }
    return got;
  }
}
