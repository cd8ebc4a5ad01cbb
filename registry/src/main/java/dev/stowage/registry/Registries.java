package dev.stowage.registry;

import dev.stowage.config.Endpoint;
import dev.stowage.config.FoundCredentials;
import dev.stowage.config.RegistryEntry;
import dev.stowage.model.Credentials;
import dev.stowage.model.Document;
import dev.stowage.model.Reference;
import dev.stowage.model.RegistryException;
import dev.stowage.model.Tag;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// All registries that one program talks to. Connections, tokens and what the registries said at
/// the first call are kept for as long as it is open. Safe for use by several threads; calls are
/// meant to run on virtual threads, where an interrupt ends them at once.
public final class Registries implements Closeable {

  /// Who talks to whom, and how carefully.
  private record Line(String host, RegistryEntry.Security security, FoundCredentials credentials) {
    // Spelled out, because what a record has of its own is linked at run time.
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Line line
          && host.equals(line.host)
          && security == line.security
          && credentials.credentials().equals(line.credentials.credentials());
    }

    @Override
    public int hashCode() {
      return host.hashCode();
    }
  }

  private final ClientSettings settings;
  private final Transport transport;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Line, RegistrySession> sessions = new HashMap<>();

  public Registries(ClientSettings settings) {
    this.settings = settings;
    this.transport = new Transport(settings.timeouts(), settings.proxies());
  }

  /// Looks for an image at the endpoints in their order and fetches its manifest from the first
  /// that has it. A reference without tag and digest means `latest`; of both, the digest counts.
  ///
  /// @param endpoints mirrors first, the registry itself last
  /// @param credentials for the host that the reference names; mirrors elsewhere are called with
  ///   the machine's own, never with these
  /// @throws dev.stowage.model.NotFoundException if nobody has it
  /// @throws RegistryException if nobody can be asked, with what each endpoint said
  public RemoteImage find(Reference wanted, List<Endpoint> endpoints, Credentials credentials)
      throws IOException {
    List<RemoteRepository> places = new ArrayList<>();
    for (Endpoint endpoint : endpoints) {
      places.add(
          repository(
              endpoint, endpoint.isHostOf(wanted) ? credentials : new Credentials.Ambient()));
    }
    Attempts.Answer<Document> answer = new Attempts(wanted).first(places, Registries::manifest);
    return new RemoteImage(wanted, answer.value(), answer.rest(), settings.retries());
  }

  private static Document manifest(RemoteRepository place) throws IOException {
    Reference exact = place.endpoint().reference().tagged().withoutRedundantTag();
    return exact.digest().isPresent()
        ? place.manifest(exact.digest().get())
        : place.manifest(exact.tag().orElse(Tag.LATEST));
  }

  /// What the first of the endpoints that knows an image says of its manifest, which is not
  /// fetched; empty where none of them says anything. The rest is as for [#find].
  public Optional<Glimpse> glimpse(
      Reference wanted, List<Endpoint> endpoints, Credentials credentials) throws IOException {
    Optional<IOException> failure = Optional.empty();
    for (Endpoint endpoint : endpoints) {
      try {
        Optional<Glimpse> seen =
            repository(
                    endpoint, endpoint.isHostOf(wanted) ? credentials : new Credentials.Ambient())
                .glimpse(endpoint.reference());
        if (seen.isPresent()) {
          return seen;
        }
      } catch (IOException e) {
        if (Transience.interrupted(e)) {
          throw e;
        }
        failure = Optional.of(e);
      }
    }
    if (failure.isPresent()) {
      throw failure.get();
    }
    return Optional.empty();
  }

  /// One repository at one endpoint. Nothing is sent yet.
  public RemoteRepository repository(Endpoint endpoint, Credentials credentials)
      throws IOException {
    return new RemoteRepository(
        endpoint,
        session(
            endpoint.reference().repository().host(),
            endpoint.security(),
            found(endpoint, credentials)),
        settings.retries());
  }

  private FoundCredentials found(Endpoint endpoint, Credentials credentials) throws IOException {
    return credentials instanceof Credentials.Ambient
        ? settings.credentials().find(endpoint.reference().repository())
        : new FoundCredentials(credentials, List.of());
  }

  /// The names of the repositories that the registry lists, where it lists them.
  public List<String> catalog(String host, RegistryEntry.Security security, Credentials credentials)
      throws IOException {
    return Listing.repositories(
        anySession(host, security, credentials), settings.retries(), _ -> false);
  }

  /// Looks for repositories whose names or descriptions hold a term: by the registry's own search
  /// where it has one, else in the list of its repositories.
  ///
  /// @param most how many are wanted
  public List<SearchHit> search(
      String host, RegistryEntry.Security security, Credentials credentials, String term, int most)
      throws IOException {
    return new Search(anySession(host, security, credentials), settings.retries()).find(term, most);
  }

  /// Proves credentials by calling the registry with them.
  ///
  /// @throws RegistryException if it does not take them
  public void login(String host, RegistryEntry.Security security, Credentials credentials)
      throws IOException {
    RegistrySession session = anySession(host, security, credentials);
    Response response;
    try {
      response = session.send(Order.of("GET", "/v2/", Scope.NONE), settings.retries());
    } catch (IOException e) {
      throw RemoteRepository.told("authenticating to " + host + ": ", e);
    }
    try (response) {
      if (response.status() != 200) {
        Refusal refusal = Refusal.of(response);
        throw new RegistryException(
            "authenticating to "
                + host
                + ": "
                + (refusal.status() == 401 ? "invalid username/password: " : "")
                + refusal.text(),
            refusal.status(),
            refusal.codes(),
            refusal.retryAfter(),
            null);
      }
    }
  }

  private RegistrySession anySession(
      String host, RegistryEntry.Security security, Credentials credentials) throws IOException {
    FoundCredentials found =
        credentials instanceof Credentials.Ambient
            ? settings.credentials().find(host)
            : new FoundCredentials(credentials, List.of());
    return session(host, security, found);
  }

  private RegistrySession session(
      String host, RegistryEntry.Security security, FoundCredentials found) throws IOException {
    if (found.credentials() instanceof Credentials.Ambient) {
      throw new RegistryException(
          "the credentials for " + host + " were not looked up",
          RegistryException.NO_STATUS,
          List.of(),
          Optional.empty(),
          null);
    }
    Line line = new Line(host, security, found);
    lock.lock();
    try {
      RegistrySession session = sessions.get(line);
      if (session == null) {
        session =
            new RegistrySession(
                host,
                security == RegistryEntry.Security.VERIFIED
                    ? Tls.Verification.ON
                    : Tls.Verification.OFF,
                found,
                transport,
                settings);
        sessions.put(line, session);
      }
      return session;
    } finally {
      lock.unlock();
    }
  }

  /// Closes the connections that nobody uses; streams still being read end by themselves.
  @Override
  public void close() {
    transport.close();
  }
}
