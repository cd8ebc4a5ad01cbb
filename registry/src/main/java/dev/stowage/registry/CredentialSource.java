package dev.stowage.registry;

import dev.stowage.config.FoundCredentials;
import dev.stowage.model.Repository;
import java.io.IOException;

/// Finds the credentials that the machine holds for a repository.
public interface CredentialSource {
  /// The credentials of the most specific entry that covers the repository; anonymous where there
  /// is none, and never [dev.stowage.model.Credentials.Ambient].
  FoundCredentials find(Repository repository) throws IOException;

  /// The credentials for a registry as a whole.
  default FoundCredentials find(String host) throws IOException {
    return find(new Repository(host, "any"));
  }
}
