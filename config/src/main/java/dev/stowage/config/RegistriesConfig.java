package dev.stowage.config;

import dev.stowage.model.MalformedException;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Reference;
import dev.stowage.model.RejectedException;
import dev.stowage.model.Repository;
import dev.stowage.model.Wanted;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Which registries are asked for which images: registries.conf with its drop-ins.
///
/// @param registries the entries, sorted by prefix, each prefix once
/// @param search the registries that short names are looked for in, and where they are named; empty
///   where no file was found
/// @param mode what happens when a short name could mean several images
/// @param aliases short names and what they stand for; an alias for nothing hides earlier ones
/// @param credentialHelpers the helpers that credentials are asked from, in their order;
///   [#AUTH_FILES] stands for the auth files
/// @param sources the files and directories that were looked into, as a complaint names them
/// @see <a
///   href="https://github.com/containers/container-libs/blob/main/image/docs/containers-registries.conf.5.md">
///   containers-registries.conf(5)</a>
public record RegistriesConfig(
    List<RegistryEntry> registries,
    Optional<Setting<List<String>>> search,
    ShortNameMode mode,
    Map<String, Setting<Optional<Repository>>> aliases,
    List<String> credentialHelpers,
    List<Path> sources) {

  /// The name among the credential helpers that stands for the auth files.
  public static final String AUTH_FILES = "containers-auth.json";

  public RegistriesConfig {
    registries = List.copyOf(registries);
    aliases = Map.copyOf(aliases);
    credentialHelpers = List.copyOf(credentialHelpers);
    sources = List.copyOf(sources);
  }

  /// Reads the files.
  ///
  /// @throws NotFoundException if a variable names a file that is not there
  /// @throws MalformedException if a file is not what it should be
  public static RegistriesConfig read(Surroundings surroundings) throws IOException {
    return RegistriesReader.read(surroundings);
  }

  /// The entry for a host, namespace, repository or image: the one with the longest prefix.
  public Optional<RegistryEntry> entryFor(String name) {
    @Nullable RegistryEntry longest = null;
    for (RegistryEntry entry : registries) {
      if (entry.covers(name).isPresent()
          && (longest == null || entry.prefix().length() > longest.prefix().length())) {
        longest = entry;
      }
    }
    return Optional.ofNullable(longest);
  }

  /// The places to ask for an image, in their order: the mirrors that may be asked for it, then
  /// where its name points to. What is blocked is left out, which leaves the mirrors of a blocked
  /// registry in.
  ///
  /// @throws RejectedException if nothing is left
  /// @throws MalformedException if the name that a location makes of the image's is no name
  public List<Endpoint> resolve(Reference wanted) throws IOException {
    Optional<RegistryEntry> found = entryFor(wanted.toString());
    if (found.isEmpty()) {
      return List.of(
          new Endpoint(
              wanted, RegistryEntry.Security.VERIFIED, Endpoint.Role.PRIMARY, Origin.BUILT_IN));
    }
    RegistryEntry entry = found.get();
    List<Endpoint> endpoints = new ArrayList<>();
    for (RegistryEntry.Mirror mirror : entry.mirrors()) {
      boolean asked =
          switch (mirror.use()) {
            case ALL -> true;
            case DIGEST_ONLY -> wanted.digest().isPresent();
            case TAG_ONLY -> wanted.digest().isEmpty();
          };
      if (asked) {
        addUnlessBlocked(
            endpoints,
            new Endpoint(
                rewritten(wanted, entry, mirror.location()),
                mirror.security(),
                Endpoint.Role.MIRROR,
                entry.origin()));
      }
    }
    if (entry.access() == RegistryEntry.Access.ALLOWED) {
      addUnlessBlocked(
          endpoints,
          new Endpoint(
              rewritten(wanted, entry, entry.location()),
              entry.security(),
              Endpoint.Role.PRIMARY,
              entry.origin()));
    }
    if (endpoints.isEmpty()) {
      throw blocked(entry);
    }
    return endpoints;
  }

  /// Where an image is written to, or deleted: where its own name points to. Mirrors and rewritten
  /// locations are for reading.
  ///
  /// @throws RejectedException if that is blocked
  public Endpoint destination(Reference name) throws RejectedException {
    Optional<RegistryEntry> entry = entryFor(name.toString());
    if (entry.isEmpty()) {
      return Endpoint.of(name);
    }
    if (entry.get().access() == RegistryEntry.Access.BLOCKED) {
      throw blocked(entry.get());
    }
    return new Endpoint(name, entry.get().security(), Endpoint.Role.PRIMARY, entry.get().origin());
  }

  /// The refusal to talk to a registry that is blocked.
  public RejectedException blocked(RegistryEntry entry) {
    return new RejectedException(
        "blocked (" + entry.origin() + ")",
        "registry " + entry.prefix() + " is blocked in one of " + places());
  }

  private void addUnlessBlocked(List<Endpoint> endpoints, Endpoint endpoint) {
    Optional<RegistryEntry> own = entryFor(endpoint.reference().repository().toString());
    if (own.isEmpty() || own.get().access() == RegistryEntry.Access.ALLOWED) {
      endpoints.add(endpoint);
    }
  }

  private static Reference rewritten(Reference wanted, RegistryEntry entry, String location)
      throws MalformedException {
    if (location.isEmpty()) {
      return wanted;
    }
    String name = wanted.toString();
    String text = location + name.substring(entry.covers(name).orElseThrow());
    Reference reference;
    try {
      reference = Reference.parse(text);
    } catch (MalformedException e) {
      throw new MalformedException(
          entry.origin() + ": rewriting reference: " + e.getMessage(), e.position(), e);
    }
    if (!reference.toString().equals(text)) {
      throw new MalformedException(
          entry.origin()
              + ": rewriting reference: repository name must be canonical: \""
              + text
              + "\" should be \""
              + reference
              + "\"");
    }
    return reference;
  }

  /// The full names to pull a wanted image from.
  ///
  /// @param recorded the aliases that were recorded when the user chose; they go before the ones of
  ///   registries.conf
  /// @param asking whether somebody can be asked, where several are possible
  /// @throws NotFoundException if the short name leads to nothing
  /// @throws RejectedException if the user has to choose and cannot be asked
  public Candidates candidates(
      Wanted wanted, Map<String, Setting<Optional<Repository>>> recorded, Candidates.Asking asking)
      throws IOException {
    if (wanted instanceof Wanted.ByName byName) {
      return new Candidates(
          List.of(byName.reference().tagged()),
          byName.text(),
          Candidates.Reason.FULL_NAME,
          Origin.BUILT_IN);
    }
    if (!(wanted instanceof Wanted.ByShortName name)) {
      throw new NotFoundException(NotFoundException.Kind.IMAGE, wanted.text());
    }
    Optional<Setting<Reference>> alias = alias(name, recorded);
    if (alias.isPresent()) {
      return new Candidates(
          List.of(alias.get().value()), name.path(), Candidates.Reason.ALIAS, alias.get().origin());
    }
    if (search.isEmpty() || search.get().value().isEmpty()) {
      throw new NotFoundException(
          NotFoundException.Kind.IMAGE,
          name.text(),
          "short-name \""
              + name.text()
              + "\" did not resolve to an alias and no "
              + (search.isPresent()
                  ? "unqualified-search registries are defined in \""
                      + file(search.get().origin())
                      + "\""
                  : "containers-registries.conf(5) was found")
              + ": name the registry, as in docker.io/library/"
              + name.path());
    }
    List<Reference> references = new ArrayList<>();
    for (String host : search.get().value()) {
      references.add(name.at(host).tagged());
    }
    Candidates.Reason reason = Candidates.Reason.SEARCH;
    if (mode != ShortNameMode.DISABLED && references.size() > 1) {
      if (asking == Candidates.Asking.POSSIBLE) {
        reason = Candidates.Reason.CHOICE;
      } else if (mode == ShortNameMode.ENFORCING) {
        throw new RejectedException(
            "short-name-mode = \"enforcing\"",
            "short-name resolution enforced but cannot prompt without a TTY: name the registry of"
                + " \""
                + name.text()
                + "\"");
      }
    }
    return new Candidates(references, name.path(), reason, search.get().origin());
  }

  /// The full names under which a wanted image may be in the local store: the alias, then the name
  /// at localhost, then at the search registries.
  public List<Reference> localCandidates(
      Wanted wanted, Map<String, Setting<Optional<Repository>>> recorded) throws IOException {
    if (wanted instanceof Wanted.ByName byName) {
      return List.of(byName.reference().tagged());
    }
    if (!(wanted instanceof Wanted.ByShortName name)) {
      return List.of();
    }
    List<Reference> references = new ArrayList<>();
    Optional<Setting<Reference>> alias = alias(name, recorded);
    if (alias.isPresent()) {
      references.add(alias.get().value());
    }
    references.add(name.at(Repository.LOCALHOST).tagged());
    if (search.isPresent()) {
      for (String host : search.get().value()) {
        references.add(name.at(host).tagged());
      }
    }
    return references;
  }

  private Optional<Setting<Reference>> alias(
      Wanted.ByShortName name, Map<String, Setting<Optional<Repository>>> recorded) {
    Setting<Optional<Repository>> alias = recorded.get(name.path());
    if (alias == null) {
      alias = aliases.get(name.path());
    }
    if (alias == null || alias.value().isEmpty()) {
      return Optional.empty();
    }
    Reference reference = new Reference(alias.value().get(), name.tag(), name.digest());
    return Optional.of(new Setting<>(reference.tagged(), alias.origin()));
  }

  private static String file(Origin origin) {
    return origin instanceof Origin.InFile inFile ? inFile.file().toString() : origin.toString();
  }

  private String places() {
    StringBuilder places = new StringBuilder();
    for (Path source : sources) {
      places.append(places.isEmpty() ? "" : ", ").append(source);
    }
    return places.toString();
  }
}
