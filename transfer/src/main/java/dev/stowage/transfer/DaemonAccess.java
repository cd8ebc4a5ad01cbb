package dev.stowage.transfer;

import java.nio.file.Path;
import java.util.Optional;

/// How a Docker daemon is reached.
///
/// @param host where it listens: `unix:///path`, `tcp://host:port` with TLS, or `http://host:port`
///   without; its usual socket where it is empty
/// @param tls whether a daemon with TLS has to prove its name
/// @param certificates the directory with what a daemon with TLS is asked by: `ca.pem`, the
///   authority that is trusted beside the system's, and `cert.pem` and `key.pem`, which tell it who
///   is calling
/// @param system the PEM bundle of the system's authorities where it is not at its usual place
/// @see <a href="https://docs.docker.com/engine/security/protect-access/">Protect the Docker daemon
///   socket</a>
public record DaemonAccess(
    Optional<String> host,
    RegistryAccess.Tls tls,
    Optional<Path> certificates,
    Optional<Path> system) {
  /// At its usual socket.
  public static final DaemonAccess DEFAULT =
      new DaemonAccess(
          Optional.empty(), RegistryAccess.Tls.AS_CONFIGURED, Optional.empty(), Optional.empty());
}
