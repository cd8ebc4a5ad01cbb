package dev.stowage.config;

import dev.stowage.model.MalformedException;
import dev.stowage.model.Repository;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Puts a [RegistriesConfig] together.
///
/// The user's main file replaces the system's, and then only the user's drop-ins are read; without
/// one, the system's drop-ins are read before the user's. A file that a variable names replaces the
/// main file alone.
final class RegistriesReader {
  private static final String NAME = "registries.conf";
  private static final String[] FILE_VARIABLES = {
    "CONTAINERS_REGISTRIES_CONF", "REGISTRIES_CONFIG_PATH"
  };

  private final Map<String, RegistryEntry> registries = new TreeMap<>();
  private final Map<String, Setting<Optional<Repository>>> aliases = new LinkedHashMap<>();
  private final List<Path> sources = new ArrayList<>();
  private Optional<Setting<List<String>>> search = Optional.empty();
  private Optional<ShortNameMode> mode = Optional.empty();
  private List<String> credentialHelpers = List.of();

  private RegistriesReader() {}

  static RegistriesConfig read(Surroundings surroundings) throws IOException {
    RegistriesReader reader = new RegistriesReader();
    reader.readAll(surroundings);
    return new RegistriesConfig(
        List.copyOf(reader.registries.values()),
        reader.search,
        reader.mode.orElse(ShortNameMode.PERMISSIVE),
        reader.aliases,
        reader.credentialHelpers.isEmpty()
            ? List.of(RegistriesConfig.AUTH_FILES)
            : reader.credentialHelpers,
        reader.sources);
  }

  private void readAll(Surroundings surroundings) throws IOException {
    Path usersFile = surroundings.user().home().resolve(".config/containers").resolve(NAME);
    Path systemFile = surroundings.system(ConfigFiles.ADMINISTRATOR + "/" + NAME);
    boolean systemDropIns = true;
    Optional<String> by = chosenBy(surroundings);
    if (by.isPresent()) {
      Path file = surroundings.absolute(surroundings.variable(by.get()).orElseThrow());
      main(ConfigFiles.named(by.get(), file));
      sources.add(file);
    } else {
      Optional<Toml.Table> users = Toml.read(usersFile);
      systemDropIns = users.isEmpty();
      sources.add(systemDropIns ? systemFile : usersFile);
      Optional<Toml.Table> main = systemDropIns ? Toml.read(systemFile) : users;
      if (main.isPresent()) {
        main(main.get());
      }
    }
    Optional<String> directory = surroundings.variable("CONTAINERS_REGISTRIES_CONF_DIR");
    if (directory.isPresent()) {
      dropIns(surroundings.absolute(directory.get()));
      return;
    }
    if (systemDropIns) {
      dropIns(systemFile.resolveSibling(NAME + ".d"));
    }
    dropIns(usersFile.resolveSibling(NAME + ".d"));
  }

  private static Optional<String> chosenBy(Surroundings surroundings) {
    for (String variable : FILE_VARIABLES) {
      if (surroundings.variable(variable).isPresent()) {
        return Optional.of(variable);
      }
    }
    return Optional.empty();
  }

