package dev.stowage.transfer;

import dev.stowage.transfer.Listener.Progress;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// A blob's stream that tells a listener how far it has been read.
final class ToldInputStream extends FilterInputStream {
  /// How many bytes pass between two tellings: some dozens a second on a fast line.
  private static final long STEP = 1 << 20;

  private final Part part;
  private final Listener listener;
  private long read;
  private long told;

  ToldInputStream(InputStream in, Part part, Listener listener) {
    super(in);
    this.part = part;
    this.listener = listener;
  }

  @Override
  public int read() throws IOException {
    int b = in.read();
    moved(b < 0 ? -1 : 1);
    return b;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int count = in.read(buffer, offset, length);
    moved(count);
    return count;
  }

  private void moved(int count) {
    if (count > 0) {
      read += count;
    }
    if (read - told >= STEP || count < 0 && read > told) {
      told = read;
      listener.on(new Progress.Moved(part, read));
    }
  }
}
