package dev.stowage.testkit;

/// Who may use an embedded registry, and how they prove it.
public sealed interface Access {

  /// Everybody, without proof.
  record Open() implements Access {}

  /// One user, by password with every request.
  record Password(String user, String password) implements Access {}

  /// Whoever holds a token of the registry's own token server.
  ///
  /// @param user whom the token server gives any token, by password or as the OAuth2 refresh token
  ///   `identity-` and the password
  /// @param anonymous what everybody else gets
  /// @param seconds how long a token says it lives
  record Tokens(String user, String password, Anonymous anonymous, int seconds) implements Access {}

  /// What a token server gives to those who do not say who they are.
  enum Anonymous {
    NOTHING,
    PULL
  }
}
