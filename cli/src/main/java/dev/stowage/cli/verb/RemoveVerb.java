package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.cli.grammar.Words;
import dev.stowage.engine.Engine;
import dev.stowage.engine.Filter;
import dev.stowage.engine.Force;
import dev.stowage.engine.ListOptions;
import dev.stowage.engine.Removal;
import dev.stowage.engine.RemoveOptions;
import dev.stowage.model.ImageId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// `rmi` and `image rm`.
final class RemoveVerb implements Verb {
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
          names.isEmpty()
              ? engine
                  .images()
                  .removeAll(
                      ListOptions.DEFAULT.and(Filter.of(Filter.Key.READ_ONLY, "false")),
                      options(words))
              : engine.images().remove(names, options(words));
    }
    return tell(call, removal);
  }

  /// Prints what a removal did.
  ///
  /// @return the exit code
  static int tell(Call call, Removal removal) throws IOException {
    for (String name : removal.untagged()) {
      call.out().line("Untagged: " + name);
    }
    for (ImageId image : removal.removed()) {
      call.out().line("Deleted: " + image);
    }
    if (removal.failures().isEmpty()) {
      return ExitCode.DONE;
    }
    call.out().flush();
    call.err().println("Error: " + joined(removal.failures()));
    return switch (removal.outcome()) {
      case DONE -> ExitCode.DONE;
      case NOT_KNOWN -> ExitCode.NOT_KNOWN;
      case IN_USE -> ExitCode.IN_USE;
      case FAILED -> ExitCode.FAILED;
    };
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

  /// Several failures in one message.
  private static String joined(List<Removal.Failure> failures) {
    List<String> messages = new ArrayList<>();
    for (Removal.Failure failure : failures) {
      messages.add(String.valueOf(failure.cause().getMessage()));
    }
    if (messages.size() == 1) {
      return messages.getFirst();
    }
    return messages.size() + " errors occurred:\n\t* " + String.join("\n\t* ", messages);
  }
}
