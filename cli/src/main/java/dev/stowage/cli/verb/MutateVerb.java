package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.cli.grammar.Words;
import dev.stowage.cli.output.Log;
import dev.stowage.engine.ConfigEdit;
import dev.stowage.engine.Engine;
import dev.stowage.engine.Mutation;
import dev.stowage.engine.PullOptions;
import dev.stowage.engine.TransferOptions;
import dev.stowage.model.Digest;
import dev.stowage.model.Family;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Platform;
import dev.stowage.model.PlatformChoice;
import dev.stowage.model.Reference;
import dev.stowage.transfer.Copied;
import dev.stowage.transfer.CopyOptions;
import dev.stowage.transfer.CopyOptions.Instances;
import dev.stowage.transfer.Location;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The commands of `registry` that make an image of another: what crane has as `append`, `flatten`,
/// `mutate` and `rebase`, and `squash`, between any places.
final class MutateVerb implements SkopeoVerb {
  private static final char NONE = Flag.NO_SHORTHAND;

  private static final String PLACES =
      """


      IMAGE is a name in a registry or has the form "transport":"details". The digest that the image has then is written to standard output.\
      """;

  private final String path;

  MutateVerb(String path) {
    this.path = path;
  }

  @Override
  public Command command() {
    Flag platform =
        Flag.text("platform", NONE, "Specifies the platform in the form os/arch[/variant]");
    Flag output = Flag.text("output", 'o', "Path to new tarball of resulting image").taking("PATH");
    return switch (path) {
      case "registry append" ->
          of("", Arguments.exactly(0), "Append contents of a tarball to an image")
              .described(
                  "Puts an image based on another, or on nothing, with the contents of tarballs as"
                      + " layers on top."
                      + PLACES)
              .withExamples("@ -b debian:12 -f app.tar.gz -t registry.example.com/app:v1")
              .withFlags(
                  flags(
                      Flag.text("base", 'b', "Name of base image to append to").taking("IMAGE"),
                      Flag.text("new_tag", 't', "Tag to apply to resulting image").taking("IMAGE"),
                      Flag.list("new_layer", 'f', "Path to tarball to append to image"),
                      output,
                      Flag.toggle(
                          "set-base-image-annotations",
                          NONE,
                          "If true, annotate the resulting image as being based on the base image"),
                      Flag.toggle(
                          "oci-empty-base",
                          NONE,
                          "If true, empty base image will have OCI media types instead of Docker"),
                      platform));
      case "registry flatten" ->
          of("IMAGE", Arguments.exactly(1), "Flatten an image's layers into a single layer")
              .described(
                  "Puts an image with one layer, which has what can be seen through all layers of"
                      + " another. All images of an index are flattened, unless a platform is"
                      + " named."
                      + PLACES)
              .withExamples("@ -t registry.example.com/app:flat registry.example.com/app:v1")
              .withFlags(
                  flags(
                      Flag.text("tag", 't', "New tag to apply to flattened image").taking("IMAGE"),
                      output,
                      platform));
      case "registry mutate" ->
          of("IMAGE", Arguments.exactly(1), "Modify what an image says about itself")
              .described(
                  "Puts an image with other labels, annotations or settings, and with the contents"
                      + " of tarballs as layers on top."
                      + PLACES)
              .withExamples(
                  "@ -l owner=me -t registry.example.com/app:v2 registry.example.com/app:v1",
                  "@ --entrypoint /app --clear cmd containers-storage:app:latest")
              .withFlags(
                  flags(
                      Flag.list("annotation", 'a', "New annotations to add"),
                      Flag.list("append", NONE, "Path to tarball to append to image"),
                      Flag.text("author", NONE, "New author to set"),
                      Flag.list("change", 'c', "Containerfile instruction to apply"),
                      Flag.list(
                          "clear",
                          NONE,
                          "What to remove: annotations, cmd, entrypoint, env, exposed-ports, labels"
                              + " or volumes"),
                      Flag.list("cmd", NONE, "New cmd to set"),
                      Flag.list("entrypoint", NONE, "New entrypoint to set"),
                      Flag.list("env", 'e', "New envvar to add"),
                      Flag.list("exposed-ports", NONE, "New ports to expose"),
                      Flag.list("label", 'l', "New labels to add"),
                      output,
                      Flag.text(
                          "repo",
                          NONE,
                          "Repository to push the mutated image to. If provided, push by digest to"
                              + " this repository."),
                      Flag.text(
                          "set-platform",
                          NONE,
                          "New platform to set in the form os/arch[/variant][:osversion]"),
                      Flag.text("tag", 't', "New tag reference to apply to mutated image")
                          .taking("IMAGE"),
                      Flag.text("user", 'u', "New user to set"),
                      Flag.text("workdir", 'w', "New working dir to set"),
                      platform));
      case "registry rebase" ->
          of("IMAGE", Arguments.exactly(1), "Rebase an image onto a new base image")
              .described(
                  "Puts what an image has on top of one base on top of another. Where no base is"
                      + " named, the image's annotations tell."
                      + PLACES)
              .withExamples("@ --old_base debian:12.1 --new_base debian:12.2 app:v1")
              .withFlags(
                  flags(
                      Flag.text("new_base", NONE, "New base image to insert").taking("IMAGE"),
                      Flag.text("old_base", NONE, "Old base image to remove").taking("IMAGE"),
                      output,
                      Flag.text("tag", 't', "Tag to apply to rebased image").taking("IMAGE"),
                      platform));
      case "registry squash" ->
          of("IMAGE", Arguments.exactly(1), "Squash an image's uppermost layers into one")
              .described(
                  "Puts an image with one layer in place of its uppermost ones, which leaves out"
                      + " what they had overwritten or deleted of one another."
                      + PLACES)
              .withExamples("@ --last 3 app:v1", "@ --base debian:12 -t app:small app:v1")
              .withFlags(
                  flags(
                      Flag.text("base", 'b', "Squash the layers that this image does not have")
                          .taking("IMAGE"),
                      Flag.number("last", NONE, "Squash this many layers"),
                      output,
                      Flag.text("tag", 't', "New tag to apply to squashed image").taking("IMAGE"),
                      platform));
      default -> throw new IllegalArgumentException(path);
    };
  }

