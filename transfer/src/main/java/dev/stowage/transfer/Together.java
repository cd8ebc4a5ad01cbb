package dev.stowage.transfer;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// Pieces of work done side by side, a bounded number at a time. The first that fails interrupts
/// the others, and nobody returns before all have ended. They run on virtual threads, because there
/// an interrupt ends a read from the network.
public final class Together {

  /// A piece of work.
  @FunctionalInterface
  public interface Work {
    void run() throws IOException;
  }

  private final Deque<Work> waiting;
  private final List<Thread> workers = new ArrayList<>();
  private Optional<Throwable> failure = Optional.empty();

  private Together(List<Work> work) {
    this.waiting = new ArrayDeque<>(work);
  }

  /// Does all of it, in the order given as far as the bound allows.
  ///
  /// @throws InterruptedIOException where the calling thread is interrupted
  public static void run(int atOnce, List<Work> work) throws IOException {
    new Together(work).run(Math.min(atOnce, work.size()));
  }

  private void run(int atOnce) throws IOException {
    synchronized (this) {
      for (int i = 0; i < atOnce; i++) {
        workers.add(Thread.ofVirtual().name("stowage-transfer-" + i).start(this::work));
      }
    }
    boolean interrupted = false;
    for (Thread worker : workers) {
      while (worker.isAlive()) {
        try {
          worker.join();
        } catch (InterruptedException e) {
          interrupted = true;
          fail(new InterruptedIOException("cancelled"));
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (failure.isPresent()) {
      switch (failure.get()) {
        case IOException e -> throw e;
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        case Throwable e -> throw new IOException(e);
      }
    }
  }

  private void work() {
    for (Optional<Work> next = next(); next.isPresent(); next = next()) {
      try {
        next.get().run();
      } catch (Throwable e) { // whatever it is, the caller of run() gets it
        fail(e);
      }
    }
  }

  private synchronized Optional<Work> next() {
    return failure.isPresent() ? Optional.empty() : Optional.ofNullable(waiting.poll());
  }

  private synchronized void fail(Throwable cause) {
    if (failure.isPresent()) {
      return; // what interrupted threads throw says nothing new
    }
    failure = Optional.of(cause);
    for (Thread worker : workers) {
      if (worker != Thread.currentThread()) {
        worker.interrupt();
      }
    }
  }
}
