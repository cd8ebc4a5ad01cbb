package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.cli.grammar.Words;
import dev.stowage.config.Surroundings;
import dev.stowage.engine.Remote;
import dev.stowage.model.Credentials;
import dev.stowage.model.Secret;
import dev.stowage.transfer.RegistryAccess;
import dev.stowage.transfer.TrustChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The flags that say how registries are talked to, and what they amount to.
final class RegistryFlags {
  private static final char NONE = Flag.NO_SHORTHAND;

  private RegistryFlags() {}

  /// The flags that Skopeo's commands have, and some of a command's own.
  static Flag[] skopeos(Flag... own) {
    List<Flag> flags = new ArrayList<>(List.of(own));
    flags.add(Flag.text("authfile", NONE, "path of the authentication file"));
    flags.add(
        Flag.text("cert-dir", NONE, "use certificates at PATH (*.crt, *.cert, *.key) to connect")
            .taking("PATH"));
    flags.add(
        Flag.text("creds", NONE, "Use USERNAME[:PASSWORD] for accessing the registry")
            .taking("USERNAME[:PASSWORD]"));
    flags.add(Flag.toggle("no-creds", NONE, "Access the registry anonymously"));
    flags.add(Flag.text("password", NONE, "Password for accessing the registry"));
    flags.add(
        Flag.text("registry-token", NONE, "Provide a Bearer token for accessing the registry"));
    flags.add(Flag.number("retry-times", NONE, "the number of times to possibly retry"));
    flags.add(
        Flag.toggle(
                "tls-verify",
                NONE,
                "require HTTPS and verify certificates when talking to the container registry")
            .initially("true"));
    flags.add(Flag.text("username", NONE, "Username for accessing the registry"));
    return flags.toArray(new Flag[0]);
  }

  /// The flag `--tls-verify` of Podman's commands.
  static Flag tlsVerify() {
    return Flag.toggle(
            "tls-verify", NONE, "Require HTTPS and verify certificates when contacting registries")
        .initially("true");
  }

  /// The registries as the flags say.
  static Remote open(Call call) throws IOException {
    Words words = call.words();
    Optional<Integer> retries =
        words.given("retry-times")
            ? Optional.of(Integer.parseInt(words.text("retry-times")))
            : Optional.empty();
    return Remote.open(call.surroundings(), access(call), retries, new Heard(call));
  }

  /// What the flags say over the head of the configuration. A password that is not given with its
  /// user is asked for.
  static RegistryAccess access(Call call) throws IOException {
    Words words = call.words();
    RegistryAccess access = RegistryAccess.DEFAULT;
    Optional<Credentials> caller = credentials(call, "", "");
    if (caller.isPresent()) {
      access = access.withCredentials(caller.get());
    }
    if (words.given("tls-verify")) {
      access =
          access.withTls(
              words.on("tls-verify")
                  ? RegistryAccess.Tls.REQUIRED
                  : RegistryAccess.Tls.NOT_VERIFIED);
    }
    if (words.given("authfile")) {
      access = access.withAuthFile(authFile(words.text("authfile"), call.surroundings()));
    }
    if (words.given("cert-dir")) {
      access = access.withCertificates(call.surroundings().absolute(words.text("cert-dir")));
    }
    return access;
  }

  /// An auth file that has to be there.
  static Path authFile(String text, Surroundings surroundings) throws UsageException {
    Path file = surroundings.absolute(text);
    if (!Files.exists(file)) {
      throw new UsageException(
          "credential file is not accessible: stat " + file + ": no such file or directory");
    }
    return file;
  }

  /// What the flags say about whose name registries are talked to in.
  ///
  /// @param prefix what the flags' names begin with
  /// @param alias another name of the flag with user and password; empty where it has none
  static Optional<Credentials> credentials(Call call, String prefix, String alias)
      throws IOException {
    Words words = call.words();
    boolean pair = words.given(prefix + "creds") || !alias.isEmpty() && words.given(alias);
    boolean parts = words.given(prefix + "username") || words.given(prefix + "password");
    if (words.given(prefix + "no-creds") && words.on(prefix + "no-creds")) {
      if (pair || parts) {
        throw new UsageException("creds and no-creds cannot be specified at the same time");
      }
      return Optional.of(new Credentials.Anonymous());
    }
    if (pair && parts) {
      throw new UsageException("creds and username/password cannot be specified at the same time");
    }
    if (words.given(prefix + "registry-token")) {
      return Optional.of(new Credentials.Token(Secret.of(words.text(prefix + "registry-token"))));
    }
    if (parts) {
      if (!words.given(prefix + "username") || !words.given(prefix + "password")) {
        throw new UsageException("username and password must be specified together");
      }
      return Optional.of(
          basic(words.text(prefix + "username"), Secret.of(words.text(prefix + "password"))));
    }
    return pair
        ? Optional.of(
            pair(call, words.text(words.given(prefix + "creds") ? prefix + "creds" : alias)))
        : Optional.empty();
  }

  /// What Podman's flag `--signature-policy` says.
  static TrustChoice trust(Call call) {
    return call.words().given("signature-policy")
        ? TrustChoice.DEFAULT.withPolicy(
            call.surroundings().absolute(call.words().text("signature-policy")))
        : TrustChoice.DEFAULT;
  }

  private static Credentials pair(Call call, String text) throws IOException {
    if (text.isEmpty()) {
      throw new UsageException("credentials can't be empty");
    }
    int colon = text.indexOf(':');
    String user = colon < 0 ? text : text.substring(0, colon);
    if (user.isEmpty()) {
      throw new UsageException("username can't be empty");
    }
    return basic(user, colon < 0 ? Prompt.password(call) : Secret.of(text.substring(colon + 1)));
  }

  private static Credentials basic(String user, Secret password) {
    return new Credentials.Basic(user, password);
  }
}
