package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.cli.grammar.Words;
import dev.stowage.engine.Remote;
import dev.stowage.engine.RemoteContents;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.MalformedException;
import dev.stowage.model.MediaType;
import dev.stowage.model.Platform;
import dev.stowage.model.Reference;
import dev.stowage.model.Repository;
import dev.stowage.model.Tag;
import dev.stowage.registry.RemoteRepository;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.Location;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/// The commands of `registry`: what crane has for single questions to a registry.
final class RegistryVerb implements SkopeoVerb {
  private static final char NONE = Flag.NO_SHORTHAND;

  private final String path;

  RegistryVerb(String path) {
    this.path = path;
  }

  @Override
  public Command command() {
    Flag fullRef = Flag.toggle("full-ref", NONE, "Print the full image reference");
    Flag platform =
        Flag.text("platform", NONE, "Specifies the platform in the form os/arch[/variant]");
    return switch (path) {
      case "registry blob" ->
          of("BLOB", 1, "Read a blob from the registry")
              .withExamples("@ ubuntu@sha256:… > blob.tar.gz")
              .withFlags(RegistryFlags.skopeos());
      case "registry catalog" ->
          of("REGISTRY", 1, "List the repos in a registry")
              .withFlags(RegistryFlags.skopeos(fullRef));
      case "registry config" ->
          of("IMAGE", 1, "Get the config of an image").withFlags(RegistryFlags.skopeos(platform));
      case "registry digest" ->
          Command.of(path, "[options] IMAGE", new Arguments(0, 1), "Get the digest of an image")
              .withFlags(
                  RegistryFlags.skopeos(
                      fullRef,
                      platform,
                      Flag.text("tarball", NONE, "path to tarball containing the image")));
      case "registry ls" ->
          of("REPO", 1, "List the tags in a repo")
              .withFlags(
                  RegistryFlags.skopeos(
                      fullRef,
                      Flag.toggle(
                          "omit-digest-tags", 'O', "Omit digest tags (e.g., ':sha256-...')")));
      case "registry manifest" ->
          of("IMAGE", 1, "Get the manifest of an image").withFlags(RegistryFlags.skopeos(platform));
      case "registry validate" ->
          of("", 0, "Validate that an image is well-formed")
              .withFlags(
                  RegistryFlags.skopeos(
                      Flag.toggle("fast", NONE, "Skip downloading/digesting layers"),
                      Flag.text("remote", NONE, "Name of remote image to validate"),
                      Flag.text("tarball", NONE, "Path to tarball to validate")));
      default -> throw new IllegalArgumentException(path);
    };
  }

  private Command of(String usage, int arguments, String summary) {
    return Command.of(
        path,
        usage.isEmpty() ? "[options]" : "[options] " + usage,
        Arguments.exactly(arguments),
        summary);
  }

  @Override
  public int run(Call call) throws IOException {
    try (Remote remote = RegistryFlags.open(call)) {
      switch (path) {
        case "registry blob" -> blob(call, remote);
        case "registry catalog" -> catalog(call, remote);
        case "registry config" -> config(call, remote);
        case "registry digest" -> digest(call, remote);
        case "registry ls" -> list(call, remote);
        case "registry manifest" -> manifest(call, remote);
        case "registry validate" -> validate(call, remote);
        default -> throw new IllegalArgumentException(path);
      }
    }
    return ExitCode.DONE;
  }

  private static Reference name(Call call) throws MalformedException {
    return Reference.parse(call.words().arguments().getFirst());
  }

  private static void blob(Call call, Remote remote) throws IOException {
    Reference name = name(call);
    Digest digest =
        name.digest()
            .orElseThrow(
                () ->
                    new MalformedException(
                        "a blob is named by its digest, as in repository@sha256:…: " + name));
    RemoteRepository repository = remote.repository(name);
    long size =
        repository
            .sizeOf(digest)
            .orElseThrow(
                () -> new IOException("fetching blob " + name + ": blob unknown to registry"));
    try (InputStream content =
        repository.blob(new Descriptor(new MediaType("application/octet-stream"), digest, size))) {
      call.out().transfer(RemoteContents.verified(content, digest, size));
    }
  }

  private static void catalog(Call call, Remote remote) throws IOException {
    String host = call.words().arguments().getFirst();
    for (String repository : remote.catalog(host)) {
      call.out().line(call.words().on("full-ref") ? host + "/" + repository : repository);
    }
  }

