package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.cli.grammar.Words;
import dev.stowage.engine.PullOptions;
import dev.stowage.engine.TransferOptions;
import dev.stowage.model.Credentials;
import dev.stowage.model.Platform;
import dev.stowage.transfer.RegistryAccess;
import dev.stowage.transfer.TrustChoice;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The flags of commands that copy from one place to another: those that each end has of its own,
/// and those that say which image goes, whether it may, and how often it is tried.
final class EndFlags {
  private static final char NONE = Flag.NO_SHORTHAND;

  private EndFlags() {}

  /// The flags that each end of the copy has of its own.
  static List<Flag> of(String prefix, String credentials) {
    return List.of(
        Flag.text(prefix + "authfile", NONE, "path of the registry credentials file"),
        Flag.text(
                prefix + "cert-dir",
                NONE,
                "use certificates at PATH (*.crt, *.cert, *.key) to connect to the registry or"
                    + " daemon")
            .taking("PATH"),
        Flag.text(prefix + "creds", NONE, "Use USERNAME[:PASSWORD] for accessing the registry")
            .taking("USERNAME[:PASSWORD]"),
        Flag.text(credentials, NONE, "").hidden(),
        Flag.text(
                prefix + "daemon-host",
                NONE,
                "use docker daemon host at HOST (docker-daemon: only)")
            .taking("HOST"),
        Flag.toggle(prefix + "no-creds", NONE, "Access the registry anonymously"),
        Flag.text(prefix + "password", NONE, "Password for accessing the registry"),
        Flag.text(
            prefix + "registry-token", NONE, "Provide a Bearer token for accessing the registry"),
        Flag.text(
                prefix + "shared-blob-dir",
                NONE,
                "DIRECTORY to use to share blobs across OCI repositories")
            .taking("DIRECTORY"),
        Flag.toggle(
                prefix + "tls-verify",
                NONE,
                "require HTTPS and verify certificates when talking to the container registry or"
                    + " daemon")
            .initially("true"),
        Flag.text(prefix + "username", NONE, "Username for accessing the registry"));
  }

  /// What the flags of one end say.
  static TransferOptions.End read(Call call, String prefix, String alias) throws IOException {
    Words words = call.words();
    RegistryAccess access = RegistryAccess.DEFAULT;
    Optional<Credentials> caller = RegistryFlags.credentials(call, prefix, alias);
    if (caller.isPresent()) {
      access = access.withCredentials(caller.get());
    }
    if (words.given(prefix + "tls-verify")) {
      access =
          access.withTls(
              words.on(prefix + "tls-verify")
                  ? RegistryAccess.Tls.REQUIRED
                  : RegistryAccess.Tls.NOT_VERIFIED);
    }
    String authFile = words.given(prefix + "authfile") ? prefix + "authfile" : "authfile";
    if (words.given(authFile)) {
      access = access.withAuthFile(call.surroundings().absolute(words.text(authFile)));
    }
    if (words.given(prefix + "cert-dir")) {
      access =
          access.withCertificates(call.surroundings().absolute(words.text(prefix + "cert-dir")));
    }
    if (words.given("registries.d")) {
      access = access.withSignaturePlaces(call.surroundings().absolute(words.text("registries.d")));
    }
    return new TransferOptions.End(
        access,
        words.given(prefix + "shared-blob-dir")
            ? Optional.of(call.surroundings().absolute(words.text(prefix + "shared-blob-dir")))
            : Optional.empty(),
        words.given(prefix + "daemon-host")
            ? Optional.of(words.text(prefix + "daemon-host"))
            : Optional.empty());
  }

  /// What the flags say about trust.
  static TrustChoice trust(Call call) throws IOException {
    Words words = call.words();
    if (words.on("insecure-policy") && words.on("require-signed")) {
      throw new UsageException("--insecure-policy and --require-signed are mutually exclusive");
    }
    TrustChoice trust = TrustChoice.DEFAULT;
    if (words.on("insecure-policy")) {
      trust = trust.acceptingAnything();
    } else if (words.given("policy")) {
      trust = trust.withPolicy(call.surroundings().absolute(words.text("policy")));
    }
    if (words.on("require-signed")) {
      trust = trust.withDemand(TrustChoice.Demand.SIGNATURE);
    }
    return trust;
  }

  /// With what the flags say about retrying.
  static TransferOptions withRetry(TransferOptions options, Words words) throws IOException {
    int retries = words.given("retry-times") ? Integer.parseInt(words.text("retry-times")) : 0;
    Duration delay = PullVerb.delay(words.text("retry-delay"));
    return retries > 0 ? options.withRetry(new PullOptions.Retry(retries, delay)) : options;
  }

  /// The platform that the flags ask for.
  static Platform platform(Words words, Platform machine) {
    boolean sameCpu = words.text("override-arch").isEmpty();
    return new Platform(
            words.given("override-os") ? words.text("override-os") : machine.os(),
            sameCpu ? machine.architecture() : words.text("override-arch"),
            words.given("override-variant")
                ? words.text("override-variant")
                : sameCpu ? machine.variant() : "")
        .normalized();
  }
}
