package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.cli.grammar.Words;
import dev.stowage.config.PullPolicy;
import dev.stowage.engine.Engine;
import dev.stowage.engine.Image;
import dev.stowage.engine.PullOptions;
import dev.stowage.model.Platform;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// `pull` and `image pull`.
final class PullVerb implements Verb {
  private static final Duration USUAL_DELAY = Duration.ofSeconds(1);
  private static final int USUAL_RETRIES = 3;
  private static final char NONE = Flag.NO_SHORTHAND;

  private final String path;

  PullVerb(String path) {
    this.path = path;
  }

  @Override
  public Command command() {
    return Command.of(
            path,
            "[options] IMAGE [IMAGE...]",
            Arguments.atLeast(1),
            "Pull an image from a registry")
        .described(
            """
            Pulls an image from a registry and stores it locally.

              An image can be pulled by tag or digest. If a tag is not specified, the image with the 'latest' tag is pulled.\
            """)
        .withExamples("@ imageName", "@ fedora:latest", "@ oci:directory:name")
        .withFlags(
            Flag.toggle(
                "all",
                NONE,
                "Pull an index as it is, with the images for all platforms and what is attached to"
                    + " them"),
            Flag.toggle("all-tags", 'a', "All tagged images in the repository will be pulled"),
            Flag.text(
                    "arch",
                    NONE,
                    "Use ARCH instead of the architecture of the machine for choosing images")
                .taking("ARCH"),
            Flag.text(
                "authfile",
                NONE,
                "Path of the authentication file. Use REGISTRY_AUTH_FILE environment variable to"
                    + " override"),
            Flag.text(
                    "cert-dir",
                    NONE,
                    "Pathname of a directory containing TLS certificates and keys")
                .taking("Pathname"),
            Flag.text(
                    "creds",
                    NONE,
                    "Credentials (USERNAME:PASSWORD) to use for authenticating to a registry")
                .taking("Credentials"),
            Flag.list(
                "decryption-key", NONE, "Key needed to decrypt the image (e.g. /path/to/key.pem)"),
            Flag.toggle(
                "disable-content-trust", NONE, "This is a Docker specific option and is a NOOP"),
            Flag.text("os", NONE, "Use OS instead of the running OS for choosing images")
                .taking("OS"),
            Flag.text(
                "platform",
                NONE,
                "Specify the platform for selecting the image.  (Conflicts with arch and os)"),
            Flag.text(
                    "policy",
                    NONE,
                    "Pull image policy (\"always\"|\"missing\"|\"never\"|\"newer\")")
                .initially("always"),
            Flag.toggle("quiet", 'q', "Suppress output information when pulling images"),
            Flag.number(
                    "retry",
                    NONE,
                    "number of times to retry in case of failure when performing pull")
                .initially(Integer.toString(USUAL_RETRIES)),
            Flag.text("retry-delay", NONE, "delay between retries in case of pull failures"),
            Flag.text(
                    "signature-policy",
                    NONE,
                    "`Pathname` of signature policy file (not usually used)")
                .hidden(),
            Flag.toggle(
                    "tls-verify",
                    NONE,
                    "Require HTTPS and verify certificates when contacting registries")
                .initially("true"),
            Flag.text(
                "variant",
                NONE,
                "Use VARIANT instead of the running architecture variant for choosing images"));
  }

  @Override
  public int run(Call call) throws IOException {
    Words words = call.words();
    PullOptions options = options(call);
    List<IOException> failures = new ArrayList<>();
    try (Progresses progress = new Progresses(call);
        Engine engine = Session.openAsking(call)) {
      for (String name : words.arguments()) {
        try {
          for (Image image : engine.pull(name, options, progress.listener()).images()) {
            progress.end();
            call.out().line(image.id().value());
          }
        } catch (NameQuestion.NothingChosenException e) {
          failures.add(e); // whoever left is not asked about the next name
          break;
        } catch (IOException e) {
          progress.end();
          failures.add(e);
        }
      }
    }
    return Failures.tell(call, failures);
  }

  private static PullOptions options(Call call) throws IOException {
    Words words = call.words();
    PullOptions options =
        PullOptions.DEFAULT
            .withPolicy(PullPolicy.parse(words.text("policy")))
            .withTags(words.on("all-tags") ? PullOptions.Tags.ALL : PullOptions.Tags.ONE)
            .withInstances(words.on("all") ? PullOptions.Instances.ALL : PullOptions.Instances.ONE)
            .withAccess(RegistryFlags.access(call))
            .withTrust(RegistryFlags.trust(call))
            .withDecryption(PackingFlags.decryption(call));
    Platform platform = platform(words);
    if (words.on("all") && !platform.toString().equals("/")) {
      throw new UsageException(
          "--all can not be specified with --platform, --arch, --os or --variant");
    }
    if (!platform.toString().equals("/")) {
      options = options.withPlatform(platform);
    }
    if (words.given("retry") || words.given("retry-delay")) {
      options =
          options.withRetry(
              new PullOptions.Retry(
                  Integer.parseInt(words.text("retry")), delay(words.text("retry-delay"))));
    }
    return options;
  }

  private static Platform platform(Words words) throws UsageException {
    String os = words.text("os");
    String architecture = words.text("arch");
    String variant = words.text("variant");
    String platform = words.text("platform");
    if (!platform.isEmpty()) {
      if (!os.isEmpty() || !architecture.isEmpty()) {
        throw new UsageException("--platform option can not be specified with --arch or --os");
      }
      String[] parts = platform.split("/", 3);
      os = parts[0];
      architecture = parts.length > 1 ? parts[1] : "";
      variant = parts.length > 2 ? parts[2] : variant;
    }
    return new Platform(os, architecture, variant);
  }

  /// Reads a duration such as `1m30s` or `500ms`.
  static Duration delay(String text) throws UsageException {
    Duration sum = text.isEmpty() ? USUAL_DELAY : Duration.ZERO;
    int at = 0;
    while (at < text.length()) {
      int unit = at;
      while (unit < text.length()
          && (Character.isDigit(text.charAt(unit)) || text.charAt(unit) == '.')) {
        unit++;
      }
      int end = unit;
      while (end < text.length() && Character.isLetter(text.charAt(end))) {
        end++;
      }
      double nanos =
          switch (text.substring(unit, end)) {
            case "ns" -> 1;
            case "us", "µs" -> 1e3;
            case "ms" -> 1e6;
            case "s" -> 1e9;
            case "m" -> 60e9;
            case "h" -> 3600e9;
            default -> throw new UsageException("time: invalid duration \"" + text + "\"");
          };
      try {
        sum = sum.plusNanos((long) (Double.parseDouble(text.substring(at, unit)) * nanos));
      } catch (NumberFormatException e) {
        throw new UsageException("time: invalid duration \"" + text + "\"");
      }
      at = end;
    }
    return sum;
  }
}
