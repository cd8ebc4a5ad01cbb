package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.cli.grammar.Words;
import dev.stowage.cli.output.Log;
import dev.stowage.engine.Engine;
import dev.stowage.engine.TransferOptions;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Platform;
import dev.stowage.model.PlatformChoice;
import dev.stowage.model.Reference;
import dev.stowage.model.UnsupportedException;
import dev.stowage.transfer.Copied;
import dev.stowage.transfer.CopyOptions;
import dev.stowage.transfer.CopyOptions.Digests;
import dev.stowage.transfer.CopyOptions.Instances;
import dev.stowage.transfer.CopyOptions.Sealing;
import dev.stowage.transfer.LocalForm;
import dev.stowage.transfer.Location;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// `copy`, as Skopeo has it: from any place to any other.
final class CopyVerb implements SkopeoVerb {
  private static final char NONE = Flag.NO_SHORTHAND;

  @Override
  public Command command() {
    List<Flag> flags = new ArrayList<>();
    flags.addAll(
        List.of(
            Flag.list("additional-tag", NONE, "additional tags (supports docker-archive)"),
            Flag.toggle("all", 'a', "Copy all images if SOURCE-IMAGE is a list"),
            Flag.text("authfile", NONE, "path of the registry credentials file"),
            Flag.list("decryption-key", NONE, "key needed to decrypt the image"),
            Flag.text(
                "digestfile", NONE, "Write the digest of the pushed image to the specified file"),
            Flag.list(
                "encrypt-layer",
                NONE,
                "the 0-indexed layer indices, with support for negative indexing (e.g. 0 is the"
                    + " first layer, -1 is the last layer)"),
            Flag.list(
                "encryption-key",
                NONE,
                "key with the encryption protocol to use needed to encrypt the image (e.g."
                    + " jwe:/path/to/key.pem)"),
            Flag.text(
                    "format",
                    'f',
                    "MANIFEST TYPE (oci, v2s1, or v2s2) to use in the destination (default is"
                        + " manifest type of source, with fallbacks)")
                .taking("MANIFEST TYPE"),
            Flag.number(
                "image-parallel-copies",
                NONE,
                "Maximum number of image layers to be copied (pulled/pushed) simultaneously"),
            Flag.text(
                "multi-arch",
                NONE,
                "How to handle multi-architecture images (system, all, or index-only)"),
            Flag.text("override-arch", NONE, "use ARCH instead of the architecture of the machine"),
            Flag.text("override-os", NONE, "use OS instead of the running OS"),
            Flag.text("override-variant", NONE, "use VARIANT instead of the running variant"),
            Flag.text("policy", NONE, "Path to a trust policy file"),
            Flag.toggle("insecure-policy", NONE, "run the tool without any policy check"),
            Flag.toggle("preserve-digests", NONE, "Preserve digests of images and lists"),
            Flag.toggle("quiet", 'q', "Suppress output information when copying images"),
            Flag.text(
                    "registries.d",
                    NONE,
                    "use registry configuration files in `DIR` (e.g. for container signature"
                        + " storage)")
                .taking("DIR"),
            Flag.toggle("require-signed", NONE, "require any pulled image to be signed"),
            Flag.text("retry-delay", NONE, "delay between retries"),
            Flag.number("retry-times", NONE, "the number of times to possibly retry"),
            Flag.toggle(
                "dest-compress",
                NONE,
                "Compress tarball image layers when saving to directory using the 'dir'"
                    + " transport. (default is same compression type as source)"),
            Flag.text("dest-compress-format", NONE, "FORMAT to use for the compression")
                .taking("FORMAT"),
            Flag.number("dest-compress-level", NONE, "LEVEL to use for the compression"),
            Flag.toggle(
                "dest-decompress",
                NONE,
                "Decompress tarball image layers when saving to directory using the 'dir'"
                    + " transport. (default is same compression type as source)"),
            Flag.toggle(
                "dest-force-compress-format",
                NONE,
                "Force exclusive use of the compression algorithm set in"
                    + " --dest-compress-format"),
            Flag.toggle(
                "dest-oci-accept-uncompressed-layers",
                NONE,
                "Allow uncompressed image layers when saving to an OCI image using the 'oci'"
                    + " transport. (default is to compress things that aren't compressed)"),
            Flag.toggle("dest-precompute-digests", NONE, "").hidden()));
    flags.add(
        Flag.text(
            "sign-identity",
            NONE,
            "Identity of signed image, must be a fully specified docker reference. Defaults to the"
                + " target docker reference."));
    flags.addAll(SigningFlags.all());
    flags.addAll(EndFlags.of("src-", "screds"));
    flags.addAll(EndFlags.of("dest-", "dcreds"));
    return Command.of(
            "copy",
            "[options] SOURCE-IMAGE DESTINATION-IMAGE",
            Arguments.ANY,
            "Copy an IMAGE-NAME from one location to another")
        .described(
            """
            Container "IMAGE-NAME" uses a "transport":"details" format.

              Supported transports:
              containers-storage, dir, docker, docker-archive, docker-daemon, oci, oci-archive, tarball\
            """)
        .withExamples(
            "@ docker://quay.io/skopeo/stable:latest docker://registry.example.com/skopeo:latest",
            "@ containers-storage:[overlay@/a+/run/a]image:1"
                + " containers-storage:[overlay@/b+/run/b]image:1")
        .withFlags(flags.toArray(new Flag[0]));
  }

