package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.engine.Engine;
import dev.stowage.engine.LookupOptions;
import java.io.IOException;
import java.util.List;

/// `tag` and `image tag`.
final class TagVerb implements Verb {
  private final String path;

  TagVerb(String path) {
    this.path = path;
  }

  @Override
  public Command command() {
    return Command.of(
            path,
            "IMAGE TARGET_NAME [TARGET_NAME...]",
            Arguments.atLeast(2),
            "Add an additional name to a local image")
        .described("Adds one or more additional names to locally-stored image.")
        .withExamples(
            "@ 0e3bbc2 fedora:latest",
            "@ imageID:latest myNewImage:newTag",
            "@ httpd myregistryhost:5000/fedora/httpd:v2");
  }

  @Override
  public int run(Call call) throws IOException {
    List<String> words = call.words().arguments();
    try (Engine engine = Session.open(call)) {
      // A list of manifests can be tagged itself.
      var _ =
          engine
              .images()
              .find(words.getFirst(), LookupOptions.DEFAULT.withLists(LookupOptions.Lists.LIST))
              .image()
              .tag(words.subList(1, words.size()));
    }
    return ExitCode.DONE;
  }
}
