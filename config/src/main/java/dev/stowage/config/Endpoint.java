package dev.stowage.config;

import dev.stowage.model.Reference;
import dev.stowage.model.Repository;

/// One place to ask for an image.
///
/// @param reference what the image is called there
/// @param security how the registry is spoken to
/// @param role why it is asked
/// @param origin what made it a place to ask
public record Endpoint(
    Reference reference, RegistryEntry.Security security, Role role, Origin origin) {

  /// Why a place is asked.
  public enum Role {
    /// It is where the name points to.
    PRIMARY,
    /// It holds copies.
    MIRROR
  }

  /// Where the name itself points to, by TLS with a certificate that is verified.
  public static Endpoint of(Reference reference) {
    return new Endpoint(reference, RegistryEntry.Security.VERIFIED, Role.PRIMARY, Origin.BUILT_IN);
  }

  /// The same place, spoken to as the caller says.
  public Endpoint with(RegistryEntry.Security other) {
    return new Endpoint(reference, other, role, origin);
  }

  /// The host and port to connect to. Docker's registry answers at another host than its name.
  public String host() {
    String host = reference.repository().host();
    return host.equals(Repository.DOCKER_IO) ? "registry-1.docker.io" : host;
  }

  /// Whether credentials that were given for the wanted image may be sent here: only where the
  /// registry is the one in the image's name.
  public boolean isHostOf(Reference wanted) {
    return reference.repository().host().equals(wanted.repository().host());
  }
}
