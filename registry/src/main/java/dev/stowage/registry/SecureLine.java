package dev.stowage.registry;

import java.io.IOException;
import java.net.Socket;
import java.util.Locale;
import java.util.Optional;

/// A TLS connection to a server that is no registry, made as those to registries are.
public final class SecureLine {
  /// Whether the certificate of the server has to prove its name.
  public enum Proof {
    WANTED,
    NOT_WANTED
  }

  private SecureLine() {}

  /// Connects. Reading and writing wait for as long as the server lets them.
  ///
  /// @param host a name or an address, without brackets; what the certificate has to name
  /// @param settings what is trusted and shown
  /// @throws IOException if the server cannot be reached, speaks no TLS, or is not who it should be
  public static Socket open(String host, int port, TlsSettings settings, Proof proof)
      throws IOException {
    Tls tls =
        Tls.of(
            settings,
            proof == Proof.WANTED ? Tls.Verification.ON : Tls.Verification.OFF,
            Tls.Identity.SHOWN);
    Socket line =
        new Dialer(Timeouts.DEFAULT)
            .dial(
                new Origin(Origin.Scheme.HTTPS, host.toLowerCase(Locale.ROOT), port),
                tls,
                Optional.empty());
    try {
      line.setSoTimeout(0);
      return line;
    } catch (IOException e) {
      line.close();
      throw e;
    }
  }
}
