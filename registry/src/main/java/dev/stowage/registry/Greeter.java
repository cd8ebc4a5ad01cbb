package dev.stowage.registry;

import dev.stowage.model.RegistryException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// The first call to a registry, made once: it finds out whether the registry speaks TLS and how it
/// wants to know who calls. Nothing is shown to the registry with it.
final class Greeter {

  /// What the registry said when it was first called.
  record Greeting(Origin.Scheme scheme, List<Challenge> challenges) {}

  /// Sends a request and goes where the answers point.
  interface Line {
    Response ask(Request request) throws IOException;
  }

  /// Sends a request that may be no good, as [Transport#probe] does.
  interface Probe {
    Optional<Response> ask(Request request) throws IOException;
  }

  private final String name;
  private final String server;
  private final Tls.Verification verification;
  private final Retries retries;
  private final Line line;
  private final Probe probe;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile Optional<Greeting> greeted = Optional.empty();

  /// @param name the registry's host as image names write it
  /// @param server the host that answers for it, with its port where that has one
  Greeter(
      String name,
      String server,
      Tls.Verification verification,
      Retries retries,
      Line line,
      Probe probe) {
    this.name = name;
    this.server = server;
    this.verification = verification;
    this.retries = retries;
    this.line = line;
    this.probe = probe;
  }

  /// What the registry says, asked where that is not known yet.
  ///
  /// @throws RegistryException if it does not answer as a registry does
  Greeting greeting() throws IOException {
    Optional<Greeting> known = greeted;
    if (known.isPresent()) {
      return known.get();
    }
    lock.lock();
    try {
      known = greeted;
      if (known.isPresent()) {
        return known.get();
      }
      Greeting heard = first();
      greeted = Optional.of(heard);
      return heard;
    } finally {
      lock.unlock();
    }
  }

  private Greeting first() throws IOException {
    if (verification == Tls.Verification.OFF && hasPort()) {
      Optional<Greeting> plain = plain();
      if (plain.isPresent()) {
        return plain.get();
      }
    }
    try {
      return over(Origin.Scheme.HTTPS);
    } catch (IOException secure) {
      boolean busy =
          secure instanceof RegistryException answered
              && RegistrySession.passing(answered.status());
      if (verification == Tls.Verification.ON || busy || Transience.interrupted(secure)) {
        throw told(String.valueOf(secure.getMessage()), secure);
      }
      try {
        return over(Origin.Scheme.HTTP);
      } catch (IOException plain) {
        if (Transience.interrupted(plain)) {
          throw plain;
        }
        plain.addSuppressed(secure);
        throw told(secure.getMessage() + "; " + plain.getMessage(), plain);
      }
    }
  }

  /// What a registry that need not prove its name says on a port of its own without TLS, if it
  /// speaks so. It is asked first because that costs a round trip, where a handshake in vain costs
  /// a tenth of a second of computing. One that takes the call and says nothing may be waiting for
  /// a handshake.
  private Optional<Greeting> plain() throws IOException {
    Optional<Response> answer;
    try {
      answer = probe.ask(question(Origin.Scheme.HTTP));
    } catch (IOException e) {
      if (Transience.interrupted(e) || e instanceof SocketTimeoutException) {
        throw told(String.valueOf(e.getMessage()), e);
      }
      return Optional.empty();
    }
    if (answer.isEmpty()) {
      return Optional.empty();
    }
    try (Response response = answer.get()) {
      return response.status() == 200 || response.status() == 401
          ? Optional.of(heard(Origin.Scheme.HTTP, response))
          : Optional.empty();
    } catch (IOException e) {
      if (Transience.interrupted(e)) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private Greeting over(Origin.Scheme scheme) throws IOException {
    Backoff backoff = new Backoff(retries);
    while (true) {
      Response response = line.ask(question(scheme));
      if (response.status() == 200 || response.status() == 401) {
        try (response) {
          return heard(scheme, response);
        }
      }
      Optional<Duration> pause =
          RegistrySession.passing(response.status())
              ? backoff.next(RetryAfter.of(response.headers(), Instant.now()))
              : Optional.empty();
      if (pause.isEmpty()) {
        Refusal refusal = Refusal.of(response);
        throw new RegistryException(
            refusal.text(), refusal.status(), refusal.codes(), refusal.retryAfter(), null);
      }
      response.close();
      Backoff.sleep(pause.get());
    }
  }

  private Request question(Origin.Scheme scheme) throws IOException {
    return Request.get(RegistrySession.uri(scheme + "://" + server + "/v2/"), Headers.NONE);
  }

  private static Greeting heard(Origin.Scheme scheme, Response response) throws IOException {
    List<Challenge> challenges = Challenge.of(response.headers());
    response.readAtMost(Limits.ERROR_BODY);
    return new Greeting(scheme, challenges);
  }

  private boolean hasPort() {
    return server.lastIndexOf(':') > server.lastIndexOf(']');
  }

  private IOException told(String text, IOException e) {
    if (Transience.interrupted(e)) {
      return e;
    }
    String remedy = "";
    if (text.contains("x509:")) {
      remedy =
          " (trust its authority by a .crt file in /etc/containers/certs.d/"
              + name
              + ", or switch verification off with --tls-verify=false)";
    } else if (text.contains("HTTP response to HTTPS client")) {
      remedy =
          " (the registry speaks plain HTTP: allow that with --tls-verify=false or insecure=true in"
              + " registries.conf)";
    }
    String message = "pinging container registry " + server + ": " + text + remedy;
    return e instanceof RegistryException answered
        ? new RegistryException(
            message, answered.status(), answered.codes(), answered.retryAfter(), e)
        : new RegistryException(
            message, RegistryException.NO_STATUS, List.of(), Optional.empty(), e);
  }
}
