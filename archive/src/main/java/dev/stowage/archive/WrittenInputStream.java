package dev.stowage.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/// What somebody writes, read as a stream: the writer works on a thread of its own, a few pieces
/// ahead of the reader. Its failure is the reader's, and closing the stream ends it.
public final class WrittenInputStream extends InputStream {

  /// One who writes.
  @FunctionalInterface
  public interface Writer {
    void write(OutputStream out) throws IOException;
  }

  private static final int PIECE = 256 * 1024;
  private static final int AHEAD = 4;
  private static final byte[] END = new byte[0];

  private final BlockingQueue<byte[]> pieces = new ArrayBlockingQueue<>(AHEAD);
  private final Thread thread;
  private volatile Optional<Throwable> failure = Optional.empty();
  private byte[] current = END;
  private int position;
  private boolean ended;

  public WrittenInputStream(Writer writer) {
    this.thread = Thread.ofVirtual().unstarted(() -> run(writer));
    thread.start();
  }

  private void run(Writer writer) {
    try (Pieces out = new Pieces()) {
      writer.write(out);
    } catch (IOException | RuntimeException | Error e) {
      failure = Optional.of(e);
    }
    try {
      pieces.put(END);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody reads any more
    }
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
    if (position == current.length && !next()) {
      return -1;
    }
    int given = Math.min(length, current.length - position);
    System.arraycopy(current, position, bytes, offset, given);
    position += given;
    return given;
  }

  private boolean next() throws IOException {
    if (ended) {
      return false;
    }
    try {
      current = pieces.take();
      position = 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("cancelled");
    }
    ended = current.length == 0;
    if (ended && failure.isPresent()) {
      switch (failure.get()) {
        case IOException e -> throw e;
        case RuntimeException e -> throw e;
        case Throwable e -> throw new IOException(e.toString(), e);
      }
    }
    return !ended;
  }

  @Override
  public void close() throws IOException {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("cancelled");
    }
  }

  /// Gathers what is written and hands it over.
  private final class Pieces extends OutputStream {
    private final byte[] gathered = new byte[PIECE];
    private int length;

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      int done = 0;
      while (done < count) {
        int part = Math.min(count - done, PIECE - length);
        System.arraycopy(bytes, offset + done, gathered, length, part);
        done += part;
        length += part;
        if (length == PIECE) {
          hand();
        }
      }
    }

    private void hand() throws IOException {
      if (length > 0) {
        try {
          pieces.put(Arrays.copyOf(gathered, length));
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new InterruptedIOException("nobody reads any more");
        }
        length = 0;
      }
    }

    @Override
    public void close() throws IOException {
      hand();
    }
  }
}
