package dev.stowage.registry;

import dev.stowage.config.FoundCredentials;
import dev.stowage.model.Credentials;
import dev.stowage.model.MalformedException;
import dev.stowage.model.RegistryException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// One registry, as one user talks to it: whether it speaks TLS, how it wants to know who calls,
/// the tokens it takes. It follows redirects and tries again what passes; what an answer means is
/// its callers' matter.
///
/// Credentials go to the registry's own origin, and to the token server it names, and nowhere else.
final class RegistrySession {
  private static final String DOCKER_HUB = "registry-1.docker.io";
  private static final String DOCKER_SEARCH = "index.docker.io";

  private final String name;
  private final String server;
  private final FoundCredentials found;
  private final Transport transport;
  private final ClientSettings settings;
  private final Tls tls;
  private final Tls foreignTls;
  private final Tokens tokens;
  private final Greeter greeter;
  private final Set<String> warnings = ConcurrentHashMap.newKeySet();

  /// @param name the registry's host as image names write it
  RegistrySession(
      String name,
      Tls.Verification verification,
      FoundCredentials found,
      Transport transport,
      ClientSettings settings)
      throws IOException {
    this.name = name;
    this.server = name.equals(dev.stowage.model.Repository.DOCKER_IO) ? DOCKER_HUB : name;
    this.found = found;
    this.transport = transport;
    this.settings = settings;
    TlsSettings tlsSettings = settings.tls().settingsFor(name);
    this.tls = Tls.of(tlsSettings, verification, Tls.Identity.SHOWN);
    this.foreignTls =
        tlsSettings.clientKeys().isEmpty()
            ? tls
            : Tls.of(tlsSettings, verification, Tls.Identity.WITHHELD);
    this.tokens = new Tokens(this::callTokenServer, found, name);
    this.greeter =
        new Greeter(
            name,
            server,
            verification,
            settings.retries(),
            request -> follow(request, Optional.empty(), tls),
            this::probe);
  }

  /// The registry's host as image names write it.
  String name() {
    return name;
  }

  FoundCredentials credentials() {
    return found;
  }

  /// Sends a request and tries again what passes.
  ///
  /// @param order one that does no harm if it is carried out twice
  /// @throws RegistryException if no answer was to be had; every answer, whatever its status, is
  ///   returned and to be closed
  Response send(Order order, Retries retries) throws IOException {
    Backoff backoff = new Backoff(retries);
    while (true) {
      Optional<Duration> pause;
      try {
        Response response = sendOnce(order);
        if (!passing(response.status())) {
          return response;
        }
        pause = backoff.next(RetryAfter.of(response.headers(), Instant.now()));
        if (pause.isEmpty()) {
          return response;
        }
        response.close();
      } catch (IOException e) {
        if (!Transience.passes(e, Transience.Line.NEVER_OPEN)) {
          throw e;
        }
        pause = backoff.next(Optional.empty());
        if (pause.isEmpty()) {
          throw e;
        }
      }
      Backoff.sleep(pause.get());
    }
  }

  static boolean passing(int status) {
    return status == 408 || status == 429 || status >= 500 && status != 501 && status != 505;
  }

  /// Sends a request once, or as often as authentication needs. Where the registry itself named a
  /// place on another host, that host is shown no credentials.
  Response sendOnce(Order order) throws IOException {
    Greeter.Greeting greeting = greeter.greeting();
    URI home = uri(greeting.scheme() + "://" + server + "/v2/");
    URI uri =
        order.place().startsWith("/")
            ? uri(greeting.scheme() + "://" + server + order.place())
            : homeward(uri(escaped(order.place())), home);
    Request request = new Request(order.method(), uri, order.headers(), order.payload());
    if (!Origin.of(uri).equals(Origin.of(home))) {
      refuseDowngrade(request.described(), home, uri);
      return follow(request, Optional.empty(), foreignTls);
    }
    List<Challenge> challenges = greeting.challenges();
    List<Scope> scopes = order.scopes();
    String refused = "";
    for (int round = 1; ; round++) {
      Optional<String> authorization = authorization(challenges, scopes, refused);
      Response response = follow(request, authorization, tls);
      if (response.status() != 401
          || round >= Limits.AUTHENTICATIONS
          || !Origin.of(response.uri()).equals(Origin.of(uri))) {
        return response;
      }
      List<Challenge> offered = Challenge.of(response.headers());
      boolean basic = authorization.isPresent() && authorization.get().startsWith("Basic ");
      if (basic || authorization.isEmpty() && offered.isEmpty()) {
        return response;
      }
      refused = authorization.isPresent() ? authorization.get().substring("Bearer ".length()) : "";
      challenges = offered.isEmpty() ? challenges : offered;
      scopes = widened(scopes, challenges);
      if (found.credentials() instanceof Credentials.Token && authorization.isPresent()
          || authorization(challenges).isEmpty()) {
        return response;
      }
      response.close();
    }
  }

