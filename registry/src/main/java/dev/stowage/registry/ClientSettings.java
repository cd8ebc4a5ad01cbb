package dev.stowage.registry;

/// What all connections to registries have in common.
public record ClientSettings(
    String userAgent,
    TlsSource tls,
    CredentialSource credentials,
    ProxyChoice proxies,
    Timeouts timeouts,
    Retries retries,
    Notices notices) {

  public static final ClientSettings DEFAULT =
      new ClientSettings(
          "stowage",
          TlsSource.DEFAULT,
          CredentialSource.NONE,
          ProxyChoice.DIRECT,
          Timeouts.DEFAULT,
          Retries.DEFAULT,
          Notices.NONE);

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
