package dev.stowage.transfer.place;

import dev.stowage.config.BuildRegistries;
import dev.stowage.config.CredentialSources;
import dev.stowage.config.Endpoint;
import dev.stowage.config.RegistriesConfig;
import dev.stowage.config.RegistryEntry;
import dev.stowage.config.Surroundings;
import dev.stowage.model.Credentials;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.Reference;
import dev.stowage.model.RejectedException;
import dev.stowage.model.Repository;
import dev.stowage.model.Tag;
import dev.stowage.registry.ClientSettings;
import dev.stowage.registry.Glimpse;
import dev.stowage.registry.Registries;
import dev.stowage.registry.RemoteImage;
import dev.stowage.registry.RemoteRepository;
import dev.stowage.registry.Retries;
import dev.stowage.registry.SearchHit;
import dev.stowage.transfer.ImageSink;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.Listener;
import dev.stowage.transfer.Listener.Progress;
import dev.stowage.transfer.RegistryAccess;
import dev.stowage.trust.SignaturePlaces;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The registries, spoken to as this machine is configured: mirrors and rewritten locations,
/// credentials, certificates, proxies. Whoever opens it closes it, after the sources it gave out.
public final class RegistryDesk implements Closeable {
  private static final String USER_AGENT = "stowage";

  private final Surroundings surroundings;
  private final RegistriesConfig config;
  private final RegistryAccess access;
  private final BuildRegistries build;
  private final Registries registries;

  private RegistryDesk(
      Surroundings surroundings,
      RegistriesConfig config,
      RegistryAccess access,
      BuildRegistries build,
      Registries registries) {
    this.surroundings = surroundings;
    this.config = config;
    this.access = access;
    this.build = build;
    this.registries = registries;
  }

  /// Opens the desk; nothing is sent yet.
  ///
  /// @param access what the caller says over the head of the configuration
  /// @param listener is told of what registries warn of
  public static RegistryDesk open(
      Surroundings surroundings,
      RegistriesConfig config,
      RegistryAccess access,
      Retries retries,
      Listener listener)
      throws IOException {
    CredentialSources credentials = CredentialSources.of(surroundings, config, access.authFile());
    ClientSettings settings =
        ClientSettings.of(surroundings, credentials, access.certificates())
            .withUserAgent(USER_AGENT)
            .withRetries(retries)
            .withNotices((host, text) -> listener.on(new Progress.Warned(host + ": " + text)));
    return new RegistryDesk(
        surroundings, config, access, BuildRegistries.of(surroundings), new Registries(settings));
  }

  /// Looks for an image at the places that the configuration names, in their order.
  public ImageSource open(Reference name) throws IOException {
    RemoteImage image = registries.find(name, endpoints(name), access.credentials());
    return new RegistrySource(image, signatures(image.place()));
  }

  /// A way for an image into a registry; nothing is sent yet.
  ///
  /// @param name with a tag or a digest; with neither, the image is put there under its digest
  /// @throws dev.stowage.model.RejectedException if the registry is blocked
  public ImageSink sink(Reference name) throws IOException {
    RemoteRepository repository = repository(name);
    return new RegistrySink(repository, name, signatures(repository));
  }

  /// The repository that a name points to itself, not a mirror: what is written goes there.
  ///
  /// @throws dev.stowage.model.RejectedException if the registry is blocked
  public RemoteRepository repository(Reference name) throws IOException {
    build.check(name.repository().host());
    return registries.repository(secured(config.destination(name), name), access.credentials());
  }