  @Override
  public int run(Call call) throws IOException {
    Words words = call.words();
    if (words.arguments().size() != 2) {
      throw new UsageException("Exactly two arguments expected");
    }
    Location from = location("source", words.arguments().get(0), call);
    Location to = location("destination", words.arguments().get(1), call);
    TransferOptions options = options(call);
    options =
        options.withCopy(
            options
                .copy()
                .withSigning(SigningFlags.signing(call, SigningFlags.identity(words, to))));
    if (!(to instanceof Location.InDirectory)) {
      for (String flag : List.of("dest-compress", "dest-decompress")) {
        if (words.on(flag)) {
          call.log()
              .say(
                  Log.Level.WARN,
                  "--" + flag + " can only be used if the destination transport is 'dir'");
        }
      }
    }
    Copied copied;
    try (Progresses progress = new Progresses(call)) {
      copied =
          Engine.copy(
              call.surroundings(), Session.options(call), from, to, options, progress.listener());
    }
    DigestFile.write(call, copied.manifest().digest());
    return ExitCode.DONE;
  }

  private static Location location(String role, String text, Call call) throws IOException {
    try {
      return Location.parse(text).in(call.surroundings().directory());
    } catch (MalformedException e) {
      throw new MalformedException(
          "Invalid " + role + " name " + text + ": " + e.getMessage(), e.position(), e);
    } catch (UnsupportedException e) {
      throw new UnsupportedException("Invalid " + role + " name " + text + ": " + e.getMessage());
    }
  }

  private static TransferOptions options(Call call) throws IOException {
    Words words = call.words();
    Platform machine = call.surroundings().machine().platform();
    CopyOptions copy =
        CopyOptions.of(instances(words, machine))
            .withForm(PackingFlags.form(words, PackingFlags.Names.COPY))
            .withDigests(words.on("preserve-digests") ? Digests.PRESERVED : Digests.MAY_CHANGE)
            .withSealing(sealing(call));
    if (words.given("image-parallel-copies")) {
      copy = copy.withAtOnce(Math.max(1, Integer.parseInt(words.text("image-parallel-copies"))));
    }
    TransferOptions options =
        TransferOptions.of(machine)
            .withCopy(copy)
            .withForm(localForm(words))
            .withEnds(
                EndFlags.read(call, "src-", "screds"), EndFlags.read(call, "dest-", "dcreds"));
    return EndFlags.withRetry(options.withTrust(EndFlags.trust(call)), words);
  }

  private static Instances instances(Words words, Platform machine) throws UsageException {
    if (words.given("multi-arch") && words.on("all")) {
      throw new UsageException("Cannot use --all and --multi-arch flags together");
    }
    Platform wanted = EndFlags.platform(words, machine);
    String multiple =
        words.given("multi-arch") ? words.text("multi-arch") : words.on("all") ? "all" : "system";
    return switch (multiple) {
      case "system" -> new Instances.One(PlatformChoice.of(wanted));
      case "all" -> Instances.ALL;
      case "index-only" -> Instances.INDEX_ONLY;
      default ->
          throw new UsageException(
              "unknown multi-arch option \""
                  + multiple
                  + "\". Choose one of the supported options: 'system', 'all', or 'index-only'");
    };
  }

  private static LocalForm localForm(Words words) throws IOException {
    if (words.on("dest-compress") && words.on("dest-decompress")) {
      throw new UsageException("Cannot compress and decompress at the same time");
    }
    LocalForm form = LocalForm.USUAL;
    if (words.on("dest-compress")) {
      form = form.withInDirectories(LocalForm.InDirectories.COMPRESSED);
    }
    if (words.on("dest-decompress")) {
      form = form.withInDirectories(LocalForm.InDirectories.DECOMPRESSED);
    }
    if (words.on("dest-oci-accept-uncompressed-layers")) {
      form = form.withInLayouts(LocalForm.InLayouts.KEPT);
    }
    List<Reference> names = new ArrayList<>();
    for (String text : words.texts("additional-tag")) {
      Reference name;
      try {
        name = Reference.parse(text);
      } catch (MalformedException e) {
        throw new UsageException("error parsing additional-tag '" + text + "': " + e.getMessage());
      }
      if (name.tag().isEmpty()) {
        throw new UsageException("additional-tag '" + text + "' must be a tagged reference");
      }
      names.add(name);
    }
    return form.withMoreNames(names);
  }

  private static Sealing sealing(Call call) throws IOException {
    Words words = call.words();
    if (words.given("encryption-key") && words.given("decryption-key")) {
      throw new UsageException(
          "--encryption-key and --decryption-key cannot be specified together");
    }
    if (words.given("encrypt-layer") && !words.given("encryption-key")) {
      throw new UsageException("--encrypt-layer can only be used with --encryption-key");
    }
    Sealing sealing = PackingFlags.encryption(call);
    return new Sealing(sealing.encryptTo(), sealing.layers(), PackingFlags.decryption(call));
  }
}
