package dev.stowage.testkit;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A request as the embedded registry received it.
///
/// @param path absolute, percent-decoding left undone
/// @param query empty where there was none
/// @param headers by lower-case names
/// @param form the body of a form; empty for every other body
/// @param connection the number of the connection it came over, counted from 1
public record LoggedRequest(
    String method,
    String path,
    String query,
    Map<String, List<String>> headers,
    String form,
    int connection) {

  public LoggedRequest {
    headers = Map.copyOf(headers);
  }

  /// The first value of a header.
  public Optional<String> header(String name) {
    List<String> values = headers.get(name.toLowerCase(Locale.ROOT));
    return values == null || values.isEmpty() ? Optional.empty() : Optional.of(values.getFirst());
  }

  @Override
  public String toString() {
    return method + " " + path + (query.isEmpty() ? "" : "?" + query);
  }
}
