package dev.stowage.registry;

import dev.stowage.model.MalformedException;
import dev.stowage.model.RegistryException;
import dev.stowage.model.StowageException;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLHandshakeException;

/// Puts the place in front of a failure and keeps its kind.
final class Wording {
  private Wording() {}

  static IOException with(String prefix, IOException e) {
    if (Transience.interrupted(e) || e instanceof PayloadException) {
      return e;
    }
    String detail = e.getMessage();
    String text = prefix + (detail == null || detail.isEmpty() ? e.toString() : detail);
    // Not a switch over types, which is linked at run time: a short command would wait for that.
    if (e instanceof MalformedException malformed) {
      return new MalformedException(text, malformed.position(), malformed);
    }
    if (e instanceof RegistryException refused) {
      return new RegistryException(
          text, refused.status(), refused.codes(), refused.retryAfter(), refused);
    }
    if (e instanceof StowageException) {
      return e;
    }
    if (e instanceof SocketTimeoutException) {
      return caused(new SocketTimeoutException(text), e);
    }
    if (e instanceof ConnectException) {
      return caused(new ConnectException(text), e);
    }
    if (e instanceof UnknownHostException) {
      return caused(new UnknownHostException(text), e);
    }
    if (e instanceof SSLHandshakeException) {
      return caused(new SSLHandshakeException(text), e);
    }
    return e instanceof EOFException ? caused(new EOFException(text), e) : new IOException(text, e);
  }

  private static IOException caused(IOException named, IOException cause) {
    named.initCause(cause);
    return named;
  }

  /// A failure of the line as a failure of the registry, where it is not yet told as one.
  static IOException told(String prefix, IOException e) {
    IOException named = with(prefix, e);
    return named instanceof StowageException || Transience.interrupted(named)
        ? named
        : new RegistryException(
            String.valueOf(named.getMessage()),
            RegistryException.NO_STATUS,
            List.of(),
            Optional.empty(),
            e);
  }
}
