package dev.stowage.registry;

import dev.stowage.model.Credentials;
import dev.stowage.model.Repository;
import java.io.IOException;

/// Finds the credentials that the machine holds for a repository.
public interface CredentialSource {
  /// A machine that holds none.
  CredentialSource NONE = _ -> new Found(new Credentials.Anonymous(), "");

  /// Credentials and where they come from.
  ///
  /// @param credentials never [Credentials.Ambient]
  /// @param source for people, for example the path of an auth file; empty for anonymous ones
  record Found(Credentials credentials, String source) {}

  /// The credentials of the most specific entry that covers the repository; anonymous where there
  /// is none.
  Found find(Repository repository) throws IOException;
}
