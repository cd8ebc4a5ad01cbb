package dev.stowage.archive;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The chunks of a stream that another thread, as soon as that is wanted, decompresses and digests
/// a little ahead.
///
/// The thread has ended when [#close] returns, which also closes the stream; a failure there is
/// thrown here.
final class PipelinedChunks implements Chunks {
  /// How many chunks there are: one being filled, one being used, two on the way.
  private static final int DEPTH = 4;

  /// A chunk on its way, or why there is none.
  private static final class Piece {
    final byte[] bytes;
    final int length;
    final @Nullable Throwable failure;

    Piece(byte[] bytes, int length, @Nullable Throwable failure) {
      this.bytes = bytes;
      this.length = length;
      this.failure = failure;
    }
  }

  private final StreamChunks source;
  private final Supplier<Stages> stages;
  private final BlockingQueue<Piece> filled = new ArrayBlockingQueue<>(DEPTH + 1);
  private final BlockingQueue<byte[]> free = new ArrayBlockingQueue<>(DEPTH + 1);
  private @Nullable Thread thread;
  private Piece current = new Piece(new byte[0], 0, null);
  private boolean ended;

  /// @param stages asked before each chunk until it answers [Stages#TWO]
  PipelinedChunks(StreamChunks source, Supplier<Stages> stages) {
    this.source = source;
    this.stages = stages;
  }

  private void start() {
    for (int i = 1; i < DEPTH; i++) {
      free.add(new byte[SIZE]);
    }
    thread = Thread.ofPlatform().name("layer-decompression").daemon().start(this::fill);
  }

  private void fill() {
    try {
      while (source.next()) {
        int length = source.length();
        filled.put(new Piece(source.exchange(free.take()), length, null));
      }
      filled.put(new Piece(new byte[0], 0, null));
    } catch (InterruptedException e) {
      // Nobody waits for more.
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException | Error e) {
      // There is always room: at most DEPTH - 1 pieces are on the way.
      filled.add(new Piece(new byte[0], 0, e));
    }
  }

  @Override
  public boolean next() throws IOException {
    if (ended) {
      return false;
    }
    if (thread == null) {
      if (stages.get() == Stages.ONE) {
        ended = !source.next();
        return !ended;
      }
      start();
    }
    try {
      if (current.bytes.length == SIZE) {
        free.put(current.bytes);
      }
      current = filled.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while unpacking");
    }
    if (current.failure instanceof IOException e) {
      throw e;
    }
    if (current.failure instanceof RuntimeException e) {
      throw e;
    }
    if (current.failure instanceof Error e) {
      throw e;
    }
    ended = current.length == 0;
    return !ended;
  }

  @Override
  public byte[] bytes() {
    return thread == null ? source.bytes() : current.bytes;
  }

  @Override
  public int length() {
    return thread == null ? source.length() : current.length;
  }

  @Override
  public void close() throws IOException {
    Thread ahead = thread;
    if (ahead == null) {
      source.close();
      return;
    }
    ahead.interrupt();
    try {
      source.close(); // ends a read that does not heed interrupts
    } finally {
      boolean interrupted = false;
      while (ahead.isAlive()) {
        try {
          ahead.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
