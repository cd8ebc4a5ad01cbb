package dev.stowage.registry;

import dev.stowage.config.Proxies;
import java.util.Optional;

/// Says which proxy a server is reached through.
public interface ProxyChoice {
  /// Every server is reached directly.
  ProxyChoice DIRECT = (_, _, _) -> Optional.empty();

  /// The proxy for a server; empty where it is reached directly.
  ///
  /// @param scheme `http` or `https`
  Optional<Proxies.Proxy> before(String scheme, String host, int port);
}
