package dev.stowage.config;

import java.util.List;
import java.util.Optional;

/// What registries.conf says about the images whose names begin with a prefix.
///
/// @param prefix the beginning of names: a host, a namespace, a repository, or `*.host`
/// @param location what stands in the prefix's place when the registry is asked; empty for a prefix
///   `*.host` that leaves names as they are
/// @param security how the location is spoken to
/// @param mirrors where to ask before the location, in this order
/// @param access whether the location may be asked at all
/// @param origin the table in the file
public record RegistryEntry(
    String prefix,
    String location,
    Security security,
    List<Mirror> mirrors,
    Access access,
    Origin origin) {

  /// How a registry is spoken to.
  public enum Security {
    /// HTTPS with a certificate that is verified.
    VERIFIED,
    /// HTTPS with any certificate, or HTTP.
    INSECURE
  }

  /// Whether a registry may be asked.
  public enum Access {
    ALLOWED,
    BLOCKED
  }

  /// A place that holds copies.
  ///
  /// @param location what stands in the prefix's place there
  /// @param security how it is spoken to
  /// @param use for which pulls it is asked
  public record Mirror(String location, Security security, Use use) {

    /// For which pulls a mirror is asked. A tag may mean another image there than at the primary
    /// location; a digest cannot.
    public enum Use {
      ALL,
      DIGEST_ONLY,
      TAG_ONLY
    }
  }

  public RegistryEntry {
    mirrors = List.copyOf(mirrors);
  }

  /// How much of a name this entry's prefix covers; empty where it does not match.
  Optional<Integer> covers(String name) {
    int end = prefix.length();
    if (prefix.startsWith("*.")) {
      String host = prefix.substring(1);
      int at = name.indexOf(host);
      int slash = name.indexOf('/');
      if (at < 0 || (slash >= 0 && slash < at)) {
        return Optional.empty();
      }
      end = at + host.length();
    } else if (!name.startsWith(prefix)) {
      return Optional.empty();
    }
    // As with the peers, a host without a port covers the same host with one.
    if (end == name.length() || ":/@".indexOf(name.charAt(end)) >= 0) {
      return Optional.of(end);
    }
    return Optional.empty();
  }
}