  private static void config(Call call, Remote remote) throws IOException {
    try (ImageSource source = source(call, remote)) {
      Document config =
          RemoteContents.config(
              source, RemoteContents.imageOf(source, source.manifest(), platform(call)));
      call.out().transfer(config.bytes().stream());
    }
  }

  private static ImageSource source(Call call, Remote remote) throws IOException {
    return remote.image(new Location.AtRegistry(name(call).tagged().withoutRedundantTag()));
  }

  private static void digest(Call call, Remote remote) throws IOException {
    if (call.words().given("tarball")) {
      tarballDigest(call, remote);
      return;
    }
    if (call.words().arguments().isEmpty()) {
      throw new UsageException("image reference required without --tarball");
    }
    Reference name = name(call);
    Digest digest;
    if (call.words().given("platform")) {
      try (ImageSource source = source(call, remote)) {
        digest = chosen(call, source).digest();
      }
    } else {
      digest = remote.digest(name);
    }
    call.out().line(call.words().on("full-ref") ? name.repository() + "@" + digest : "" + digest);
  }

  /// The digest of the manifest that an image in a docker-archive has.
  private static void tarballDigest(Call call, Remote remote) throws IOException {
    if (call.words().on("full-ref")) {
      throw new UsageException("cannot specify --full-ref with --tarball");
    }
    Path file = call.surroundings().absolute(call.words().text("tarball"));
    Location.Choice choice =
        call.words().arguments().isEmpty()
            ? Location.Choice.ONLY
            : new Location.Choice.Named(call.words().arguments().getFirst());
    try (ImageSource source = remote.image(new Location.InDockerArchive(file, choice))) {
      call.out().line(source.manifest().digest().toString());
    } catch (IOException e) {
      throw new IOException(
          "loading image from \"" + call.words().text("tarball") + "\": " + e.getMessage(), e);
    }
  }

  private static Document chosen(Call call, ImageSource source) throws IOException {
    Document toplevel = source.manifest();
    return call.words().given("platform")
        ? RemoteContents.imageOf(source, toplevel, platform(call)).document()
        : toplevel;
  }

  private static void list(Call call, Remote remote) throws IOException {
    Words words = call.words();
    Repository repository = name(call).repository();
    for (Tag tag : remote.tags(repository)) {
      if (!words.on("omit-digest-tags") || !tag.value().startsWith("sha256-")) {
        call.out().line(words.on("full-ref") ? repository + ":" + tag : tag.value());
      }
    }
  }

  private static void manifest(Call call, Remote remote) throws IOException {
    try (ImageSource source = source(call, remote)) {
      call.out().transfer(chosen(call, source).bytes().stream());
    }
  }

  private static void validate(Call call, Remote remote) throws IOException {
    Words words = call.words();
    if (!words.given("remote") && !words.given("tarball")) {
      throw new UsageException("name an image with --remote or --tarball");
    }
    if (words.given("tarball")) {
      Path file = call.surroundings().absolute(words.text("tarball"));
      validate(
          call,
          remote,
          new Location.InDockerArchive(file, Location.Choice.ONLY),
          words.text("tarball"));
    }
    if (words.given("remote")) {
      Reference name = Reference.parse(words.text("remote")).tagged().withoutRedundantTag();
      validate(call, remote, new Location.AtRegistry(name), words.text("remote"));
    }
  }

  private static void validate(Call call, Remote remote, Location place, String name)
      throws IOException {
    ImageSource opened;
    try {
      opened = remote.image(place);
    } catch (IOException e) {
      throw new IOException("failed to read image " + name + ": " + e.getMessage(), e);
    }
    try (ImageSource source = opened) {
      RemoteContents.check(
          source,
          source.manifest(),
          call.words().on("fast")
              ? RemoteContents.Depth.DOCUMENTS
              : RemoteContents.Depth.WITH_LAYERS);
    } catch (IOException e) {
      call.out().line("FAIL: " + name + ": " + e.getMessage());
      throw e;
    }
    call.out().line("PASS: " + name);
  }

  /// The platform that `--platform` names, else this machine's.
  static Platform platform(Call call) throws MalformedException {
    String text = call.words().given("platform") ? call.words().text("platform") : "";
    if (text.isEmpty()) {
      return call.surroundings().machine().platform();
    }
    return Platform.parse(text);
  }
}
