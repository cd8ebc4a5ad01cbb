package dev.stowage.registry;

import dev.stowage.model.Repository;

/// What a bearer token is good for: `type:name:actions`.
///
/// @see <a
///   href="https://github.com/distribution/distribution/blob/main/docs/content/spec/auth/scope.md">
///   token scopes</a>
record Scope(String text) {
  /// Nothing but being known.
  static final Scope NONE = new Scope("");

  static final Scope CATALOG = new Scope("registry:catalog:*");

  static Scope pull(Repository repository) {
    return new Scope("repository:" + repository.path() + ":pull");
  }
}
