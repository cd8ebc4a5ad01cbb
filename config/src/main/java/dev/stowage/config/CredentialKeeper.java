package dev.stowage.config;

import dev.stowage.model.Credentials;
import dev.stowage.model.MalformedException;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.UnsupportedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Records logins where programs of this machine look for them: the auth file, or the credential
/// helper that is configured in its place.
///
/// @param sources where logins are looked for
/// @param file the file to write
/// @param form for whom it is written
public record CredentialKeeper(CredentialSources sources, AuthFile file, Form form) {

  /// Who reads the file besides this program.
  public enum Form {
    /// The tools of the Podman family: keys may name repositories, and the helpers of
    /// registries.conf go before the file.
    CONTAINERS,
    /// Docker: keys name registries, and helpers are those of the file alone.
    DOCKER
  }

  /// What came of the wish to remove a login.
  public enum Removed {
    YES,
    /// There was none.
    NOTHING_THERE
  }

  private static final String DOCKER_HUB_KEY = "https://index.docker.io/v1/";

  /// The keeper that the command line and the environment ask for.
  ///
  /// @param authFile what `--authfile` says
  /// @param compatFile what `--compat-auth-file` says: a file of Docker's
  public static CredentialKeeper of(
      Surroundings surroundings,
      RegistriesConfig registries,
      Optional<Path> authFile,
      Optional<Path> compatFile)
      throws IOException {
    if (authFile.isPresent() && compatFile.isPresent()) {
      throw new UnsupportedException(
          "options for paths to the credential file and to the Docker-compatible credential file"
              + " can not be set simultaneously");
    }
    CredentialSources sources = CredentialSources.of(surroundings, registries, authFile);
    if (sources.chosen().isPresent() && compatFile.isEmpty()) {
      return new CredentialKeeper(
          sources,
          new AuthFile(sources.chosen().get().value(), AuthFile.Format.CURRENT),
          Form.CONTAINERS);
    }
    Optional<Setting<Path>> dockers = dockers(surroundings, compatFile);
    if (dockers.isPresent()) {
      return new CredentialKeeper(
          new CredentialSources(surroundings, List.of(RegistriesConfig.AUTH_FILES), dockers),
          new AuthFile(dockers.get().value(), AuthFile.Format.CURRENT),
          Form.DOCKER);
    }
    Optional<String> runtime = surroundings.variable("XDG_RUNTIME_DIR");
    if (runtime.isPresent() && !Files.exists(surroundings.absolute(runtime.get()))) {
      throw new NotFoundException(
          NotFoundException.Kind.FILE,
          runtime.get(),
          "\""
              + runtime.get()
              + "\" directory set by $XDG_RUNTIME_DIR does not exist. Either create the directory"
              + " or unset $XDG_RUNTIME_DIR.");
    }
    return new CredentialKeeper(sources, sources.files().getFirst(), Form.CONTAINERS);
  }

  private static Optional<Setting<Path>> dockers(
      Surroundings surroundings, Optional<Path> compatFile) {
    if (compatFile.isPresent()) {
      return Optional.of(
          new Setting<>(
              surroundings.directory().resolve(compatFile.get()),
              new Origin.OnCommandLine("--compat-auth-file")));
    }
    Optional<String> directory = surroundings.variable("DOCKER_CONFIG");
    return directory.isPresent()
        ? Optional.of(
            new Setting<>(
                surroundings.absolute(directory.get()).resolve("config.json"),
                new Origin.InVariable("DOCKER_CONFIG")))
        : Optional.empty();
  }

  /// Records a login, in the first place that takes it.
  ///
  /// @param key a registry, or a namespace or repository of one
  /// @return where it is now, in words
  public String store(String key, Credentials.Basic login) throws IOException {
    String name = checked(key);
    List<String> failures = new ArrayList<>();
    for (String helper : helpers()) {
      try {
        if (helper.equals(RegistriesConfig.AUTH_FILES)) {
          return storeInFile(name, login);
        }
        refuseNamespace(name, helper);
        return CredentialHelper.named(helper, surroundings()).store(name, login);
      } catch (IOException e) {
        failures.add(String.valueOf(e.getMessage()));
      }
    }
    throw joined("Errors storing credentials", failures);
  }

