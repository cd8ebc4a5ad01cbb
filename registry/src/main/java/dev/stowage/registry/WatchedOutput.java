package dev.stowage.registry;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// The way out of a connection for long bodies. A write to a socket knows no time limit, so another
/// thread watches it, and ends it where the other side takes nothing any more.
final class WatchedOutput extends OutputStream implements Closeable {
  private static final int PIECE = 64 * 1024;
  private static final long NOT_WRITING = 0;

  private final Socket socket;
  private final OutputStream out;
  private final long patience;
  private final ReentrantLock lock = new ReentrantLock();
  private final Thread writer = Thread.currentThread();
  private final Thread watch;
  private volatile long writingSince = NOT_WRITING;
  private volatile boolean stalled;

  WatchedOutput(Socket socket, OutputStream out, Duration patience) {
    this.socket = socket;
    this.out = out;
    this.patience = Math.max(1, patience.toNanos());
    this.watch = Thread.ofVirtual().name("stowage-upload-watch").start(this::watch);
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] source, int offset, int length) throws IOException {
    int done = 0;
    while (done < length) {
      int piece = Math.min(PIECE, length - done);
      writingSince = System.nanoTime() | 1;
      Optional<IOException> failure = Optional.empty();
      try {
        out.write(source, offset + done, piece);
      } catch (IOException e) {
        failure = Optional.of(e);
      } finally {
        ended();
      }
      if (stalled) {
        throw timeout(failure);
      }
      if (failure.isPresent()) {
        throw failure.get();
      }
      done += piece;
    }
  }

  private void ended() {
    lock.lock();
    try {
      writingSince = NOT_WRITING;
    } finally {
      lock.unlock();
    }
  }

  private SocketTimeoutException timeout(Optional<IOException> cause) {
    boolean _ = Thread.interrupted(); // it was the watch that interrupted
    SocketTimeoutException timeout =
        new SocketTimeoutException(
            "i/o timeout: the server took nothing for " + patience / 1e9 + " s");
    cause.ifPresent(timeout::initCause);
    return timeout;
  }

  private void watch() {
    try {
      while (true) {
        Thread.sleep(Duration.ofNanos(Math.max(1_000_000, patience / 4)));
        long since = writingSince;
        if (since != NOT_WRITING && System.nanoTime() - since > patience && stall(since)) {
          return;
        }
      }
    } catch (InterruptedException | IOException e) {
      return; // the writing is over
    }
  }

  /// Ends a write that takes too long, unless it ended by itself meanwhile: an interrupt that comes
  /// after it would hit whatever the writer does next.
  private boolean stall(long since) throws IOException {
    lock.lock();
    try {
      if (writingSince != since) {
        return false;
      }
      stalled = true;
      if (writer.isVirtual()) {
        writer.interrupt();
        return true;
      }
    } finally {
      lock.unlock();
    }
    socket.setSoLinger(true, 0); // or a socket with TLS waits for the writer before it closes
    socket.close();
    return true;
  }

  /// Ends the watch; the connection stays.
  @Override
  public void close() {
    watch.interrupt();
  }
}
