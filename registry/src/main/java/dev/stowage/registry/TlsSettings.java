package dev.stowage.registry;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What one registry's TLS connections trust and show, beside the authorities of the system.
///
/// @param authorities PEM files of certificates that are trusted in addition
/// @param clientKeys what is shown to a server that asks who calls
/// @param system the PEM bundle of the system's authorities; without it, the usual places are
///   tried, then the JDK's own list
/// @see <a
///   href="https://github.com/containers/container-libs/blob/main/image/docs/containers-certs.d.5.md">
///   containers-certs.d(5)</a>
public record TlsSettings(
    List<Path> authorities, List<ClientKey> clientKeys, Optional<Path> system) {

  /// A client's certificate chain and its private key, both in PEM.
  public record ClientKey(Path certificate, Path key) {}

  /// The system's authorities and no client certificate.
  public static final TlsSettings DEFAULT = new TlsSettings(List.of(), List.of(), Optional.empty());

  public TlsSettings {
    authorities = List.copyOf(authorities);
    clientKeys = List.copyOf(clientKeys);
  }
}
