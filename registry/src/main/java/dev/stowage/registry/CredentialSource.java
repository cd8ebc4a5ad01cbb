package dev.stowage.registry;

import dev.stowage.config.FoundCredentials;
import dev.stowage.model.Credentials;
import dev.stowage.model.Repository;
import java.io.IOException;
import java.util.List;

/// Finds the credentials that the machine holds for a repository.
public interface CredentialSource {
  /// A machine that holds none.
  CredentialSource NONE = new None();

  /// The credentials of the most specific entry that covers the repository; anonymous where there
  /// is none, and never [Credentials.Ambient].
  FoundCredentials find(Repository repository) throws IOException;

  /// The credentials for a registry as a whole.
  default FoundCredentials find(String host) throws IOException {
    return find(new Repository(host, "any"));
  }

  /// Finds nothing. (A lambda in an interface would be made anew at each start: no cache holds it.)
  record None() implements CredentialSource {
    @Override
    public FoundCredentials find(Repository repository) {
      return new FoundCredentials(new Credentials.Anonymous(), List.of());
    }
  }
}
