package dev.stowage.engine;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Pieces of work done at the same time, a bounded number of them, on virtual threads. The first
/// that fails interrupts the others, and nobody returns before all have ended.
final class SideBySide {
  private SideBySide() {}

  /// A piece of work.
  @FunctionalInterface
  interface Work {
    void run() throws IOException;
  }

  static void run(int atOnce, List<Work> work) throws IOException {
    try (ExecutorService threads =
        Executors.newFixedThreadPool(
            Math.max(1, Math.min(atOnce, work.size())),
            Thread.ofVirtual().name("stowage-sync-", 0).factory())) {
      CompletionService<Boolean> done = new ExecutorCompletionService<>(threads);
      for (Work each : work) {
        var _ =
            done.submit(
                () -> {
                  each.run();
                  return true;
                });
      }
      try {
        for (int i = 0; i < work.size(); i++) {
          Boolean _ = done.take().get();
        }
      } catch (InterruptedException e) {
        List<Runnable> _ = threads.shutdownNow();
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("cancelled");
      } catch (ExecutionException e) {
        List<Runnable> _ = threads.shutdownNow();
        switch (e.getCause()) {
          case IOException failure -> throw failure;
          case RuntimeException failure -> throw failure;
          case Error failure -> throw failure;
          case null, default -> throw new IOException(e.getCause());
        }
      }
    }
  }
}
