package dev.stowage.interop;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.stowage.model.Json;
import dev.stowage.testkit.TestAuthority;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.CertificateEncodingException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A token server for docker-registry: gives one user signed tokens for whatever is asked for,
/// which are good for a short while.
final class TokenIssuer implements Closeable {
  static final String NAME = "issuer";
  static final String SERVICE = "registry";

  /// For how long docker-registry takes tokens that have expired.
  private static final long LENIENCE_SECONDS = 60;

  private final TestAuthority.Identity signer;
  private final String user;
  private final long lifeSeconds;
  private final HttpServer server;
  private final List<String> asked = new CopyOnWriteArrayList<>();

  /// @param lifeSeconds how long a token is good for, whatever the answer says
  TokenIssuer(TestAuthority.Identity signer, String user, String password, long lifeSeconds)
      throws IOException {
    this.signer = signer;
    this.lifeSeconds = lifeSeconds;
    String pair = user + ":" + password;
    this.user =
        "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    var _ = server.createContext("/token", this::answer);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/token";
  }

  /// The scopes of the tokens so far.
  List<String> asked() {
    return asked;
  }

  private void answer(HttpExchange exchange) throws IOException {
    boolean known = user.equals(exchange.getRequestHeaders().getFirst("Authorization"));
    List<Json> access = new ArrayList<>();
    for (String pair : exchange.getRequestURI().getRawQuery().split("&")) {
      if (pair.startsWith("scope=")) {
        String scope = URLDecoder.decode(pair.substring(6), StandardCharsets.UTF_8);
        asked.add(scope);
        access.add(entry(scope));
      }
    }
    String body =
        known
            ? Json.object().put("token", token(access)).put("expires_in", 300).build().compact()
            : "{\"details\":\"incorrect username or password\"}";
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(known ? 200 : 401, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static Json entry(String scope) {
    int first = scope.indexOf(':');
    int last = scope.lastIndexOf(':');
    return Json.object()
        .put("type", scope.substring(0, first))
        .put("name", scope.substring(first + 1, last))
        .put("actions", Json.ofStrings(List.of(scope.substring(last + 1).split(","))))
        .build();
  }

  private String token(List<Json> access) {
    long now = Instant.now().getEpochSecond();
    try {
      String certificate = Base64.getEncoder().encodeToString(signer.certificate().getEncoded());
      Json header =
          Json.object()
              .put("typ", "JWT")
              .put("alg", "ES256")
              .put("x5c", Json.ofStrings(List.of(certificate)))
              .build();
      Json claims =
          Json.object()
              .put("iss", NAME)
              .put("sub", "jane")
              .put("aud", SERVICE)
              .put("exp", now - LENIENCE_SECONDS + lifeSeconds)
              .put("nbf", now - 2 * LENIENCE_SECONDS)
              .put("iat", now)
              .put("jti", Long.toString(System.nanoTime()))
              .put("access", new Json.Arr(access))
              .build();
      String text = encoded(header) + "." + encoded(claims);
      Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initSign(signer.key());
      signature.update(text.getBytes(StandardCharsets.US_ASCII));
      return text + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
    } catch (CertificateEncodingException e) {
      throw new AssertionError(e);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("signing a token", e);
    }
  }

  private static String encoded(Json json) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.compact().getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
