package dev.stowage.config;

import dev.stowage.model.Credentials;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Where this machine keeps credentials for registries: auth files and credential helpers.
///
/// @param surroundings whose files they are
/// @param helpers the helpers to ask in their order, [RegistriesConfig#AUTH_FILES] for the files
/// @param chosen the file that `--authfile` or `$REGISTRY_AUTH_FILE` names, which is then the only
///   one
/// @see <a
///   href="https://github.com/containers/container-libs/blob/main/image/docs/containers-auth.json.5.md">
///   containers-auth.json(5)</a>
public record CredentialSources(
    Surroundings surroundings, List<String> helpers, Optional<Setting<Path>> chosen) {

  public CredentialSources {
    helpers = List.copyOf(helpers);
  }

  /// The sources as configured.
  ///
  /// @param authFile what `--authfile` says
  public static CredentialSources of(
      Surroundings surroundings, RegistriesConfig registries, Optional<Path> authFile) {
    Optional<Setting<Path>> chosen = Optional.empty();
    Optional<String> variable = surroundings.variable("REGISTRY_AUTH_FILE");
    if (authFile.isPresent()) {
      chosen =
          Optional.of(
              new Setting<>(
                  surroundings.directory().resolve(authFile.get()),
                  new Origin.OnCommandLine("--authfile")));
    } else if (variable.isPresent()) {
      chosen =
          Optional.of(
              new Setting<>(
                  surroundings.absolute(variable.get()),
                  new Origin.InVariable("REGISTRY_AUTH_FILE")));
    }
    return new CredentialSources(surroundings, registries.credentialHelpers(), chosen);
  }

  /// The auth files in the order they are read in.
  public List<AuthFile> files() {
    if (chosen.isPresent()) {
      return List.of(new AuthFile(chosen.get().value(), AuthFile.Format.CURRENT));
    }
    List<AuthFile> files = new ArrayList<>();
    Path home = surroundings.user().home();
    Optional<String> runtime = surroundings.variable("XDG_RUNTIME_DIR");
    Path first =
        runtime.isPresent()
            ? surroundings.absolute(runtime.get()).resolve("containers")
            : surroundings.system("/run/containers/" + surroundings.user().uid());
    files.add(new AuthFile(first.resolve("auth.json"), AuthFile.Format.CURRENT));
    files.add(
        new AuthFile(
            surroundings.configHome().resolve("containers/auth.json"), AuthFile.Format.CURRENT));
    Optional<String> docker = surroundings.variable("DOCKER_CONFIG");
    Path dockers =
        docker.isPresent() ? surroundings.absolute(docker.get()) : home.resolve(".docker");
    files.add(new AuthFile(dockers.resolve("config.json"), AuthFile.Format.CURRENT));
    files.add(new AuthFile(home.resolve(".dockercfg"), AuthFile.Format.LEGACY));
    return files;
  }

  /// The credentials for a repository: of the first source that has any.
  ///
  /// @throws IOException if nothing was found and a source could not be asked
  public FoundCredentials find(Repository repository) throws IOException {
    return find(repository.host(), repository.path());
  }

  /// The credentials for a registry as a whole.
  public FoundCredentials find(String host) throws IOException {
    return find(host, "");
  }

  /// The credentials that a key stands for: a registry, or a namespace or repository of one.
  public FoundCredentials findByKey(String key) throws IOException {
    int slash = key.indexOf('/');
    return slash < 0 ? find(key, "") : find(key.substring(0, slash), key.substring(slash + 1));
  }

  private FoundCredentials find(String host, String path) throws IOException {
    List<FoundCredentials.Look> trace = new ArrayList<>();
    List<IOException> failures = new ArrayList<>();
    for (String helper : helpers) {
      try {
        Optional<Credentials> found =
            helper.equals(RegistriesConfig.AUTH_FILES)
                ? inFiles(host, path, trace)
                : CredentialHelper.named(helper, surroundings).get(host, "registries.conf", trace);
        if (found.isPresent()) {
          return new FoundCredentials(found.get(), trace);
        }
      } catch (IOException e) {
        trace.add(new FoundCredentials.Look(helper, String.valueOf(e.getMessage())));
        failures.add(e);
      }
    }
    if (failures.size() == 1) {
      throw failures.getFirst();
    }
    if (!failures.isEmpty()) {
      StringBuilder message = new StringBuilder("errors looking up credentials:");
      for (IOException failure : failures) {
        message.append("\n\t* ").append(failure.getMessage());
      }
      throw new MalformedException(message.toString());
    }
    return new FoundCredentials(new Credentials.Anonymous(), trace);
  }

  private Optional<Credentials> inFiles(String host, String path, List<FoundCredentials.Look> trace)
      throws IOException {
    Optional<String> runtime = surroundings.variable("XDG_RUNTIME_DIR");
    if (chosen.isEmpty()
        && runtime.isPresent()
        && !Files.exists(surroundings.absolute(runtime.get()))) {
      trace.add(
          new FoundCredentials.Look(
              "$XDG_RUNTIME_DIR",
              "the directory "
                  + runtime.get()
                  + " does not exist: create it, or unset the variable"));
    }
    for (AuthFile file : files()) {
      Optional<Credentials> found = file.find(host, path, surroundings, trace);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }
}
