package dev.stowage.testkit;

import dev.stowage.model.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// The gate of a registry, and the server of the tokens that open it.
final class TokenServer {
  private final Access access;
  private final String url;
  private final Map<String, List<String>> tokens = new ConcurrentHashMap<>();
  private final AtomicInteger count = new AtomicInteger();

  TokenServer(Access access, String url) {
    this.access = access;
    this.url = url;
  }

  void clear() {
    tokens.clear();
  }

  /// The refusal of a request; empty where it may pass.
  Optional<Answer> refuse(LoggedRequest request) {
    String shown = request.header("Authorization").orElse("");
    return switch (access) {
      case Access.Open() -> Optional.empty();
      case Access.Password(String user, String password) ->
          shown.equals(basic(user, password))
              ? Optional.empty()
              : Optional.of(unauthorized("Basic realm=\"embedded registry\""));
      case Access.Tokens bearer -> refuseToken(request, shown);
    };
  }

  private Optional<Answer> refuseToken(LoggedRequest request, String shown) {
    String scope = scopeOf(request);
    String challenge =
        "Bearer realm=\""
            + url
            + "/token\",service=\"embedded registry\""
            + (scope.isEmpty() ? "" : ",scope=\"" + scope + "\"");
    if (!shown.startsWith("Bearer ")) {
      return Optional.of(unauthorized(challenge));
    }
    List<String> scopes = tokens.get(shown.substring("Bearer ".length()));
    if (scopes == null) {
      return Optional.of(unauthorized(challenge + ",error=\"invalid_token\""));
    }
    return scope.isEmpty() || covers(scopes, scope)
        ? Optional.empty()
        : Optional.of(unauthorized(challenge + ",error=\"insufficient_scope\""));
  }

  private static boolean covers(List<String> scopes, String wanted) {
    String name = wanted.substring(0, wanted.lastIndexOf(':') + 1);
    for (String scope : scopes) {
      if (scope.startsWith(name)
          && List.of(scope.substring(name.length()).split(",", -1))
              .containsAll(List.of(wanted.substring(name.length()).split(",", -1)))) {
        return true;
      }
    }
    return false;
  }

  private static String scopeOf(LoggedRequest request) {
    String path = request.path().substring("/v2/".length());
    if (path.isEmpty()) {
      return "";
    }
    if (path.equals("_catalog")) {
      return "registry:catalog:*";
    }
    int end = path.length();
    for (String verb : List.of("/manifests/", "/blobs/", "/tags/", "/referrers/")) {
      int at = path.lastIndexOf(verb);
      end = at > 0 ? Math.min(end, at) : end;
    }
    String actions =
        switch (request.method()) {
          case "GET", "HEAD" -> "pull";
          case "DELETE" -> "delete";
          default -> "pull,push";
        };
    return "repository:" + path.substring(0, end) + ":" + actions;
  }

  /// Answers a request for a token.
  Answer answer(LoggedRequest request) {
    if (!(access instanceof Access.Tokens rules)) {
      return Answer.of(404, "text/plain", "404 page not found");
    }
    boolean post = request.method().equals("POST");
    String text = post ? request.form() : request.query();
    boolean known =
        post
            ? Protocol.parameter(text, "grant_type").orElse("").equals("refresh_token")
                && Protocol.parameter(text, "refresh_token")
                    .orElse("")
                    .equals("identity-" + rules.password())
            : request
                .header("Authorization")
                .orElse("")
                .equals(basic(rules.user(), rules.password()));
    boolean stranger = post || request.header("Authorization").isPresent();
    if (!known && (stranger || rules.anonymous() == Access.Anonymous.NOTHING)) {
      return Answer.error(401, "UNAUTHORIZED", "incorrect username or password");
    }
    List<String> scopes = Protocol.parameters(text, "scope");
    if (!known) {
      scopes = scopes.stream().filter(scope -> scope.endsWith(":pull")).toList();
    }
    String token = "token-" + count.incrementAndGet();
    tokens.put(token, scopes);
    return Answer.of(
        200,
        "application/json",
        Json.object()
            .put(post ? "access_token" : "token", token)
            .put("expires_in", rules.seconds())
            .build()
            .compact());
  }

  private static Answer unauthorized(String challenge) {
    return Answer.error(401, "UNAUTHORIZED", "authentication required")
        .with("WWW-Authenticate", challenge);
  }

  private static String basic(String user, String password) {
    return "Basic "
        + Base64.getEncoder()
            .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
  }
}
