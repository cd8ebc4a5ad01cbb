package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Words;
import dev.stowage.config.CredentialKeeper;
import dev.stowage.config.RegistriesConfig;
import dev.stowage.engine.Remote;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Reference;
import dev.stowage.transfer.RegistryAccess;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What `login` and `logout` have in common: for which registry, and where logins are kept.
final class Logins {

  /// What is logged in to.
  ///
  /// @param key what the login is kept under: a registry, or a namespace or repository of one
  /// @param registry its host
  record Target(String key, String registry) {}

  private Logins() {}

  /// The argument understood; without one, the first registry that short names are looked for in.
  static Target target(Call call, String doing) throws IOException {
    List<String> arguments = call.words().arguments();
    if (arguments.isEmpty()) {
      RegistriesConfig config = RegistriesConfig.read(call.surroundings());
      if (config.search().isEmpty() || config.search().get().value().isEmpty()) {
        throw new IOException(
            "no registries found in registries.conf, a registry must be provided to " + doing);
      }
      String first = config.search().get().value().getFirst();
      return new Target(first, first);
    }
    String key = withoutScheme(arguments.getFirst());
    int slash = key.indexOf('/');
    if (slash < 0) {
      return new Target(key, key);
    }
    Reference reference;
    try {
      reference = Reference.parse(key);
    } catch (MalformedException e) {
      throw new MalformedException(
          "parse reference from \"" + key + "\": " + e.getMessage(), e.position(), e);
    }
    if (reference.tag().isPresent() || reference.digest().isPresent()) {
      throw new MalformedException("reference \"" + reference + "\" contains tag or digest");
    }
    return new Target(key, key.substring(0, slash));
  }

  private static String withoutScheme(String text) throws MalformedException {
    if (!text.startsWith("https://") && !text.startsWith("http://")) {
      return text;
    }
    try {
      String host = new URI(text).getRawAuthority();
      if (host == null) {
        throw new MalformedException("trimming http{s} prefix: \"" + text + "\" has no host");
      }
      return host;
    } catch (URISyntaxException e) {
      throw new MalformedException("trimming http{s} prefix: " + e.getMessage(), e.getIndex(), e);
    }
  }

  /// Where logins are kept. A file that is named need not be there yet.
  static CredentialKeeper keeper(Call call) throws IOException {
    return CredentialKeeper.of(
        call.surroundings(),
        RegistriesConfig.read(call.surroundings()),
        file(call, "authfile"),
        file(call, "compat-auth-file"));
  }

  private static Optional<Path> file(Call call, String flag) {
    Words words = call.words();
    return words.given(flag) && !words.text(flag).isEmpty()
        ? Optional.of(call.surroundings().absolute(words.text(flag)))
        : Optional.empty();
  }

  /// The registries, talked to as the flags say, by nobody so far.
  static Remote open(Call call) throws IOException {
    Words words = call.words();
    RegistryAccess access = RegistryAccess.DEFAULT;
    if (words.given("tls-verify")) {
      access =
          access.withTls(
              words.on("tls-verify")
                  ? RegistryAccess.Tls.REQUIRED
                  : RegistryAccess.Tls.NOT_VERIFIED);
    }
    if (words.given("cert-dir")) {
      access = access.withCertificates(call.surroundings().absolute(words.text("cert-dir")));
    }
    return Remote.open(call.surroundings(), access, Optional.empty(), new Heard(call));
  }
}
