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
    return switch (e) {
      case StowageException _ -> false;
      case SocketTimeoutException _ -> true;
      case InterruptedIOException _ -> false;
      case SSLHandshakeException _ -> false;
      case SSLPeerUnverifiedException _ -> false;
      case ConnectException _ -> line == Line.KNOWN_GOOD;
      case NoRouteToHostException _ -> line == Line.KNOWN_GOOD;
      case UnknownHostException _ -> line == Line.KNOWN_GOOD;
      default -> true;
    };
  }

  /// Whether the thread was interrupted, which ends everything at once.
  static boolean interrupted(IOException e) {
    return e instanceof InterruptedIOException && !(e instanceof SocketTimeoutException);
  }
}