  /// A registry behind a proxy that speaks TLS for it may name its own places without TLS.
  private static URI homeward(URI named, URI home) throws MalformedException {
    Origin origin = Origin.of(named);
    Origin own = Origin.of(home);
    boolean without =
        own.secure()
            && !origin.secure()
            && own.host().equals(origin.host())
            && (named.getPort() < 0 || named.getPort() == own.port());
    if (!without) {
      return named;
    }
    String path = named.getRawPath() == null ? "/" : named.getRawPath();
    String query = named.getRawQuery() == null ? "" : "?" + named.getRawQuery();
    return uri(own.scheme() + "://" + home.getRawAuthority() + path + query);
  }

  /// The scopes, and those that the registry itself says it wants.
  private static List<Scope> widened(List<Scope> scopes, List<Challenge> challenges) {
    for (Challenge challenge : challenges) {
      if (challenge.scheme().equals(Challenge.BEARER)) {
        return Scope.widened(scopes, challenge.parameter("scope").orElse(""));
      }
    }
    return scopes;
  }

  /// The first offered challenge that these credentials can meet.
  private Optional<Challenge> authorization(List<Challenge> challenges) {
    for (Challenge challenge : challenges) {
      boolean met =
          switch (challenge.scheme()) {
            case Challenge.BASIC -> found.credentials() instanceof Credentials.Basic;
            case Challenge.BEARER -> true;
            default -> false;
          };
      if (met) {
        return Optional.of(challenge);
      }
    }
    return Optional.empty();
  }

  private Optional<String> authorization(
      List<Challenge> challenges, List<Scope> scopes, String refused) throws IOException {
    Optional<Challenge> challenge = authorization(challenges);
    if (challenge.isEmpty()) {
      return Optional.empty();
    }
    if (challenge.get().scheme().equals(Challenge.BASIC)
        && found.credentials() instanceof Credentials.Basic basic) {
      return Optional.of(Authorization.basic(basic));
    }
    if (found.credentials() instanceof Credentials.Token(var token)) {
      return Optional.of("Bearer " + token.reveal());
    }
    return Optional.of("Bearer " + tokens.token(challenge.get(), scopes, refused));
  }

  private Response callTokenServer(Request request) throws IOException {
    Optional<String> authorization = request.headers().first("Authorization");
    boolean secrets = !(found.credentials() instanceof Credentials.Anonymous);
    if (secrets
        && !Origin.of(request.uri()).secure()
        && tls.verification() == Tls.Verification.ON) {
      throw new RegistryException(
          "registry "
              + name
              + " wants the credentials"
              + (found.trace().isEmpty() ? "" : " from " + found.source())
              + " sent to "
              + Origin.redacted(request.uri())
              + " without TLS: refused, because the registry is not set insecure",
          RegistryException.NO_STATUS,
          List.of(),
          Optional.empty(),
          null);
    }
    Request bare =
        authorization.isEmpty()
            ? request
            : new Request(request.method(), request.uri(), Headers.NONE, request.payload());
    Backoff backoff = new Backoff(settings.retries());
    while (true) {
      Optional<Duration> pause;
      try {
        Response response = follow(bare, authorization, tls);
        if (!passing(response.status())) {
          return response;
        }
        pause = backoff.next(RetryAfter.of(response.headers(), Instant.now()));
        if (pause.isEmpty()) {
          return response;
        }
        response.close();
      } catch (IOException e) {
        pause =
            Transience.passes(e, Transience.Line.NEVER_OPEN)
                ? backoff.next(Optional.empty())
                : Optional.empty();
        if (pause.isEmpty()) {
          throw e;
        }
      }
      Backoff.sleep(pause.get());
    }
  }

  /// Calls an URL that is no part of the registry: without credentials and without a client
  /// certificate.
  Response sendForeign(URI uri, Headers headers) throws IOException {
    return follow(Request.get(uri, headers), Optional.empty(), foreignTls);
  }

  /// Calls a place that shows itself to everybody.
  ///
  /// @param path at the registry, outside of what the protocol describes
  Response sendBare(String path, Headers headers) throws IOException {
    URI uri =
        name.equals(dev.stowage.model.Repository.DOCKER_IO)
            ? uri("https://" + DOCKER_SEARCH + path)
            : uri(greeter.greeting().scheme() + "://" + server + path);
    return follow(Request.get(uri, headers), Optional.empty(), foreignTls);
  }

