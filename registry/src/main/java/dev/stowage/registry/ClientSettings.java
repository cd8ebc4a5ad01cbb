package dev.stowage.registry;

import dev.stowage.config.CredentialSources;
import dev.stowage.config.FoundCredentials;
import dev.stowage.config.Proxies;
import dev.stowage.config.RegistryCertificates;
import dev.stowage.config.Surroundings;
import dev.stowage.model.Credentials;
import dev.stowage.model.Repository;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What all connections to registries have in common.
public record ClientSettings(
    String userAgent,
    TlsSource tls,
    CredentialSource credentials,
    ProxyChoice proxies,
    Timeouts timeouts,
    Retries retries,
    Notices notices) {

  /// Those of a machine that holds neither certificates nor credentials.
  public static final ClientSettings DEFAULT =
      new ClientSettings(
          "stowage",
          TlsSource.DEFAULT,
          _ -> new FoundCredentials(new Credentials.Anonymous(), List.of()),
          ProxyChoice.DIRECT,
          Timeouts.DEFAULT,
          Retries.DEFAULT,
          Notices.NONE);

  /// The settings that a machine asks for: its certificates, its credentials, its proxies.
  ///
  /// @param certificates the directory that `--cert-dir` names
  public static ClientSettings of(
      Surroundings surroundings, CredentialSources credentials, Optional<Path> certificates)
      throws IOException {
    CredentialSource ambient =
        new CredentialSource() {
          @Override
          public FoundCredentials find(Repository repository) throws IOException {
            return credentials.find(repository);
          }

          @Override
          public FoundCredentials find(String host) throws IOException {
            return credentials.find(host);
          }
        };
    Optional<Path> bundle = surroundings.variable("SSL_CERT_FILE").map(surroundings::absolute);
    return DEFAULT
        .withTls(
            host -> settings(RegistryCertificates.find(surroundings, host, certificates), bundle))
        .withCredentials(ambient)
        .withProxies(Proxies.of(surroundings)::before);
  }

  private static TlsSettings settings(RegistryCertificates found, Optional<Path> bundle) {
    List<TlsSettings.ClientKey> keys =
        found.clients().stream()
            .map(client -> new TlsSettings.ClientKey(client.certificate(), client.key()))
            .toList();
    return new TlsSettings(found.authorities(), keys, bundle);
  }

  public ClientSettings withUserAgent(String name) {
    return new ClientSettings(name, tls, credentials, proxies, timeouts, retries, notices);
  }

  public ClientSettings withTls(TlsSource source) {
    return new ClientSettings(userAgent, source, credentials, proxies, timeouts, retries, notices);
  }

  public ClientSettings withCredentials(CredentialSource source) {
    return new ClientSettings(userAgent, tls, source, proxies, timeouts, retries, notices);
  }

  public ClientSettings withProxies(ProxyChoice choice) {
    return new ClientSettings(userAgent, tls, credentials, choice, timeouts, retries, notices);
  }

  public ClientSettings withTimeouts(Timeouts limits) {
    return new ClientSettings(userAgent, tls, credentials, proxies, limits, retries, notices);
  }

  public ClientSettings withRetries(Retries policy) {
    return new ClientSettings(userAgent, tls, credentials, proxies, timeouts, policy, notices);
  }

  public ClientSettings withNotices(Notices listener) {
    return new ClientSettings(userAgent, tls, credentials, proxies, timeouts, retries, listener);
  }
}
