package dev.stowage.registry;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// A request's body sent in chunks, because its length is not known beforehand.
final class ChunkedOutput extends OutputStream {
  private static final byte[] LINE_END = {'\r', '\n'};

  private final OutputStream out;

  ChunkedOutput(OutputStream out) {
    this.out = out;
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] source, int offset, int length) throws IOException {
    if (length > 0) {
      out.write((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
      out.write(source, offset, length);
      out.write(LINE_END);
    }
  }

  /// Says that the body ends here.
  void finish() throws IOException {
    out.write("0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
  }
}