  /// Asks without a promise: the place may speak otherwise, and then says nothing.
  ///
  /// @return empty where a proxy stands before it, or where no answer came in time
  private Optional<Response> probe(Request request) throws IOException {
    if (!transport.direct(Origin.of(request.uri()))) {
      return Optional.empty(); // a proxy may wait for what will never answer
    }
    Request complete =
        new Request(request.method(), request.uri(), common(request.headers()), request.payload());
    try {
      Optional<Response> response = transport.probe(complete, tls);
      if (response.isPresent()) {
        noteWarnings(response.get());
      }
      return response;
    } catch (IOException e) {
      throw Wording.with(request.described() + ": ", e);
    }
  }

  /// Sends a request and goes where the answers point. The authorization is dropped for good at the
  /// first step to another origin.
  private Response follow(Request first, Optional<String> authorization, Tls firstTls)
      throws IOException {
    Origin home = Origin.of(first.uri());
    Request request =
        new Request(first.method(), first.uri(), common(first.headers()), first.payload());
    Optional<String> shown = authorization;
    Tls line = firstTls;
    Set<URI> seen = new HashSet<>();
    seen.add(first.uri());
    while (true) {
      Request complete = shown.isEmpty() ? request : request.with("Authorization", shown.get());
      Response response = send(complete, line);
      if (!redirects(response.status()) || !movesOn(request, response.status())) {
        return response;
      }
      Optional<String> location = response.headers().first("Location");
      if (location.isEmpty()) {
        return response;
      }
      URI next;
      try (response) {
        next = target(request.uri(), location.get());
        if (!seen.add(next)) {
          throw new MalformedException(
              request.described() + ": redirected in a circle to " + Origin.redacted(next));
        }
        if (seen.size() > Limits.REDIRECTS + 1) {
          throw new MalformedException(
              first.described() + ": stopped after " + Limits.REDIRECTS + " redirects");
        }
        refuseDowngrade(request.described(), request.uri(), next);
      }
      if (!Origin.of(next).equals(home)) {
        shown = Optional.empty();
        line = foreignTls;
      }
      request = request.to(next);
    }
  }

  private void refuseDowngrade(String what, URI from, URI to) throws MalformedException {
    if (Origin.of(from).secure()
        && !Origin.of(to).secure()
        && tls.verification() == Tls.Verification.ON) {
      throw new MalformedException(
          what
              + ": redirected to "
              + Origin.redacted(to)
              + " without TLS: refused, because the registry is not set insecure");
    }
  }

  /// Whether the request goes to another place as it is. One with a body does only where the status
  /// says that the body goes along.
  private static boolean movesOn(Request request, int status) {
    return request.payload().isEmpty()
        || request.payload().get().repeatable() && (status == 307 || status == 308);
  }

  private Response send(Request request, Tls line) throws IOException {
    try {
      Response response = transport.send(request, line);
      noteWarnings(response);
      return response;
    } catch (IOException e) {
      throw Wording.with(request.described() + ": ", e);
    }
  }

  private void noteWarnings(Response response) {
    for (String header : response.headers().all("Warning")) {
      Optional<String> text = RegistryWarning.parse(header);
      if (text.isPresent() && warnings.add(text.get())) {
        settings.notices().warned(name, text.get());
      }
    }
  }

  private Headers common(Headers headers) {
    return headers
        .with("User-Agent", settings.userAgent())
        .with("Docker-Distribution-API-Version", "registry/2.0")
        .with("Accept-Encoding", "identity");
  }

  static boolean redirects(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  }

  static URI target(URI from, String location) throws MalformedException {
    URI target = from.resolve(uri(escaped(location)));
    Origin.of(target);
    return target;
  }

  /// Servers put characters into `Location` that belong escaped.
  private static String escaped(String location) {
    StringBuilder text = new StringBuilder(location.length());
    for (int i = 0; i < location.length(); i++) {
      char c = location.charAt(i);
      if (c <= ' ' || c >= 0x7f || "\"<>\\^`{|}".indexOf(c) >= 0) {
        text.append('%')
            .append(Character.toUpperCase(Character.forDigit(c >> 4 & 15, 16)))
            .append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }

  static URI uri(String text) throws MalformedException {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw new MalformedException("invalid URL: " + e.getMessage(), e.getIndex(), e);
    }
  }
}
