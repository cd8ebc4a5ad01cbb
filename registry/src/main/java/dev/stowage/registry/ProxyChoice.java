package dev.stowage.registry;

import java.net.URI;
import java.util.Optional;

/// Says which proxy a URL is reached through.
public interface ProxyChoice {
  /// Every server is reached directly.
  ProxyChoice DIRECT = _ -> Optional.empty();

  /// The proxy for a URL: `http`, `https`, `socks5` or `socks5h`, with the user in it where the
  /// proxy wants one. Empty where the server is reached directly.
  Optional<URI> proxyFor(URI target);
}
