package dev.stowage.registry;

import java.util.List;
import java.util.Optional;

/// What a registry is asked to do.
///
/// @param place a path with its query at the registry, or an absolute URL that the registry named
///   in an answer
/// @param scopes what the caller has to be allowed
record Order(
    String method,
    String place,
    Headers headers,
    List<Scope> scopes,
    Optional<Request.Payload> payload) {

  Order {
    scopes = List.copyOf(scopes);
  }

  static Order of(String method, String place, Scope scope) {
    return new Order(
        method,
        place,
        Headers.NONE,
        scope.equals(Scope.NONE) ? List.of() : List.of(scope),
        Optional.empty());
  }

  Order with(Headers other) {
    return new Order(method, place, other, scopes, payload);
  }

  Order with(String name, String value) {
    return with(headers.with(name, value));
  }

  Order with(Scope other) {
    List<Scope> more = new java.util.ArrayList<>(scopes);
    more.add(other);
    return new Order(method, place, headers, more, payload);
  }

  Order carrying(Request.Payload content) {
    return new Order(method, place, headers, scopes, Optional.of(content));
  }
}
