package dev.stowage.registry;

import dev.stowage.config.FoundCredentials;
import dev.stowage.model.Bytes;
import dev.stowage.model.Credentials;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import dev.stowage.model.RegistryException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/// The bearer tokens of one registry for one user, kept until shortly before they expire. Of
/// threads that need the same token at once, one fetches it and the others wait for that.
///
/// @see <a
///   href="https://github.com/distribution/distribution/blob/main/docs/content/spec/auth/token.md">
///   token authentication</a>
final class Tokens {
  /// Servers that state less mean this, by the specification.
  private static final Duration SHORTEST_LIFE = Duration.ofSeconds(60);

  private static final Duration LONGEST_LIFE = Duration.ofDays(1);

  /// How long before its end a token is no longer used, unless a tenth of its life is less.
  private static final Duration MARGIN = Duration.ofSeconds(30);

  /// What a token was asked for.
  private record Key(String realm, String service, List<Scope> scopes) {}

  /// A token, or the place of one that is being fetched.
  private static final class Slot {
    private final ReentrantLock lock = new ReentrantLock();
    private String token = "";
    private long goodUntil;
  }

  private final Caller caller;
  private final FoundCredentials found;
  private final String registry;
  private final Map<Key, Slot> slots = new ConcurrentHashMap<>();

  /// Sends a request that carries no credentials but its own, with retries and redirects.
  interface Caller {
    Response call(Request request) throws IOException;
  }

  /// @param registry the registry's host, for messages
  Tokens(Caller caller, FoundCredentials found, String registry) {
    this.caller = caller;
    this.found = found;
    this.registry = registry;
  }

  /// A token for the scopes.
  ///
  /// @param refused a token that the registry did not take; empty where there is none
  String token(Challenge bearer, List<Scope> scopes, String refused) throws IOException {
    Key key = new Key(realm(bearer), bearer.parameter("service").orElse(""), scopes);
    Slot slot = slots.computeIfAbsent(key, _ -> new Slot());
    try {
      slot.lock.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted = new InterruptedIOException("interrupted");
      interrupted.initCause(e);
      throw interrupted;
    }
    try {
      if (slot.token.isEmpty()
          || slot.token.equals(refused)
          || System.nanoTime() - slot.goodUntil >= 0) {
        fetch(key, slot);
      }
      return slot.token;
    } finally {
      slot.lock.unlock();
    }
  }

  private String realm(Challenge bearer) throws MalformedException {
    Optional<String> realm = bearer.parameter("realm");
    if (realm.isEmpty()) {
      throw new MalformedException(
          "registry " + registry + ": missing realm in bearer auth challenge");
    }
    return realm.get();
  }

  private void fetch(Key key, Slot slot) throws IOException {
    URI realm;
    try {
      realm = URI.create(key.realm);
      Origin.of(realm);
    } catch (IllegalArgumentException | MalformedException e) {
      throw new MalformedException(
          "registry "
              + registry
              + ": the realm \""
              + key.realm
              + "\" of its bearer auth challenge is no URL",
          MalformedException.UNKNOWN_POSITION,
          e);
    }
    slot.token = "";
    long asked = System.nanoTime();
    try (Response response = caller.call(request(realm, key))) {
      if (response.status() != 200) {
        throw refused(Refusal.of(response));
      }
      keep(slot, Json.parseObject(response.readAtMost(Limits.TOKEN_BODY)), asked);
    } catch (MalformedException | Response.TooLargeException e) {
      throw new RegistryException(
          "decoding bearer token (last URL \"" + Origin.redacted(realm) + "\"): " + e.getMessage(),
          200,
          List.of(),
          Optional.empty(),
          e);
    }
  }

  private Request request(URI realm, Key key) {
    List<String> parameters = new ArrayList<>();
    if (found.credentials() instanceof Credentials.Basic(String user, _) && !user.isEmpty()) {
      parameters.add("account=" + encoded(user));
    }
    if (!key.service.isEmpty()) {
      parameters.add("service=" + encoded(key.service));
    }
    for (Scope scope : key.scopes) {
      parameters.add("scope=" + encoded(scope.text()));
    }
    if (found.credentials() instanceof Credentials.IdentityToken(var identity)) {
      parameters.add("grant_type=refresh_token");
      parameters.add("client_id=stowage");
      parameters.add("refresh_token=" + encoded(identity.reveal()));
      return new Request(
          "POST",
          realm,
          Headers.NONE.with("Content-Type", "application/x-www-form-urlencoded"),
          Optional.of(Request.Payload.of(Bytes.utf8(String.join("&", parameters)))));
    }
    String text = realm.toString();
    if (!parameters.isEmpty()) {
      text += (realm.getRawQuery() == null ? "?" : "&") + String.join("&", parameters);
    }
    Request request = Request.get(URI.create(text), Headers.NONE);
    return found.credentials() instanceof Credentials.Basic basic
        ? request.with("Authorization", Authorization.basic(basic))
        : request;
  }

  private void keep(Slot slot, Json.Obj json, long asked) throws MalformedException {
    String token = json.string("token").orElse("");
    if (token.isEmpty()) {
      token = json.string("access_token").orElse("");
    }
    if (token.isEmpty()) {
      throw new MalformedException("the answer holds no token");
    }
    for (int i = 0; i < token.length(); i++) {
      if (token.charAt(i) <= ' ' || token.charAt(i) > '~') {
        throw new MalformedException("the token holds characters that no token has");
      }
    }
    long seconds = json.number("expires_in").orElse(0L);
    Duration life =
        Duration.ofSeconds(
            Math.clamp(seconds, SHORTEST_LIFE.toSeconds(), LONGEST_LIFE.toSeconds()));
    Duration margin = life.dividedBy(10).compareTo(MARGIN) < 0 ? life.dividedBy(10) : MARGIN;
    slot.token = token;
    slot.goodUntil = asked + life.minus(margin).toNanos();
  }

  private RegistryException refused(Refusal refusal) {
    boolean credentials = refusal.status() == 401 || refusal.status() == 403;
    String text =
        credentials
            ? "unable to retrieve auth token: invalid username/password: "
                + refusal.text()
                + Authorization.advice(found, registry)
            : "Requesting bearer token: " + refusal.text();
    return new RegistryException(
        text, refusal.status(), refusal.codes(), refusal.retryAfter(), null);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
