package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.cli.grammar.Words;
import dev.stowage.engine.Engine;
import dev.stowage.engine.Filter;
import dev.stowage.engine.Force;
import dev.stowage.engine.Images;
import dev.stowage.engine.ListOptions;
import dev.stowage.engine.Removal;
import dev.stowage.engine.RemoveOptions;
import java.io.IOException;
import java.util.List;

/// `rmi` and `image rm`.
final class RemoveVerb implements Verb {
  private static final ListOptions ALL =
      ListOptions.DEFAULT.and(Filter.of(Filter.Key.READ_ONLY, "false"));

  private final String path;

  RemoveVerb(String path) {
    this.path = path;
  }

  @Override
  public Command command() {
    return Command.of(
            path,
            "[options] IMAGE [IMAGE...]",
            Arguments.ANY,
            "Remove one or more images from local storage")
        .described("Removes one or more previously pulled or locally created images.")
        .withExamples("@ imageID", "@ --force alpine", "@ c4dfb1609ee2 93fd78260bd1 c0ed59d05ff7")
        .withFlags(
            Flag.toggle("all", 'a', "Remove all images"),
            Flag.toggle(
                "dry-run", Flag.NO_SHORTHAND, "Show what would be removed and remove nothing"),
            Flag.toggle("force", 'f', "Force Removal of the image"),
            Flag.toggle("ignore", 'i', "Ignore errors if a specified image does not exist"),
            Flag.toggle("no-prune", Flag.NO_SHORTHAND, "Do not remove dangling images"));
  }

  @Override
  public int run(Call call) throws IOException {
    Words words = call.words();
    List<String> names = words.arguments();
    if (names.isEmpty() && !words.on("all")) {
      throw new UsageException("image name or ID must be specified");
    }
    if (!names.isEmpty() && words.on("all")) {
      throw new UsageException(
          "when using the --all switch, you may not pass any images names or IDs");
    }
    Removal removal;
    try (Engine engine = Session.open(call)) {
      removal =
          words.on("dry-run")
              ? planned(engine.images(), names, options(words))
              : removed(engine.images(), names, options(words));
    }
    return RemovalText.of(
        call, removal, words.on("dry-run") ? RemovalText.When.PLANNED : RemovalText.When.DONE);
  }

  private static Removal removed(Images images, List<String> names, RemoveOptions options)
      throws IOException {
    return names.isEmpty() ? images.removeAll(ALL, options) : images.remove(names, options);
  }

  private static Removal planned(Images images, List<String> names, RemoveOptions options)
      throws IOException {
    return names.isEmpty()
        ? images.planRemovalOfAll(ALL, options)
        : images.planRemoval(names, options);
  }

  private static RemoveOptions options(Words words) {
    RemoveOptions options = RemoveOptions.DEFAULT;
    if (words.on("force")) {
      options = options.withForce(Force.WITH_CONTAINERS);
    }
    if (words.on("force") || words.on("ignore")) {
      options = options.withMissing(RemoveOptions.Missing.IGNORED);
    }
    if (words.on("no-prune")) {
      options = options.withParents(RemoveOptions.Scope.Parents.KEPT);
    }
    return options;
  }
}
