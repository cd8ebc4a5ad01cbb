package dev.stowage.testkit;

import java.io.IOException;
import java.io.InputStream;

/// The body of a request whose line is cut after some bytes.
final class CutInput extends InputStream {
  private final InputStream in;
  private long left;

  CutInput(InputStream in, long bytes) {
    this.in = in;
    this.left = bytes;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int wanted) throws IOException {
    if (wanted == 0) {
      return 0;
    }
    if (left == 0) {
      throw new CutException();
    }
    int got = in.read(target, offset, (int) Math.min(wanted, left));
    left -= Math.max(0, got);
    return got;
  }

  @Override
  public long transferTo(java.io.OutputStream out) throws IOException {
    byte[] all = readNBytes((int) left);
    out.write(all);
    return all.length;
  }

  /// The cut.
  static final class CutException extends IOException {
    CutException() {
      super("the line was cut");
    }
  }
}
