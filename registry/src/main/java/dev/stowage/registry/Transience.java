package dev.stowage.registry;

import dev.stowage.model.StowageException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;

/// Tells failures of a line that pass from those that stay.
final class Transience {

  /// How far a failing line got.
  enum Line {
    /// Nobody was there at the first call: a wrong name is likelier than a short absence.
    NEVER_OPEN,
    /// It worked before.
    KNOWN_GOOD
  }

  private Transience() {}

  static boolean passes(IOException e, Line line) {
    // Not a switch over types, which is linked at run time: a short command would wait for that.
    if (e instanceof SocketTimeoutException) {
      return true;
    }
    if (e instanceof StowageException
        || e instanceof InterruptedIOException
        || e instanceof SSLHandshakeException
        || e instanceof SSLPeerUnverifiedException) {
      return false;
    }
    boolean nobodyThere =
        e instanceof ConnectException
            || e instanceof NoRouteToHostException
            || e instanceof UnknownHostException;
    return !nobodyThere || line == Line.KNOWN_GOOD;
  }

  /// Whether the thread was interrupted, which ends everything at once.
  static boolean interrupted(IOException e) {
    return e instanceof InterruptedIOException && !(e instanceof SocketTimeoutException);
  }
}