  private static Flag[] flags(Flag... own) {
    List<Flag> flags = new ArrayList<>(List.of(own));
    flags.add(Flag.toggle("quiet", 'q', "Suppress output information when copying images"));
    return RegistryFlags.skopeos(flags.toArray(new Flag[0]));
  }

  private Command of(String usage, Arguments arguments, String summary) {
    return Command.of(
        path, usage.isEmpty() ? "[options]" : "[options] " + usage, arguments, summary);
  }

  @Override
  public int run(Call call) throws IOException {
    Words words = call.words();
    boolean append = path.equals("registry append");
    String tag = words.text(append ? "new_tag" : "tag");
    Optional<String> named =
        append
            ? words.given("base") ? Optional.of(words.text("base")) : Optional.empty()
            : Optional.of(words.arguments().getFirst());
    Optional<Location> from =
        named.isPresent() ? Optional.of(location(call, named.get())) : Optional.empty();
    Mutation mutation = mutation(call);
    if (append && from.isEmpty()) {
      call.log().say(Log.Level.WARN, "base unspecified, using empty image");
    }
    Location to;
    if (!path.equals("registry mutate") || !words.given("repo")) {
      Location wanted = tag.isEmpty() ? from.orElseThrow() : location(call, tag);
      to = from.isPresent() && tag.isEmpty() ? renewed(wanted) : wanted;
    } else if (tag.isEmpty()) {
      Reference repository = Reference.parse(words.text("repo"));
      to =
          new Location.AtRegistry(
              new Reference(repository.repository(), Optional.empty(), Optional.empty()));
    } else {
      throw new UsageException("repository can't be set when a tag is specified");
    }
    Location shown = to;
    if (words.given("output")) {
      to =
          new Location.InDockerArchive(
              call.surroundings().absolute(words.text("output")),
              to instanceof Location.AtRegistry at && at.name().tag().isPresent()
                  ? new Location.Choice.Named(at.name().toString())
                  : Location.Choice.ONLY);
    }
    Copied copied;
    try (Progresses progress = new Progresses(call)) {
      copied =
          Engine.mutate(
              call.surroundings(),
              Session.options(call),
              from,
              to,
              mutation,
              options(call),
              progress.listener());
    }
    Digest digest = copied.manifest().digest();
    if (!words.given("output")) {
      call.out()
          .line(
              shown instanceof Location.AtRegistry at
                  ? at.name().repository() + "@" + digest
                  : digest.toString());
    }
    return ExitCode.DONE;
  }

