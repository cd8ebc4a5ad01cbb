package dev.stowage.config;

import java.nio.file.Path;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// Everything the process finds around it that is not a file of the configuration: read once at
/// start-up and handed on, so that nothing deep inside looks anything up and a test can put any
/// machine it likes in its place.
///
/// @param environment the environment variables
/// @param root what absolute paths that nobody chose are resolved against (`/etc/containers`,
///   `/run/user`): the file system's root, and another directory in tests
/// @param directory the working directory, absolute
/// @param user who runs this
/// @param machine what this runs on
/// @param terminal which of the standard streams are terminals
/// @param zone the time zone to show times in, looked up when first asked for
public record Surroundings(
    Map<String, String> environment,
    Path root,
    Path directory,
    User user,
    Machine machine,
    Terminal terminal,
    Supplier<ZoneId> zone) {

  public Surroundings {
    environment = Map.copyOf(environment);
  }

  /// What this process finds around it.
  public static Surroundings ofThisProcess() {
    return SurroundingsReader.read();
  }

  /// The value of a variable; one that is set to nothing counts as not set.
  public Optional<String> variable(String name) {
    String value = environment.get(name);
    return value == null || value.isEmpty() ? Optional.empty() : Optional.of(value);
  }

  /// Whether a variable is set, to whatever value.
  boolean hasVariable(String name) {
    return environment.containsKey(name);
  }

  /// The same, but for one variable.
  public Surroundings withVariable(String name, String value) {
    Map<String, String> changed = new HashMap<>(environment);
    changed.put(name, value);
    return new Surroundings(changed, root, directory, user, machine, terminal, zone);
  }

  /// A path of the system that nobody chose, below [#root].
  public Path system(String absolute) {
    return root.resolve(absolute.substring(1));
  }

  /// A path as a user gave it, made absolute against the working directory.
  public Path absolute(String given) {
    return directory.resolve(given).normalize();
  }

  /// The user's configuration: `$XDG_CONFIG_HOME`, else `.config` at home.
  public Path configHome() {
    return home("XDG_CONFIG_HOME", ".config");
  }

  /// The user's data: `$XDG_DATA_HOME`, else `.local/share` at home.
  public Path dataHome() {
    return home("XDG_DATA_HOME", ".local/share");
  }

  /// The user's caches: `$XDG_CACHE_HOME`, else `.cache` at home.
  public Path cacheHome() {
    return home("XDG_CACHE_HOME", ".cache");
  }

  /// Where temporary files go: `$TMPDIR`, else `/tmp`.
  public Path temporary() {
    Optional<String> chosen = variable("TMPDIR");
    return chosen.isPresent() ? absolute(chosen.get()) : system("/tmp");
  }

  private Path home(String variable, String otherwise) {
    Optional<String> chosen = variable(variable);
    return chosen.isPresent() ? absolute(chosen.get()) : user.home().resolve(otherwise);
  }
}
