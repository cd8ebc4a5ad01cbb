package dev.stowage.registry;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;

/// Calls that an interrupt of the calling thread ends at once, on whatever thread: what waits for a
/// registry does so on a virtual thread, because a platform thread does not wake from a read when
/// it is interrupted.
final class Interruptible {
  private Interruptible() {}

  /// A call that may wait for a registry.
  @FunctionalInterface
  interface Call<T> {
    T call() throws IOException;
  }

  private static final class Outcome<T> {
    private Optional<T> value = Optional.empty();
    private Optional<Throwable> failure = Optional.empty();
  }

  static <T> T call(Call<T> call) throws IOException {
    if (Thread.currentThread().isVirtual()) {
      return call.call();
    }
    Outcome<T> outcome = new Outcome<>();
    Thread thread =
        Thread.ofVirtual()
            .name("stowage-registry")
            .start(
                () -> {
                  try {
                    outcome.value = Optional.of(call.call());
                  } catch (Throwable e) { // whatever it is, the caller gets it
                    outcome.failure = Optional.of(e);
                  }
                });
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
        thread.interrupt();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
    if (outcome.failure.isPresent()) {
      switch (outcome.failure.get()) {
        case IOException e -> throw e;
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        case Throwable e -> throw new IOException(e);
      }
    }
    return outcome.value.orElseThrow();
  }
}