  /// Everywhere that content of a repository may be read from by its digest, mirrors first. Those
  /// that are meant for tags alone, or for digests alone, are among them: what was pulled by a tag
  /// may be there.
  ///
  /// @throws dev.stowage.model.RejectedException if all of it is blocked
  public List<RemoteRepository> places(Repository repository, Digest digest) throws IOException {
    List<RemoteRepository> places = new ArrayList<>();
    Optional<RejectedException> rejected = Optional.empty();
    for (Reference name :
        List.of(Reference.of(repository, digest), Reference.of(repository, Tag.LATEST))) {
      List<Endpoint> endpoints = List.of();
      try {
        endpoints = endpoints(name);
      } catch (RejectedException e) {
        rejected = Optional.of(e);
      }
      for (Endpoint endpoint : endpoints) {
        if (places.stream()
            .noneMatch(known -> known.repository().equals(endpoint.reference().repository()))) {
          places.add(
              registries.repository(
                  endpoint,
                  endpoint.isHostOf(name) ? access.credentials() : new Credentials.Ambient()));
        }
      }
    }
    if (places.isEmpty() && rejected.isPresent()) {
      throw rejected.get();
    }
    return places;
  }

  /// Where signatures of a repository's images are kept, as `registries.d` says. It is read when
  /// the first signature is asked for.
  private RegistrySignatures signatures(RemoteRepository repository) {
    return new KeptSignatures(
        repository, () -> SignaturePlaces.read(surroundings, access.signaturePlaces()));
  }

  /// The manifest or index that a name stands for at the registry now.
  public Document manifest(Reference name) throws IOException {
    return registries.find(name, endpoints(name), access.credentials()).manifest();
  }

  /// What the place that [#open] would find an image at says of its manifest, which is not fetched.
  public Optional<Glimpse> glimpse(Reference name) throws IOException {
    return registries.glimpse(name, endpoints(name), access.credentials());
  }

  /// All tags of a repository, as its own registry lists them.
  public List<Tag> tags(Repository repository) throws IOException {
    List<Endpoint> places = endpoints(Reference.of(repository, Tag.LATEST));
    return registries.repository(places.getLast(), access.credentials()).tags();
  }

  /// The names of the repositories that a registry lists.
  public List<String> catalog(String host) throws IOException {
    return registries.catalog(host, security(host), access.credentials());
  }

  /// The repositories of a registry that a term leads to.
  public List<SearchHit> search(String host, String term, int most) throws IOException {
    return registries.search(host, security(host), access.credentials(), term, most);
  }

  /// Proves credentials by calling a registry with them.
  ///
  /// @throws dev.stowage.model.RegistryException if it does not take them
  public void login(String host, Credentials credentials) throws IOException {
    registries.login(host, security(host), credentials);
  }

  private RegistryEntry.Security security(String host) throws RejectedException {
    Optional<RegistryEntry> entry = config.entryFor(host);
    if (entry.isPresent() && entry.get().access() == RegistryEntry.Access.BLOCKED) {
      throw config.blocked(entry.get());
    }
    return security(entry.map(RegistryEntry::security).orElse(RegistryEntry.Security.VERIFIED));
  }

  private List<Endpoint> endpoints(Reference name) throws IOException {
    build.check(name.repository().host());
    List<Endpoint> endpoints = new ArrayList<>();
    for (Endpoint configured : config.resolve(name)) {
      endpoints.add(secured(configured, name));
    }
    return endpoints;
  }

  private Endpoint secured(Endpoint configured, Reference name) throws RejectedException {
    if (build.insecure().contains(name.repository().host())) {
      if (access.tls() == RegistryAccess.Tls.REQUIRED) {
        throw new RejectedException(
            "verified TLS", "can't require tls verification on an insecured registry");
      }
      return configured.with(RegistryEntry.Security.INSECURE);
    }
    return configured.with(security(configured.security()));
  }

  private RegistryEntry.Security security(RegistryEntry.Security configured) {
    return switch (access.tls()) {
      case AS_CONFIGURED -> configured;
      case REQUIRED -> RegistryEntry.Security.VERIFIED;
      case NOT_VERIFIED -> RegistryEntry.Security.INSECURE;
    };
  }

  @Override
  public void close() {
    registries.close();
  }
}
