package dev.stowage.registry;

import dev.stowage.config.FoundCredentials;
import dev.stowage.model.Credentials;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// The words in which credentials are sent and spoken of.
final class Authorization {
  private Authorization() {}

  /// The value of an `Authorization` header.
  static String basic(Credentials.Basic basic) {
    String pair = basic.user() + ":" + basic.password().reveal();
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  /// What to do about refused credentials, in parentheses, to be put after the refusal.
  static String advice(FoundCredentials found, String registry) {
    String source = found.trace().isEmpty() ? "" : " from " + found.source();
    return switch (found.credentials()) {
      case Credentials.Ambient _ -> "";
      case Credentials.Anonymous _ ->
          " (no credentials for " + registry + ": log in with \"stowage login " + registry + "\")";
      case Credentials.Basic basic ->
          " (as user " + basic.user() + source + ": check the password or log in again)";
      case Credentials.IdentityToken _ -> " (with the identity token" + source + ": log in again)";
      case Credentials.Token _ -> " (with the bearer token" + source + ")";
    };
  }
}
