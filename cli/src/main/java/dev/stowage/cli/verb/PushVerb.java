package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.Words;
import dev.stowage.cli.output.Log;
import dev.stowage.engine.Engine;
import dev.stowage.engine.LookupOptions;
import dev.stowage.engine.PullOptions;
import dev.stowage.engine.PushOptions;
import dev.stowage.engine.Pushed;
import dev.stowage.model.Reference;
import dev.stowage.transfer.CopyOptions;
import dev.stowage.transfer.LocalForm;
import dev.stowage.transfer.Location;
import dev.stowage.transfer.Outcome;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// `push` and `image push`.
final class PushVerb implements Verb {
  private static final int USUAL_RETRIES = 3;
  private static final char NONE = Flag.NO_SHORTHAND;

  private final String path;

  PushVerb(String path) {
    this.path = path;
  }

  @Override
  public Command command() {
    return Command.of(
            path,
            "[options] IMAGE [DESTINATION]",
            new Arguments(1, 2),
            "Push an image to a specified destination")
        .described(
            """
            Pushes a source image to a specified destination.

              The DESTINATION is a name in a registry or has the form "transport":"details". Layers keep their digests
              where the destination has them, where they can be compressed exactly as they were, or where they can be
              fetched from where the image was pulled from.\
            """)
        .withExamples(
            "@ imageID docker://registry.example.com/repository:tag",
            "@ imageID oci-archive:/path/to/layout:image:tag")
        .withFlags(
            SigningFlags.with(
                Flag.text(
                    "authfile",
                    NONE,
                    "Path of the authentication file. Use REGISTRY_AUTH_FILE environment variable"
                        + " to override"),
                Flag.text(
                    "cert-dir", NONE, "Path to a directory containing TLS certificates and keys"),
                Flag.toggle(
                    "compress",
                    NONE,
                    "Compress tarball image layers when pushing to a directory using the 'dir'"
                        + " transport. (default is same compression type as source)"),
                Flag.text("compression-format", NONE, "compression format to use")
                    .initially("gzip"),
                Flag.number("compression-level", NONE, "compression level to use"),
                Flag.text(
                        "creds",
                        NONE,
                        "Credentials (USERNAME:PASSWORD) to use for authenticating to a registry")
                    .taking("Credentials"),
                Flag.text(
                    "digestfile",
                    NONE,
                    "Write the digest of the pushed image to the specified file"),
                Flag.toggle(
                    "disable-content-trust",
                    NONE,
                    "This is a Docker specific option and is a NOOP"),
                Flag.list(
                    "encrypt-layer",
                    NONE,
                    "Layers to encrypt, 0-indexed layer indices with support for negative indexing"
                        + " (e.g. 0 is the first layer, -1 is the last layer). If not defined, will"
                        + " encrypt all layers if encryption-key flag is specified"),
                Flag.list(
                    "encryption-key",
                    NONE,
                    "Key with the encryption protocol to use to encrypt the image (e.g."
                        + " jwe:/path/to/key.pem)"),
                Flag.toggle(
                        "fetch-originals",
                        NONE,
                        "Fetch layers from where they were pulled from, so that they keep their"
                            + " digests")
                    .initially("true"),
                Flag.toggle(
                    "force-compression",
                    NONE,
                    "Use the specified compression algorithm even if the destination contains a"
                        + " differently-compressed variant already"),
                Flag.text(
                    "format",
                    'f',
                    "Manifest type (oci, v2s2, or v2s1) to use in the destination (default is"
                        + " manifest type of source, with fallbacks)"),
                Flag.toggle("quiet", 'q', "Suppress output information when pushing images"),
                Flag.text("signature-policy", NONE, "Path to a signature-policy file").hidden(),
                Flag.number(
                        "retry",
                        NONE,
                        "number of times to retry in case of failure when performing push")
                    .initially(Integer.toString(USUAL_RETRIES)),
                Flag.text("retry-delay", NONE, "delay between retries in case of push failures"),
                Flag.toggle(
                        "tls-verify",
                        NONE,
                        "Require HTTPS and verify certificates when contacting registries")
                    .initially("true")));
  }

  @Override
  public int run(Call call) throws IOException {
    Words words = call.words();
    PushOptions options = options(call);
    List<String> arguments = words.arguments();
    Optional<String> destination =
        arguments.size() > 1 ? Optional.of(arguments.get(1)) : Optional.<String>empty();
    Pushed pushed;
    try (Progresses progress = new Progresses(call);
        Engine engine = Session.open(call)) {
      CopyOptions copy =
          options
              .copy()
              .withSigning(SigningFlags.signing(call, identity(words, engine, destination)));
      pushed =
          engine.push(
              arguments.getFirst(), destination, options.withCopy(copy), progress.listener());
    }
    for (Outcome layer : pushed.layers()) {
      call.log()
          .say(
              Log.Level.INFO,
              layer.part()
                  + ": "
                  + layer.means().words()
                  + (layer.sameDigest() ? "" : ", now " + layer.result().digest()));
    }
    DigestFile.write(call, pushed.digest());
    return ExitCode.DONE;
  }

  /// The name that the image gets where it is pushed to.
  private static Optional<Reference> identity(
      Words words, Engine engine, Optional<String> destination) throws IOException {
    if (!SigningFlags.sign(words)) {
      return Optional.empty();
    }
    String to =
        destination.isPresent()
            ? destination.get()
            : engine
                .images()
                .find(
                    words.arguments().getFirst(),
                    LookupOptions.DEFAULT.withLists(LookupOptions.Lists.INSTANCE_OR_LIST))
                .name();
    return SigningFlags.identity(
        words, Location.parse(Location.transportOf(to).isPresent() ? to : "docker://" + to));
  }

  private static PushOptions options(Call call) throws IOException {
    Words words = call.words();
    CopyOptions copy =
        CopyOptions.of(CopyOptions.Instances.ALL)
            .withForm(PackingFlags.form(words, PackingFlags.Names.PUSH))
            .withSealing(PackingFlags.encryption(call));
    PushOptions options =
        PushOptions.DEFAULT
            .withCopy(copy)
            .withAccess(RegistryFlags.access(call))
            .withTrust(RegistryFlags.trust(call))
            .withOriginals(
                words.on("fetch-originals")
                    ? PushOptions.Originals.FETCHED
                    : PushOptions.Originals.NOT_FETCHED);
    if (words.on("compress")) {
      options =
          options.withForm(LocalForm.USUAL.withInDirectories(LocalForm.InDirectories.COMPRESSED));
    }
    if (words.given("retry") || words.given("retry-delay")) {
      options =
          options.withRetry(
              new PullOptions.Retry(
                  Integer.parseInt(words.text("retry")),
                  PullVerb.delay(words.text("retry-delay"))));
    }
    return options;
  }
}
