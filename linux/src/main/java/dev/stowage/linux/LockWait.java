package dev.stowage.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/// The wait for a lock that another process holds.
///
/// Most locks of a store are held for a few milliseconds, so the kernel is asked a few times first.
/// Then a platform thread sleeps in the kernel's queue, on equal footing with the peers' waiting
/// processes: asking again and again would lose against a crowd of them, because a waiting process
/// has the lock before the next question. The caller stays interruptible, and no carrier of virtual
/// threads is held up.
final class LockWait {
  private static final long FIRST_PAUSE_NANOS = 200_000;
  private static final int QUESTIONS = 4;

  private LockWait() {}

  /// Opens the file and returns it locked.
  static LockFile take(Path path, LockKind kind, LockMethod method)
      throws IOException, InterruptedException {
    LockFile file = method.open(path, kind);
    boolean granted = false;
    boolean refused = false;
    try {
      granted = ask(file);
      refused = !granted;
    } finally {
      if (!granted && !refused) {
        file.close();
      }
    }
    return granted ? file : queue(file, path);
  }

  private static boolean ask(LockFile file) throws IOException, InterruptedException {
    long pause = FIRST_PAUSE_NANOS;
    for (int question = 0; question < QUESTIONS; question++) {
      if (file.tryLock() == LockFile.Answer.GRANTED) {
        return true;
      }
      Thread.sleep(Duration.ofNanos(pause));
      pause *= 2;
    }
    return false;
  }

  private static LockFile queue(LockFile file, Path path) throws IOException, InterruptedException {
    CompletableFuture<LockFile> taken = new CompletableFuture<>();
    Thread _ =
        Thread.ofPlatform().daemon().name("lock " + path).start(() -> sleepInKernel(file, taken));
    try {
      return taken.get();
    } catch (InterruptedException e) {
      if (taken.cancel(false)) {
        file.abandon();
      } else if (!taken.isCompletedExceptionally()) {
        file.close();
      }
      throw e;
    } catch (ExecutionException e) {
      throw new IOException("waiting for the lock " + path + ": " + e.getCause(), e);
    }
  }

  /// Whoever comes second, the lock or the end of patience, closes the file.
  private static void sleepInKernel(LockFile file, CompletableFuture<LockFile> taken) {
    try {
      file.waitForLock();
      if (!taken.complete(file)) {
        file.close();
      }
    } catch (IOException | RuntimeException | Error e) {
      taken.completeExceptionally(e);
      try {
        file.close();
      } catch (IOException closing) {
        e.addSuppressed(closing);
      }
    }
  }
}