  private String storeInFile(String name, Credentials.Basic login) throws IOException {
    AuthFileText text = AuthFileText.read(file.path());
    Optional<String> helper = text.helper(name);
    if (helper.isPresent()) {
      refuseNamespace(name, helper.get());
      return CredentialHelper.named(helper.get(), surroundings()).store(name, login);
    }
    text.with(name, login).write();
    return file.path().toString();
  }

  /// Removes a login from every place where this keeper would record it.
  public Removed remove(String key) throws IOException {
    String name = checked(key);
    List<String> failures = new ArrayList<>();
    Removed removed = Removed.NOTHING_THERE;
    for (String helper : helpers()) {
      try {
        boolean inFile = helper.equals(RegistriesConfig.AUTH_FILES);
        if ((inFile ? removeFromFile(name) : removeFrom(helper, name)) == Removed.YES) {
          removed = Removed.YES;
        }
      } catch (IOException e) {
        failures.add(String.valueOf(e.getMessage()));
      }
    }
    if (!failures.isEmpty()) {
      throw joined("errors removing credentials", failures);
    }
    return removed;
  }

  private Removed removeFromFile(String name) throws IOException {
    AuthFileText text = AuthFileText.read(file.path());
    Optional<String> helper = text.helper(name);
    Removed removed = helper.isPresent() ? removeFrom(helper.get(), name) : Removed.NOTHING_THERE;
    if (text.holds(name)) {
      text.without(name).write();
      return Removed.YES;
    }
    return removed;
  }

  private Removed removeFrom(String helper, String name) throws IOException {
    return isNamespace(name)
        ? Removed.NOTHING_THERE
        : CredentialHelper.named(helper, surroundings()).erase(name);
  }

  /// Removes every login: from every helper what it gives up, and from the file all of it, whatever
  /// becomes of the others.
  public void removeAll() throws IOException {
    List<String> failures = new ArrayList<>();
    for (String helper : helpers()) {
      try {
        if (helper.equals(RegistriesConfig.AUTH_FILES)) {
          AuthFileText text = AuthFileText.read(file.path());
          for (String host : text.hostsWithHelpers()) {
            removeAllOf(
                List.of(host),
                CredentialHelper.named(text.helper(host).orElseThrow(), surroundings()),
                failures);
          }
          text.emptied().write();
        } else {
          CredentialHelper named = CredentialHelper.named(helper, surroundings());
          removeAllOf(named.hosts(), named, failures);
        }
      } catch (NotFoundException e) {
        // A helper that is not installed keeps nothing.
      } catch (IOException e) {
        failures.add(String.valueOf(e.getMessage()));
      }
    }
    if (!failures.isEmpty()) {
      throw joined("errors removing all credentials:", failures);
    }
  }

  private static void removeAllOf(
      List<String> hosts, CredentialHelper helper, List<String> failures) {
    for (String host : hosts) {
      try {
        Removed _ = helper.erase(host);
      } catch (NotFoundException e) {
        // A helper that is not installed keeps nothing.
      } catch (IOException e) {
        failures.add(String.valueOf(e.getMessage()));
      }
    }
  }

  private List<String> helpers() {
    return sources.helpers();
  }

  private Surroundings surroundings() {
    return sources.surroundings();
  }

  private String checked(String key) throws IOException {
    if (key.startsWith("http://") || key.startsWith("https://")) {
      throw new MalformedException("key " + key + " contains http[s]:// prefix");
    }
    if (form == Form.DOCKER) {
      if (key.indexOf('/') >= 0) {
        throw new UnsupportedException(
            "Credentials cannot be recorded in Docker-compatible format with namespaced key \""
                + key
                + "\"");
      }
      return key.equals("docker.io") ? DOCKER_HUB_KEY : key;
    }
    return key;
  }

  private boolean isNamespace(String name) {
    return form == Form.CONTAINERS && name.indexOf('/') >= 0;
  }

  private void refuseNamespace(String name, String helper) throws UnsupportedException {
    if (isNamespace(name)) {
      throw new UnsupportedException(
          "namespaced key is not supported for credential helper " + helper);
    }
  }

  private static IOException joined(String what, List<String> failures) {
    return new IOException(what + "\n\t* " + String.join("\n\t* ", failures) + "\n");
  }
}
