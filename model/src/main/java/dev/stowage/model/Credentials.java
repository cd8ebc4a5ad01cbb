package dev.stowage.model;

import org.jspecify.annotations.Nullable;

/// Who a registry is told is calling.
public sealed interface Credentials {

  /// Whatever the machine's auth files and credential helpers hold for the registry.
  record Ambient() implements Credentials {}

  /// Nobody, even where the machine knows somebody.
  record Anonymous() implements Credentials {
    // Spelled out, because what a record has of its own is linked at run time.
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Anonymous;
    }

    @Override
    public int hashCode() {
      return 1;
    }
  }

  /// A user with a password.
  record Basic(String user, Secret password) implements Credentials {}

  /// A long-lived token that the registry's token server exchanges for short ones.
  ///
  /// @see <a
  ///   href="https://github.com/distribution/distribution/blob/main/docs/content/spec/auth/oauth.md">
  ///   OAuth2 token authentication</a>
  record IdentityToken(Secret token) implements Credentials {}

  /// A bearer token for the registry itself, sent as it is.
  record Token(Secret token) implements Credentials {}
}