  private void dropIns(Path directory) throws IOException {
    sources.add(directory);
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (entry.toString().endsWith(".conf") && !Files.isDirectory(entry)) {
          files.add(entry);
        }
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      return;
    }
    Collections.sort(files);
    for (Path file : files) {
      Optional<Toml.Table> dropIn = Toml.read(file);
      if (dropIn.isPresent()) {
        if (dropIn.get().find("registries").isPresent()) {
          throw dropIn.get().complaint("registry must be in v2 format but is in v1");
        }
        take(dropIn.get());
      }
    }
  }

  private void main(Toml.Table file) throws MalformedException {
    if (file.find("registries").isEmpty()) {
      take(file);
      return;
    }
    for (String key :
        new String[] {
          "registry",
          "unqualified-search-registries",
          "credential-helpers",
          "short-name-mode",
          "aliases"
        }) {
      if (file.find(key).isPresent()) {
        throw file.complaint(
            "mixing sysregistry v1/v2 is not supported: [registries] and "
                + key
                + " stand in one file");
      }
    }
    takeFirstVersion(file.table("registries").orElseThrow());
    search = search.or(() -> Optional.of(new Setting<>(List.of(), file.origin(0))));
  }

  /// The format before `[[registry]]`, which knows three lists of hosts.
  private void takeFirstVersion(Toml.Table registries) throws MalformedException {
    List<String> blocked = hosts(registries, "block");
    List<String> insecure = hosts(registries, "insecure");
    List<String> all = new ArrayList<>(blocked);
    all.addAll(insecure);
    for (String host : all) {
      this.registries.put(
          host,
          new RegistryEntry(
              host,
              host,
              security(insecure.contains(host)),
              List.of(),
              access(blocked.contains(host)),
              registries.origin(registries.line())));
    }
    Optional<Toml.Table> table = registries.table("search");
    if (table.isPresent()) {
      takeSearch(table.get().texts("registries"));
    }
  }

  private static List<String> hosts(Toml.Table registries, String key) throws MalformedException {
    List<String> hosts = new ArrayList<>();
    Optional<Toml.Table> table = registries.table(key);
    if (table.isPresent()) {
      Optional<Setting<List<String>>> texts = table.get().texts("registries");
      if (texts.isPresent()) {
        for (String text : texts.get().value()) {
          hosts.add(location(table.get(), text));
        }
      }
    }
    return hosts;
  }

  private void take(Toml.Table file) throws MalformedException {
    Map<String, RegistryEntry> own = new TreeMap<>();
    List<RegistryEntry> all = new ArrayList<>();
    for (Toml.Table table : file.tables("registry")) {
      RegistryEntry entry = entry(table);
      all.add(entry);
      own.putIfAbsent(entry.prefix(), entry);
    }
    refuseConflicts(file, all);
    registries.putAll(own);
    takeSearch(file.texts("unqualified-search-registries"));
    if (search.isEmpty()) {
      search = Optional.of(new Setting<>(List.of(), file.origin(0)));
    }
    Optional<Setting<List<String>>> helpers = file.texts("credential-helpers");
    if (helpers.isPresent()) {
      credentialHelpers = helpers.get().value();
    }
    Optional<Setting<String>> shortNames = file.text("short-name-mode");
    if (shortNames.isPresent() && !shortNames.get().value().isEmpty()) {
      mode = Optional.of(ShortNameMode.parse(shortNames.get()));
    }
    Optional<Toml.Table> table = file.table("aliases");
    if (table.isPresent()) {
      aliases.putAll(ShortNameAliases.of(table.get()));
    }
  }

  private void takeSearch(Optional<Setting<List<String>>> named) throws MalformedException {
    if (named.isEmpty()) {
      return;
    }
    List<String> hosts = new ArrayList<>();
    for (String text : named.get().value()) {
      String host = text;
      while (host.endsWith("/")) {
        host = host.substring(0, host.length() - 1);
      }
      if (!isHost(host)) {
        throw new MalformedException(
            named.get().origin()
                + ": Invalid unqualified-search-registries entry \""
                + text
                + "\": wanted a host, with a port if need be");
      }
      hosts.add(host);
    }
    search = Optional.of(new Setting<>(List.copyOf(hosts), named.get().origin()));
  }

  private static boolean isHost(String text) {
    try {
      return !new Repository(text, "x").host().isEmpty();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static RegistryEntry entry(Toml.Table table) throws MalformedException {
    String location = location(table, text(table, "location"));
    String prefix = location(table, text(table, "prefix"));
    if (prefix.isEmpty() && location.isEmpty()) {
      throw table.complaint("invalid condition: both location and prefix are unset");
    }
    if (location.isEmpty() && !prefix.startsWith("*.")) {
      throw table.complaint(
          "invalid condition: location is unset and prefix is not in the format: *.example.com");
    }
    if (prefix.isEmpty()) {
      prefix = location;
    }
    if (prefix.startsWith("*.")
        && (prefix.indexOf('/') >= 0 || prefix.indexOf('@') >= 0 || prefix.indexOf(':') >= 0)) {
      throw table.complaint(
          "Wildcarded prefix should be in the format: *.example.com. Current prefix \""
              + prefix
              + "\" is incorrectly formatted");
    }
    if (!text(table, "pull-from-mirror").isEmpty()) {
      throw table.complaint(
          "pull-from-mirror must not be set for a non-mirror registry \"" + prefix + "\"");
    }
    boolean digestsOnly = truth(table, "mirror-by-digest-only");
    List<RegistryEntry.Mirror> mirrors = new ArrayList<>();
    for (Toml.Table mirror : table.tables("mirror")) {
      mirrors.add(mirror(mirror, prefix, digestsOnly));
    }
    return new RegistryEntry(
        prefix,
        location,
        security(truth(table, "insecure")),
        mirrors,
        access(truth(table, "blocked")),
        table.origin(table.line()));
  }

  private static RegistryEntry.Mirror mirror(Toml.Table table, String prefix, boolean digestsOnly)
      throws MalformedException {
    String location = location(table, text(table, "location"));
    if (location.isEmpty()) {
      throw table.complaint("invalid condition: mirror location is unset");
    }
    String use = text(table, "pull-from-mirror");
    if (digestsOnly && !use.isEmpty()) {
      throw table.complaint(
          "cannot set mirror usage mirror-by-digest-only for the registry (\""
              + prefix
              + "\") and pull-from-mirror for per-mirror (\""
              + location
              + "\") at the same time");
    }
    RegistryEntry.Mirror.Use used =
        switch (use) {
          case "", "all" ->
              digestsOnly ? RegistryEntry.Mirror.Use.DIGEST_ONLY : RegistryEntry.Mirror.Use.ALL;
          case "digest-only" -> RegistryEntry.Mirror.Use.DIGEST_ONLY;
          case "tag-only" -> RegistryEntry.Mirror.Use.TAG_ONLY;
          default ->
              throw table.complaint(
                  "unsupported pull-from-mirror value \""
                      + use
                      + "\" for mirror \""
                      + location
                      + "\"");
        };
    return new RegistryEntry.Mirror(location, security(truth(table, "insecure")), used);
  }

  /// Two entries for one location have to agree on how it is treated.
  private static void refuseConflicts(Toml.Table file, List<RegistryEntry> entries)
      throws MalformedException {
    Map<String, RegistryEntry> first = new LinkedHashMap<>();
    for (RegistryEntry entry : entries) {
      String place = entry.location().isEmpty() ? entry.prefix() : entry.location();
      RegistryEntry other = first.putIfAbsent(place, entry);
      if (other == null) {
        continue;
      }
      if (other.security() != entry.security()) {
        throw conflict(file, place, "insecure", other, entry);
      }
      if (other.access() != entry.access()) {
        throw conflict(file, place, "blocked", other, entry);
      }
    }
  }

  private static MalformedException conflict(
      Toml.Table file, String place, String key, RegistryEntry one, RegistryEntry other) {
    return file.complaint(
        "registry '"
            + place
            + "' is defined multiple times with conflicting '"
            + key
            + "' setting, at "
            + one.origin()
            + " and "
            + other.origin());
  }

  private static String text(Toml.Table table, String key) throws MalformedException {
    Optional<Setting<String>> text = table.text(key);
    return text.isPresent() ? text.get().value() : "";
  }

  private static boolean truth(Toml.Table table, String key) throws MalformedException {
    Optional<Setting<Boolean>> truth = table.truth(key);
    return truth.isPresent() && truth.get().value();
  }

  private static String location(Toml.Table table, String text) throws MalformedException {
    if (text.startsWith("http://") || text.startsWith("https://")) {
      throw table.complaint("invalid location '" + text + "': URI schemes are not supported");
    }
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == '/') {
      end--;
    }
    return text.substring(0, end);
  }

  private static RegistryEntry.Security security(boolean insecure) {
    return insecure ? RegistryEntry.Security.INSECURE : RegistryEntry.Security.VERIFIED;
  }

  private static RegistryEntry.Access access(boolean blocked) {
    return blocked ? RegistryEntry.Access.BLOCKED : RegistryEntry.Access.ALLOWED;
  }
}