  /// A name in a registry, or a location of another transport.
  static Location location(Call call, String text) throws IOException {
    return Location.transportOf(text).isPresent()
        ? Location.parse(text).in(call.surroundings().directory())
        : new Location.AtRegistry(Reference.parse(text).tagged().withoutRedundantTag());
  }

  /// Where what an image has become belongs: under its name, or under its new digest alone.
  private static Location renewed(Location place) throws UsageException {
    return switch (place) {
      case Location.AtRegistry(Reference name) ->
          name.digest().isPresent()
              ? new Location.AtRegistry(
                  new Reference(name.repository(), Optional.empty(), Optional.empty()))
              : place;
      case Location.InStore(var store, String name) -> {
        int at = name.indexOf('@');
        yield at < 0
            ? place
            : at > 0 ? new Location.InStore(store, name.substring(0, at)) : noName(place);
      }
      case Location.InLayout(var directory, var choice)
          when choice instanceof Location.Choice.Numbered ->
          noName(new Location.InLayout(directory, choice));
      case Location.InLayout _, Location.InDirectory _, Location.AtDaemon _ -> place;
      case Location.InOciArchive _, Location.InDockerArchive _, Location.InTarballs _ ->
          noName(place);
    };
  }

  private static Location noName(Location place) throws UsageException {
    throw new UsageException(
        place + " cannot be written over: say with --tag or --output where the image is to be put");
  }

  private TransferOptions options(Call call) throws IOException {
    Words words = call.words();
    Platform machine = call.surroundings().machine().platform();
    TransferOptions.End end =
        new TransferOptions.End(RegistryFlags.access(call), Optional.empty(), Optional.empty());
    TransferOptions options = TransferOptions.of(machine).withEnds(end, end);
    if (words.given("platform")) {
      Platform wanted = Platform.parse(words.text("platform"));
      options = options.withCopy(CopyOptions.of(PlatformChoice.of(wanted)));
    } else if (path.equals("registry flatten")) {
      options = options.withCopy(CopyOptions.of(Instances.ALL));
    }
    int retries = words.given("retry-times") ? Integer.parseInt(words.text("retry-times")) : 0;
    return retries > 0
        ? options.withRetry(new PullOptions.Retry(retries, Duration.ofSeconds(1)))
        : options;
  }

  private Mutation mutation(Call call) throws IOException {
    Words words = call.words();
    return switch (path) {
      case "registry append" -> {
        for (String required : List.of("new_layer", "new_tag")) {
          if (!words.given(required)) {
            throw new UsageException("required flag(s) \"" + required + "\" not set");
          }
        }
        if (words.on("oci-empty-base") && words.given("base")) {
          throw new UsageException(
              "if any flags in the group [oci-empty-base base] are set none of the others can be;"
                  + " [base oci-empty-base] were all set");
        }
        yield new Mutation.Append(
            separated(words.texts("new_layer")),
            words.on("set-base-image-annotations")
                ? Mutation.BaseNote.ANNOTATED
                : Mutation.BaseNote.NONE,
            words.on("oci-empty-base") ? Family.OCI : Family.DOCKER);
      }
      case "registry flatten" -> new Mutation.Flatten();
      case "registry mutate" -> new Mutation.Edit(edits(words), separated(words.texts("append")));
      case "registry rebase" ->
          new Mutation.Rebase(place(call, "old_base"), place(call, "new_base"));
      case "registry squash" -> {
        Optional<Location> base = place(call, "base");
        if (base.isPresent() == words.given("last")) {
          throw new UsageException("say with --base or with --last which layers to squash");
        }
        yield new Mutation.Squash(
            base.isPresent()
                ? new Mutation.Upper.Above(base.get())
                : new Mutation.Upper.Last(Integer.parseInt(words.text("last"))));
      }
      default -> throw new IllegalArgumentException(path);
    };
  }

