package dev.stowage.engine;

import dev.stowage.config.EngineConfig;
import dev.stowage.config.RegistriesConfig;
import dev.stowage.config.Surroundings;
import dev.stowage.model.Credentials;
import dev.stowage.model.Digest;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Reference;
import dev.stowage.model.Repository;
import dev.stowage.model.Tag;
import dev.stowage.model.UnsupportedException;
import dev.stowage.registry.RemoteRepository;
import dev.stowage.registry.Retries;
import dev.stowage.registry.SearchHit;
import dev.stowage.registry.TagDeletion;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.Listener;
import dev.stowage.transfer.LocalAccess;
import dev.stowage.transfer.Location;
import dev.stowage.transfer.RegistryAccess;
import dev.stowage.transfer.place.DockerImages;
import dev.stowage.transfer.place.LayoutRemoval;
import dev.stowage.transfer.place.RegistryDesk;
import dev.stowage.transfer.place.Sources;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Registries without a local store: what can be asked of them, and changed there.
///
/// It may be used by several threads. Whoever opens it closes it, after the sources it gave out.
// Whoever names surroundings of their own is one of this project's modules; others need not.
@SuppressWarnings("exports")
public final class Remote implements Closeable {
  private final Surroundings surroundings;
  private final RegistriesConfig config;
  private final RegistryDesk desk;

  private Remote(Surroundings surroundings, RegistriesConfig config, RegistryDesk desk) {
    this.surroundings = surroundings;
    this.config = config;
    this.desk = desk;
  }

  /// Opens the registries as this machine is configured for them; nothing is sent yet.
  ///
  /// @param access what the caller says over the head of the configuration
  /// @param retries how often what passes is tried again; as containers.conf says where it is empty
  /// @param listener is told of what registries warn of
  public static Remote open(
      Surroundings surroundings,
      RegistryAccess access,
      Optional<Integer> retries,
      Listener listener)
      throws IOException {
    RegistriesConfig config = RegistriesConfig.read(surroundings);
    int times =
        retries.isPresent() ? retries.get() : EngineConfig.read(surroundings).retries().value();
    Retries policy =
        new Retries(
            times + 1, Retries.DEFAULT.first(), Retries.DEFAULT.longest(), Retries.DEFAULT.total());
    return new Remote(
        surroundings, config, RegistryDesk.open(surroundings, config, access, policy, listener));
  }

  /// An image at a registry or in a place on this machine other than a store. Whoever asks closes
  /// it.
  public ImageSource image(Location location) throws IOException {
    if (location instanceof Location.AtRegistry at) {
      return desk.open(at.name());
    }
    return Sources.open(location, localAccess());
  }

  private LocalAccess localAccess() throws IOException {
    return LocalAccess.of(
        Opening.temporary(surroundings, EngineConfig.read(surroundings), Optional.empty()),
        surroundings.machine().platform());
  }

  /// The tags of a repository, as its registry orders them.
  public List<Tag> tags(Repository repository) throws IOException {
    return desk.tags(repository);
  }

  /// The names of the images in a docker-archive; `@` and its number for one without a name.
  public List<String> archiveTags(Location location) throws IOException {
    if (!(location instanceof Location.InDockerArchive archive)) {
      throw new UnsupportedException("listing the names of images in " + location);
    }
    List<String> names = new ArrayList<>();
    try (DockerImages images = DockerImages.open(archive.file(), localAccess())) {
      for (int i = 0; i < images.items().size(); i++) {
        List<String> own = images.items().get(i).names();
        names.addAll(own.isEmpty() ? List.of("@" + i) : own);
      }
    }
    return names;
  }

  /// The digest of the manifest or index that a name stands for now.
  public Digest digest(Reference name) throws IOException {
    Reference exact = name.tagged().withoutRedundantTag();
    if (exact.digest().isPresent()) {
      return desk.manifest(exact).digest();
    }
    return repository(name).digest(exact.tag().orElse(Tag.LATEST));
  }

  /// The repository that a name points to itself.
  public RemoteRepository repository(Reference name) throws IOException {
    return desk.repository(name);
  }

  /// The names of the repositories that a registry lists.
  public List<String> catalog(String host) throws IOException {
    return desk.catalog(host);
  }

