package dev.stowage.registry;

import dev.stowage.model.Repository;

/// One place from which the images of a repository can be had.
///
/// @param repository the repository by its name at this place, which may differ from the name that
///   was asked for
public record Endpoint(Repository repository, Security security, Role role) {

  /// What is asked of the connection.
  public enum Security {
    /// TLS with a certificate that proves the server's name.
    VERIFIED,
    /// TLS with any certificate, else plain HTTP.
    INSECURE
  }

  /// Whose place it is.
  public enum Role {
    PRIMARY,
    MIRROR
  }

  /// The repository's own registry, with verified TLS.
  public static Endpoint of(Repository repository) {
    return new Endpoint(repository, Security.VERIFIED, Role.PRIMARY);
  }

  public Endpoint with(Security other) {
    return new Endpoint(repository, other, role);
  }

  @Override
  public String toString() {
    return repository.toString();
  }
}