  private static Optional<Location> place(Call call, String flag) throws IOException {
    return call.words().given(flag)
        ? Optional.of(location(call, call.words().text(flag)))
        : Optional.empty();
  }

  private static List<ConfigEdit> edits(Words words) throws IOException {
    List<ConfigEdit> edits = new ArrayList<>();
    for (String word : separated(words.texts("clear"))) {
      edits.add(new ConfigEdit.Clear(kind(word)));
    }
    for (String pair : pairs(words.texts("label"))) {
      int equals = equals(pair);
      edits.add(new ConfigEdit.Label(pair.substring(0, equals), pair.substring(equals + 1)));
    }
    for (String pair : words.texts("env")) {
      int equals = equals(pair);
      edits.add(new ConfigEdit.Env(pair.substring(0, equals), pair.substring(equals + 1)));
    }
    if (words.given("entrypoint")) {
      edits.add(new ConfigEdit.Entrypoint(separated(words.texts("entrypoint"))));
    }
    if (words.given("cmd")) {
      edits.add(new ConfigEdit.Cmd(separated(words.texts("cmd"))));
    }
    if (words.given("user")) {
      edits.add(new ConfigEdit.User(words.text("user")));
    }
    if (words.given("workdir")) {
      edits.add(new ConfigEdit.WorkingDir(words.text("workdir")));
    }
    if (words.given("exposed-ports")) {
      edits.add(new ConfigEdit.Ports(separated(words.texts("exposed-ports"))));
    }
    if (words.given("set-platform")) {
      edits.add(new ConfigEdit.OfPlatform(platform(words.text("set-platform"))));
    }
    if (words.given("author")) {
      edits.add(new ConfigEdit.Author(words.text("author")));
    }
    for (String change : words.texts("change")) {
      edits.add(new ConfigEdit.Instruction(change));
    }
    for (String pair : pairs(words.texts("annotation"))) {
      int equals = equals(pair);
      edits.add(new ConfigEdit.Annotation(pair.substring(0, equals), pair.substring(equals + 1)));
    }
    return edits;
  }

  private static ConfigEdit.Clear.Kind kind(String word) throws UsageException {
    for (ConfigEdit.Clear.Kind kind : ConfigEdit.Clear.Kind.values()) {
      if (kind.word().equals(word)) {
        return kind;
      }
    }
    throw new UsageException("there is nothing called \"" + word + "\" to clear");
  }

  private static Platform platform(String text) throws MalformedException {
    int colon = text.indexOf(':');
    Platform platform = Platform.parse(colon < 0 ? text : text.substring(0, colon));
    return colon < 0
        ? platform
        : new Platform(
            platform.os(),
            platform.architecture(),
            platform.variant(),
            text.substring(colon + 1),
            List.of());
  }

  private static int equals(String pair) throws UsageException {
    int equals = pair.indexOf('=');
    if (equals < 0) {
      throw new UsageException(pair + " must be formatted as key=value");
    }
    return equals;
  }

  /// Pairs, several of which may stand in one value, divided by commas.
  private static List<String> pairs(List<String> values) {
    List<String> pairs = new ArrayList<>();
    for (String value : values) {
      boolean several = value.indexOf('=') != value.lastIndexOf('=');
      pairs.addAll(several ? separated(List.of(value)) : List.of(value));
    }
    return pairs;
  }

  /// Words divided by commas; quotes keep a comma in a word.
  static List<String> separated(List<String> values) {
    List<String> words = new ArrayList<>();
    for (String value : values) {
      StringBuilder word = new StringBuilder();
      boolean quoted = false;
      for (int i = 0; i < value.length(); i++) {
        char c = value.charAt(i);
        if (c == '"' && (quoted || word.isEmpty())) {
          quoted = !quoted;
        } else if (c == ',' && !quoted) {
          words.add(word.toString());
          word.setLength(0);
        } else {
          word.append(c);
        }
      }
      words.add(word.toString());
    }
    return words;
  }
}