  /// Deletes what a name stands for: a manifest with all of its tags where the name has a digest,
  /// else the tag alone. Where the registry cannot delete a tag alone, and no other tag stands for
  /// the same manifest, the manifest is deleted.
  ///
  /// @throws UnsupportedException if other tags would be deleted too
  public Deleted delete(Reference name) throws IOException {
    RemoteRepository repository = repository(name);
    if (name.digest().isPresent()) {
      repository.delete(name.digest().get());
      return Deleted.MANIFEST;
    }
    Tag tag = name.tag().orElse(Tag.LATEST);
    try {
      return repository.delete(tag).aftermath() == TagDeletion.Aftermath.STAYS
          ? Deleted.TAG
          : Deleted.TAG_AND_MANIFEST;
    } catch (UnsupportedException e) {
      Digest manifest = repository.digest(tag);
      List<Tag> others = others(repository, tag, manifest);
      if (!others.isEmpty()) {
        throw new UnsupportedException(
            e.getMessage()
                + ": these tags would be gone too: "
                + shortened(others)
                + "; to delete all of them, name the image "
                + repository.repository()
                + "@"
                + manifest,
            e);
      }
      repository.delete(manifest);
      return Deleted.MANIFEST_OF_THE_ONLY_TAG;
    }
  }

  /// Deletes an image from a layout, with the blobs that no other image there uses.
  ///
  /// @throws NotFoundException if there is none
  public void delete(Location.InLayout image) throws IOException {
    LayoutRemoval.remove(image, localAccess());
  }

  /// What was deleted.
  public enum Deleted {
    /// The tag; its manifest is there as before.
    TAG,
    /// The tag, and its manifest with it, by the registry's own decision.
    TAG_AND_MANIFEST,
    /// The manifest, with every tag of it, as was asked.
    MANIFEST,
    /// The manifest, because the registry cannot delete a tag alone and this was its only one.
    MANIFEST_OF_THE_ONLY_TAG
  }

  private static List<Tag> others(RemoteRepository repository, Tag tag, Digest manifest)
      throws IOException {
    List<Tag> others = new ArrayList<>();
    for (Tag other : repository.tags()) {
      if (!other.equals(tag)) {
        try {
          if (repository.digest(other).equals(manifest)) {
            others.add(other);
          }
        } catch (NotFoundException e) {
          // It is gone meanwhile, or never led anywhere.
        }
      }
    }
    return others;
  }

  private static String shortened(List<Tag> tags) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < Math.min(tags.size(), 10); i++) {
      text.append(i == 0 ? "" : ", ").append(tags.get(i));
    }
    return tags.size() > 10 ? text + " and " + (tags.size() - 10) + " more" : text.toString();
  }

  /// Searches registries for repositories.
  ///
  /// @param term `host/term` for one registry; a term alone is searched for in the registries that
  ///   short names are looked for in
  public Searched search(String term, SearchOptions options) throws IOException {
    List<Searched.Hit> hits = new ArrayList<>();
    List<IOException> failures = new ArrayList<>();
    int slash = term.indexOf('/');
    List<String> hosts =
        slash >= 0
            ? List.of(term.substring(0, slash))
            : config.search().isPresent() ? config.search().get().value() : List.of();
    for (String host : hosts) {
      try {
        for (SearchHit hit : desk.search(host, term.substring(slash + 1), options.limit())) {
          if (hits.size() < options.limit() * hosts.size() && wanted(hit, options)) {
            hits.add(new Searched.Hit(host, nameAt(host, hit), hit));
          }
        }
      } catch (IOException e) {
        failures.add(e);
      }
    }
    return new Searched(hits, failures);
  }

  private static boolean wanted(SearchHit hit, SearchOptions options) {
    boolean official = hit.standing() == SearchHit.Standing.OFFICIAL;
    boolean automated = hit.making() == SearchHit.Making.AUTOMATED;
    return hit.stars() >= options.leastStars()
        && (options.official().isEmpty() || options.official().get() == official)
        && (options.automated().isEmpty() || options.automated().get() == automated);
  }

  private static String nameAt(String host, SearchHit hit) {
    boolean docker = host.equals(Repository.DOCKER_IO) || host.endsWith("." + Repository.DOCKER_IO);
    return docker && hit.name().indexOf('/') < 0
        ? Repository.DOCKER_IO + "/library/" + hit.name()
        : host + "/" + hit.name();
  }

  /// Proves credentials by calling a registry with them.
  ///
  /// @throws dev.stowage.model.RegistryException if it does not take them
  public void login(String host, Credentials credentials) throws IOException {
    desk.login(host, credentials);
  }

  @Override
  public void close() {
    desk.close();
  }
}
