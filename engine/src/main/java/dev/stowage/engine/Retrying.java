package dev.stowage.engine;

import dev.stowage.model.RegistryException;
import dev.stowage.model.StowageException;
import dev.stowage.registry.Retries;
import dev.stowage.transfer.Listener;
import dev.stowage.transfer.Listener.Progress;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.file.FileSystemException;
import java.time.Duration;

/// A copy done once more where it failed in a way that may pass. Single requests have been repeated
/// by then; this is for what cannot be repeated on its own, such as the upload of a layer that is
/// made while it is sent. What has arrived is not moved again.
final class Retrying {
  private static final int SERVER_ERROR = 500;
  private static final int TIMEOUT = 408;
  private static final int TOO_MANY = 429;
  private static final int NO_SUCH_UPLOAD = 404;

  private Retrying() {}

  /// A piece of work.
  @FunctionalInterface
  interface Work<T> {
    T run() throws IOException;
  }

  static <T> T run(Retries retries, Listener listener, Work<T> work) throws IOException {
    int most = retries.attempts() - 1;
    Duration delay = retries.first();
    for (int attempt = 1; ; attempt++) {
      try {
        return work.run();
      } catch (IOException e) {
        if (attempt > most || !mayPass(e)) {
          throw e;
        }
        listener.on(
            new Progress.Warned(
                "Failed, retrying in "
                    + delay.toMillis() / 1000.0
                    + "s ... ("
                    + attempt
                    + "/"
                    + most
                    + "). Error: "
                    + e.getMessage()));
        sleep(delay);
      }
    }
  }

  /// Whether it may work the next time. That nobody listens has been found out by then.
  static boolean mayPass(IOException e) {
    if (e instanceof RegistryException refused) {
      int status = refused.status();
      return status >= SERVER_ERROR
          || status == TIMEOUT
          || status == TOO_MANY
          || status == NO_SUCH_UPLOAD && String.valueOf(refused.getMessage()).contains("UPLOAD");
    }
    return !(e instanceof StowageException
        || e instanceof InterruptedIOException
        || e instanceof ConnectException
        || e instanceof UnknownHostException
        || e instanceof FileSystemException);
  }

  private static void sleep(Duration delay) throws IOException {
    try {
      Thread.sleep(delay);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("cancelled");
    }
  }
}
