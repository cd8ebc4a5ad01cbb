package dev.stowage.engine;

import dev.stowage.model.RegistryException;
import dev.stowage.model.StowageException;
import dev.stowage.registry.Retries;
import dev.stowage.transfer.Listener;
import dev.stowage.transfer.Listener.Progress;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import javax.net.ssl.SSLHandshakeException;

/// A copy done once more where it failed in a way that may pass. Single requests have been repeated
/// by then; this is for what cannot be repeated on its own, such as the upload of a layer that is
/// made while it is sent. What has arrived is not moved again.
final class Retrying {
  private static final int SERVER_ERROR = 500;
  private static final int TIMEOUT = 408;
  private static final int TOO_MANY = 429;

  /// The code of an upload that the registry has lost, which a new one makes up for.
  private static final String LOST_UPLOAD = "BLOB_UPLOAD_UNKNOWN";

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
          || refused.codes().contains(LOST_UPLOAD)
          || status == RegistryException.NO_STATUS && lineBroke(refused);
    }
    return !(e instanceof StowageException
        || e instanceof InterruptedIOException && !(e instanceof SocketTimeoutException)
        || e instanceof ConnectException
        || e instanceof NoRouteToHostException
        || e instanceof UnknownHostException
        || e instanceof FileSystemException);
  }

  /// Whether a failure that is told as the registry's comes from a line that was there and broke.
  private static boolean lineBroke(RegistryException told) {
    for (Throwable cause = told.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException
          || cause instanceof NoRouteToHostException
          || cause instanceof UnknownHostException
          || cause instanceof SSLHandshakeException) {
        return false;
      }
      if (cause instanceof SocketException
          || cause instanceof EOFException
          || cause instanceof SocketTimeoutException) {
        return true;
      }
    }
    return false;
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
