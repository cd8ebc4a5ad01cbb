package dev.stowage.config;

import dev.stowage.model.Bytes;
import dev.stowage.model.Credentials;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Secret;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A program `docker-credential-<name>` that keeps credentials.
///
/// It is started with the verb `get`, reads the registry from its standard input, and answers with
/// JSON `{"Username": …, "Secret": …}`; the user name `<token>` marks an identity token. The verbs
/// `store`, `erase` and `list` change and tell what it keeps.
///
/// @see <a href="https://github.com/docker/docker-credential-helpers">docker-credential-helpers</a>
record CredentialHelper(String name, Surroundings surroundings) {

  /// What a helper says where it has nothing.
  private static final String NOTHING = "credentials not found in native keychain";

  /// The most bytes of an answer: a token has some kilobytes.
  private static final int MOST_BYTES = 1 << 20;

  private static final String TOKEN = "<token>";

  static CredentialHelper named(String name, Surroundings surroundings) {
    return new CredentialHelper(name, surroundings);
  }

  /// The credentials for a registry.
  ///
  /// @param namedBy what names this helper
  /// @param trace is told how it went
  Optional<Credentials> get(String registry, String namedBy, List<FoundCredentials.Look> trace)
      throws IOException {
    String place = "docker-credential-" + name + " (named in " + namedBy + ")";
    Answer answer = run("get", registry);
    String text = answer.output().strip();
    if (answer.status() != 0) {
      if (text.equals(NOTHING)) {
        trace.add(new FoundCredentials.Look(place, "no credentials for " + registry));
        return Optional.empty();
      }
      throw new MalformedException(
          place
              + ": error getting credentials - err: exit status "
              + answer.status()
              + ", out: `"
              + text
              + "`");
    }
    Json.Obj json;
    try {
      json = Json.parseObject(Bytes.utf8(text));
    } catch (MalformedException e) {
      // The answer holds a secret, so nothing of it is quoted.
      throw new MalformedException(place + ": answered with something else than credentials");
    }
    String user = json.string("Username").orElse("");
    Secret secret = Secret.of(json.string("Secret").orElse(""));
    if (user.isEmpty() && secret.isEmpty()) {
      trace.add(new FoundCredentials.Look(place, "no credentials for " + registry));
      return Optional.empty();
    }
    trace.add(new FoundCredentials.Look(place, "credentials of " + registry));
    return Optional.of(
        user.equals(TOKEN)
            ? new Credentials.IdentityToken(secret)
            : new Credentials.Basic(user, secret));
  }

  /// Has the helper keep a login.
  ///
  /// @return where it is now, in words
  String store(String registry, Credentials.Basic login) throws IOException {
    Json.Obj said =
        Json.object()
            .put("ServerURL", registry)
            .put("Username", login.user())
            .put("Secret", login.password().reveal())
            .build();
    Answer answer = run("store", said.compact());
    if (answer.status() != 0) {
      throw failed("error storing credentials", answer);
    }
    return "credential helper: " + name;
  }

  /// Has the helper forget a login.
  CredentialKeeper.Removed erase(String registry) throws IOException {
    Answer answer = run("erase", registry);
    if (answer.status() == 0) {
      return CredentialKeeper.Removed.YES;
    }
    if (answer.output().strip().equals(NOTHING)) {
      return CredentialKeeper.Removed.NOTHING_THERE;
    }
    throw failed("error erasing credentials", answer);
  }

  /// The registries for which the helper keeps logins.
  List<String> hosts() throws IOException {
    Answer answer = run("list", "unused");
    if (answer.status() != 0) {
      throw failed("error listing credentials", answer);
    }
    try {
      return List.copyOf(Json.parseObject(Bytes.utf8(answer.output().strip())).fields().keySet());
    } catch (MalformedException e) {
      throw new MalformedException(
          "docker-credential-" + name + ": answered with something else than a list of registries");
    }
  }

  private MalformedException failed(String what, Answer answer) {
    return new MalformedException(
        "docker-credential-"
            + name
            + ": "
            + what
            + " - err: exit status "
            + answer.status()
            + ", out: `"
            + answer.output().strip()
            + "`");
  }

  private record Answer(int status, String output) {}

  private Answer run(String verb, String input) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(program().toString(), verb);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().clear();
    builder.environment().putAll(surroundings.environment());
    Process process = builder.start();
    try {
      try (OutputStream stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // A helper may answer without reading to the end; what it answers decides.
      }
      byte[] output = process.getInputStream().readNBytes(MOST_BYTES + 1);
      if (output.length > MOST_BYTES) {
        // It would wait for ever to get rid of the rest.
        throw new MalformedException(
            "docker-credential-" + name + ": answered with more than " + MOST_BYTES + " bytes");
      }
      return new Answer(process.waitFor(), new String(output, StandardCharsets.UTF_8));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while docker-credential-" + name + " ran");
    } finally {
      process.destroy();
    }
  }

  private Path program() throws NotFoundException {
    String file = "docker-credential-" + name;
    if (file.indexOf('/') < 0) {
      for (String directory : surroundings.variable("PATH").orElse("").split(":")) {
        if (!directory.isEmpty()) {
          Path program = surroundings.absolute(directory).resolve(file);
          if (Files.isExecutable(program) && !Files.isDirectory(program)) {
            return program;
          }
        }
      }
    }
    throw new NotFoundException(
        NotFoundException.Kind.FILE,
        file,
        "exec: \""
            + file
            + "\": executable file not found in $PATH: install it, or remove it from the"
            + " configuration");
  }
}
