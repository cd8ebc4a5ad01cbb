package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.engine.Engine;
import dev.stowage.engine.Image;
import java.io.IOException;
import java.util.List;

/// `untag` and `image untag`.
final class UntagVerb implements Verb {
  private final String path;

  UntagVerb(String path) {
    this.path = path;
  }

  @Override
  public Command command() {
    return Command.of(
            path, "IMAGE [IMAGE...]", Arguments.atLeast(1), "Remove a name from a local image")
        .described("Removes one or more names from a locally-stored image.")
        .withExamples(
            "@ 0e3bbc2",
            "@ imageID:latest otherImageName:latest",
            "@ httpd myregistryhost:5000/fedora/httpd:v2");
  }

  @Override
  public int run(Call call) throws IOException {
    List<String> words = call.words().arguments();
    try (Engine engine = Session.open(call)) {
      Image image = engine.images().find(words.getFirst()).image();
      var _ = words.size() == 1 ? image.untagAll() : image.untag(words.subList(1, words.size()));
    }
    return ExitCode.DONE;
  }
}
