package dev.stowage.transfer;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/// Streams upon streams, closed from the top down.
final class StreamStack implements Closeable {
  private final Deque<Closeable> open = new ArrayDeque<>();

  <T extends Closeable> T add(T stream) {
    open.push(stream);
    return stream;
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
