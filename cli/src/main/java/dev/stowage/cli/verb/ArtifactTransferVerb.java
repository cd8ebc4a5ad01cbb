package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.Words;
import dev.stowage.engine.Engine;
import dev.stowage.engine.PullOptions;
import dev.stowage.engine.PushOptions;
import dev.stowage.model.Document;
import dev.stowage.model.Reference;
import dev.stowage.transfer.TrustChoice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `artifact pull` and `artifact push`.
final class ArtifactTransferVerb implements Verb {
  private static final char NONE = Flag.NO_SHORTHAND;
  private static final String USUAL_RETRIES = "3";

  private final String path;
  private final boolean pulls;

  ArtifactTransferVerb(String path) {
    this.path = path;
    this.pulls = path.equals("artifact pull");
  }

  @Override
  public Command command() {
    String what = pulls ? "pull" : "push";
    List<Flag> flags = new ArrayList<>();
    flags.add(
        Flag.text(
            "authfile",
            NONE,
            "Path of the authentication file. Use REGISTRY_AUTH_FILE environment variable to"
                + " override"));
    flags.add(
        Flag.text("cert-dir", NONE, "Path to a directory containing TLS certificates and keys"));
    flags.add(
        Flag.text(
                "creds",
                NONE,
                "Credentials (USERNAME:PASSWORD) to use for authenticating to a registry")
            .taking("Credentials"));
    flags.add(Flag.toggle("quiet", 'q', "Suppress output information when " + what + "ing images"));
    flags.add(
        Flag.number(
                "retry",
                NONE,
                "number of times to retry in case of failure when performing " + what)
            .initially(USUAL_RETRIES));
    flags.add(
        Flag.text("retry-delay", NONE, "delay between retries in case of " + what + " failures"));
    flags.add(RegistryFlags.tlsVerify());
    flags.add(Flag.text("signature-policy", NONE, "Path to a signature-policy file").hidden());
    if (pulls) {
      flags.add(
          Flag.list(
              "decryption-key", NONE, "Key needed to decrypt the image (e.g. /path/to/key.pem)"));
    } else {
      flags.add(
          Flag.text(
              "digestfile", NONE, "Write the digest of the pushed image to the specified file"));
      flags.addAll(SigningFlags.all());
    }
    return Command.of(
            path,
            "[options] ARTIFACT",
            Arguments.exactly(1),
            pulls ? "Pull an OCI artifact" : "Push an OCI artifact")
        .described(
            pulls
                ? "Pulls an artifact from a registry and stores it locally."
                : "Push an OCI artifact from local storage to an image registry")
        .withExamples("@ registry.example.com/myimage/myartifact:latest")
        .withFlags(flags.toArray(new Flag[0]));
  }

  @Override
  public int run(Call call) throws IOException {
    Words words = call.words();
    String name = words.arguments().getFirst();
    Document pushed;
    try (Progresses progress = new Progresses(call);
        Engine engine = Session.open(call)) {
      if (pulls) {
        String digest =
            engine.artifacts().pull(name, pull(call), progress.listener()).digest().hex();
        progress.end();
        call.out().line(digest);
        return ExitCode.DONE;
      }
      pushed = engine.artifacts().push(name, push(call, name), progress.listener());
    }
    DigestFile.write(call, pushed.digest());
    return ExitCode.DONE;
  }

  private static PullOptions pull(Call call) throws IOException {
    Words words = call.words();
    PullOptions options =
        PullOptions.DEFAULT
            .withAccess(RegistryFlags.access(call))
            .withDecryption(PackingFlags.decryption(call));
    if (words.given("signature-policy")) {
      options =
          options.withTrust(
              TrustChoice.DEFAULT.withPolicy(
                  call.surroundings().absolute(words.text("signature-policy"))));
    }
    return retry(words).isPresent() ? options.withRetry(retry(words).get()) : options;
  }

  private static PushOptions push(Call call, String name) throws IOException {
    Words words = call.words();
    Optional<Reference> identity =
        SigningFlags.sign(words) ? Optional.of(Reference.parse(name).tagged()) : Optional.empty();
    PushOptions options =
        PushOptions.DEFAULT
            .withAccess(RegistryFlags.access(call))
            .withCopy(PushOptions.DEFAULT.copy().withSigning(SigningFlags.signing(call, identity)));
    return retry(words).isPresent() ? options.withRetry(retry(words).get()) : options;
  }

  private static Optional<PullOptions.Retry> retry(Words words) throws IOException {
    return words.given("retry") || words.given("retry-delay")
        ? Optional.of(
            new PullOptions.Retry(
                Integer.parseInt(words.text("retry")), PullVerb.delay(words.text("retry-delay"))))
        : Optional.empty();
  }
}
