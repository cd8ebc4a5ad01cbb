package dev.stowage.registry;

import dev.stowage.model.Repository;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a bearer token is good for: `type:name:actions`.
///
/// @see <a
///   href="https://github.com/distribution/distribution/blob/main/docs/content/spec/auth/scope.md">
///   token scopes</a>
record Scope(String text) {
  /// Nothing but being known.
  static final Scope NONE = new Scope("");

  static final Scope CATALOG = new Scope("registry:catalog:*");

  /// The most scopes of one token: a mount needs two, and what the registry asks for beside them.
  private static final int MOST = 8;

  static Scope pull(Repository repository) {
    return of(repository, "pull");
  }

  static Scope push(Repository repository) {
    return of(repository, "pull,push");
  }

  static Scope delete(Repository repository) {
    return of(repository, "pull,delete");
  }

  private static Scope of(Repository repository, String actions) {
    return new Scope("repository:" + repository.path() + ":" + actions);
  }

  /// The scopes, and those that a registry's challenge names, parted by spaces.
  static List<Scope> widened(List<Scope> scopes, String challenged) {
    List<Scope> all = new ArrayList<>(scopes);
    for (String text : challenged.split(" ")) {
      Scope wanted = new Scope(text);
      if (!text.isEmpty() && !all.contains(wanted) && all.size() < MOST) {
        all.add(wanted);
      }
    }
    return all;
  }

  // Spelled out, because what a record has of its own is linked at run time.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Scope scope && text.equals(scope.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }
}
