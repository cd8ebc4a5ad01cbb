package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.cli.grammar.Words;
import dev.stowage.cli.output.Human;
import dev.stowage.cli.output.Log;
import dev.stowage.config.SyncList;
import dev.stowage.engine.Engine;
import dev.stowage.engine.SyncDestination;
import dev.stowage.engine.SyncOptions;
import dev.stowage.engine.SyncSource;
import dev.stowage.engine.Synced;
import dev.stowage.engine.TransferOptions;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Platform;
import dev.stowage.model.PlatformChoice;
import dev.stowage.model.Reference;
import dev.stowage.model.UnsupportedException;
import dev.stowage.transfer.CopyOptions;
import dev.stowage.transfer.CopyOptions.Digests;
import dev.stowage.transfer.CopyOptions.Form;
import dev.stowage.transfer.CopyOptions.Instances;
import dev.stowage.trust.Signer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// `sync`, as Skopeo has it, but it asks before it fetches, copies several images at a time, and
/// brings what is there already up to date.
final class SyncVerb implements SkopeoVerb {
  private static final char NONE = Flag.NO_SHORTHAND;

  @Override
  public Command command() {
    List<Flag> flags = new ArrayList<>();
    flags.addAll(
        List.of(
            Flag.toggle("all", 'a', "Copy all images if SOURCE-IMAGE is a list"),
            Flag.text("append-suffix", NONE, "String to append to DESTINATION tags"),
            Flag.text("authfile", NONE, "path of the registry credentials file"),
            Flag.text("dest", 'd', "DESTINATION transport type"),
            Flag.text(
                "digestfile",
                NONE,
                "Write the digests and Image References of the resulting images to the specified"
                    + " file, separated by newlines"),
            Flag.toggle("dry-run", NONE, "Run without actually copying data"),
            Flag.text(
                    "format",
                    'f',
                    "MANIFEST TYPE (oci, v2s1, or v2s2) to use when syncing image(s) to a"
                        + " destination (default is manifest type of source, with fallbacks)")
                .taking("MANIFEST TYPE"),
            Flag.number(
                "image-parallel-copies",
                NONE,
                "Maximum number of images, and of their layers, to be copied simultaneously"),
            Flag.toggle("insecure-policy", NONE, "run the tool without any policy check"),
            Flag.toggle("keep-going", NONE, "Do not abort the sync if any image copy fails"),
            Flag.text("override-arch", NONE, "use ARCH instead of the architecture of the machine"),
            Flag.text("override-os", NONE, "use OS instead of the running OS"),
            Flag.text("override-variant", NONE, "use VARIANT instead of the running variant"),
            Flag.text("policy", NONE, "Path to a trust policy file"),
            Flag.toggle("preserve-digests", NONE, "Preserve digests of images and lists"),
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
                "scoped",
                NONE,
                "Images at DESTINATION are prefix using the full source image path as scope"),
            Flag.text("sign-identity", NONE, "").hidden(),
            Flag.text("src", 's', "SOURCE transport type")));
    flags.addAll(SigningFlags.all());
    for (String end : List.of("src-", "dest-")) {
      for (Flag flag : EndFlags.of(end, end.charAt(0) + "creds")) {
        if (!flag.name().endsWith("-daemon-host") && !flag.name().endsWith("-shared-blob-dir")) {
          flags.add(flag);
        }
      }
    }
    return Command.of(
            "sync",
            "[options] --src TRANSPORT --dest TRANSPORT SOURCE DESTINATION",
            Arguments.ANY,
            "Synchronize one or more images from one location to another")
        .described(
            """
            Copy all the images from a SOURCE to a DESTINATION, as far as they are not there yet. An image
            that is there is left alone: signatures that its source got later are not carried over (copy does that).

            Allowed SOURCE transports (specified with --src): docker, dir, yaml.
            Allowed DESTINATION transports (specified with --dest): docker, dir, oci.\
            """)
        .withExamples("@ --src docker --dest dir --scoped registry.example.com/busybox /media/usb")
        .withFlags(flags.toArray(new Flag[0]));
  }

  @Override
  public int run(Call call) throws IOException {
    Words words = call.words();
    if (words.arguments().size() != 2) {
      throw new UsageException("Exactly two arguments expected");
    }
    checkTransports(words.text("src"), words.text("dest"));
    SyncSource source = source(call, words.arguments().get(0));
    SyncDestination destination = destination(call, words.arguments().get(1));
    SyncOptions options = options(call);
    boolean look = options.doing() == SyncOptions.Doing.LOOK;
    if (look) {
      call.log().say(Log.Level.WARN, "Running in dry-run mode");
    }
    Told told = new Told(call);
    Synced synced;
    try {
      synced =
          Engine.sync(
              call.surroundings(),
              Session.options(call),
              source,
              destination,
              options,
              new Heard(call),
              told);
    } catch (IOException | RuntimeException e) {
      try {
        told.writeDigests(look);
      } catch (IOException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
    told.writeDigests(look);
    call.out().line(summary(synced, look));
    if (synced.failed()) {
      throw new IOException("Sync failed due to previous reported error(s) for one or more images");
    }
    return ExitCode.DONE;
  }

  private static String summary(Synced synced, boolean look) {
    int unchanged = synced.count(Synced.Fate.UNCHANGED);
    int failed = synced.count(Synced.Fate.FAILED) + synced.unread().size();
    long moved = 0;
    for (Synced.Item image : synced.images()) {
      moved += image.moved();
    }
    return (look ? "Would have synced " : "Synced ")
        + (synced.images().size() - synced.count(Synced.Fate.FAILED))
        + " images from "
        + synced.sources()
        + " sources: "
        + (look
            ? synced.count(Synced.Fate.TO_COPY) + " to copy, "
            : synced.count(Synced.Fate.COPIED) + " copied (" + Human.size(moved) + "), ")
        + unchanged
        + " unchanged"
        + (failed > 0 ? ", " + failed + " failed" : "");
  }

  /// Shows each image as it meets its fate.
  private static final class Told implements Synced.Watcher {
    private final Call call;
    private final Map<Integer, String> digests = new TreeMap<>();

    Told(Call call) {
      this.call = call;
    }

    /// Writes the digests of what has been synchronized to where the user wants them.
    void writeDigests(boolean look) throws IOException {
      if (call.words().given("digestfile") && !look) {
        Path _ =
            Files.writeString(
                call.surroundings().absolute(call.words().text("digestfile")),
                String.join("", digests.values()),
                StandardCharsets.UTF_8);
      }
    }

    @Override
    public void on(Synced.Item image) {
      if (image.digest().isPresent()) {
        digests.put(image.number(), image.digest().get() + " " + image.to() + "\n");
      }
      String word =
          switch (image.fate()) {
            case COPIED -> "copied ";
            case UNCHANGED -> "unchanged ";
            case TO_COPY -> "would copy ";
            case FAILED -> "failed ";
          };
      try {
        call.out()
            .line(
                image.number()
                    + "/"
                    + image.of()
                    + " "
                    + word
                    + image.from()
                    + " to "
                    + image.to());
        call.out().flush();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      if (image.failure().isPresent()) {
        call.log().say(Log.Level.ERROR, String.valueOf(image.failure().get().getMessage()));
      }
    }

    @Override
    public void unread(IOException failure) {
      call.log().say(Log.Level.ERROR, String.valueOf(failure.getMessage()));
    }
  }

  private static void checkTransports(String from, String to) throws IOException {
    if (from.isEmpty()) {
      throw new UsageException("A source transport must be specified");
    }
    if (!List.of("docker", "dir", "yaml").contains(from)) {
      throw new UsageException("\"" + from + "\" is not a valid source transport");
    }
    if (to.isEmpty()) {
      throw new UsageException("A destination transport must be specified");
    }
    if (!List.of("docker", "dir", "oci").contains(to)) {
      throw new UsageException("\"" + to + "\" is not a valid destination transport");
    }
    if (from.equals("dir") && to.equals("dir")) {
      throw new UnsupportedException(
          "sync from 'dir' to 'dir' not implemented, consider using rsync instead");
    }
  }

  private static SyncSource source(Call call, String text) throws IOException {
    return switch (call.words().text("src")) {
      case "docker" -> {
        try {
          yield new SyncSource.AtRegistry(Reference.parse(text));
        } catch (MalformedException e) {
          throw new MalformedException(
              "Cannot obtain a valid image reference for transport \"docker\" and reference \""
                  + text
                  + "\": "
                  + e.getMessage(),
              e.position(),
              e);
        }
      }
      case "dir" -> new SyncSource.InDirectories(call.surroundings().absolute(text));
      default -> new SyncSource.Listed(SyncList.read(call.surroundings().absolute(text)));
    };
  }

  private static SyncDestination destination(Call call, String text) {
    return switch (call.words().text("dest")) {
      case "docker" -> new SyncDestination.ToRegistry(text);
      case "dir" -> new SyncDestination.ToDirectories(call.surroundings().absolute(text));
      default -> new SyncDestination.ToLayouts(call.surroundings().absolute(text));
    };
  }

  private static SyncOptions options(Call call) throws IOException {
    Words words = call.words();
    Platform machine = call.surroundings().machine().platform();
    CopyOptions copy =
        CopyOptions.of(
                words.on("all")
                    ? Instances.ALL
                    : new Instances.One(PlatformChoice.of(EndFlags.platform(words, machine))))
            .withForm(PackingFlags.form(Form.AS_IT_IS, words.text("format")))
            .withDigests(words.on("preserve-digests") ? Digests.PRESERVED : Digests.MAY_CHANGE);
    if (words.given("image-parallel-copies")) {
      copy = copy.withAtOnce(Math.max(1, Integer.parseInt(words.text("image-parallel-copies"))));
    }
    TransferOptions transfer =
        TransferOptions.of(machine)
            .withCopy(copy)
            .withEnds(
                EndFlags.read(call, "src-", "screds"), EndFlags.read(call, "dest-", "dcreds"));
    List<Signer> signers = SigningFlags.signers(call);
    return SyncOptions.of(EndFlags.withRetry(transfer.withTrust(EndFlags.trust(call)), words))
        .withSigning(to -> SigningFlags.signing(words, signers, SigningFlags.identity(words, to)))
        .withNaming(words.on("scoped") ? SyncOptions.Naming.WHOLE : SyncOptions.Naming.LAST_PART)
        .withSuffix(words.text("append-suffix"))
        .withFailing(
            words.on("keep-going") ? SyncOptions.Failing.IS_NOTED : SyncOptions.Failing.STOPS_ALL)
        .withDoing(words.on("dry-run") ? SyncOptions.Doing.LOOK : SyncOptions.Doing.COPY);
  }
}
