package dev.stowage.transfer.place;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// A stream that others may close without any effect, because its owner goes on reading.
public final class LeftOpen extends FilterInputStream {
  public LeftOpen(InputStream in) {
    super(in);
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    return in.read(bytes, offset, length);
  }

  @Override
  public void close() {}
}
