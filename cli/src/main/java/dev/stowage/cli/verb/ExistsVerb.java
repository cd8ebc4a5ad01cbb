package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.engine.Engine;
import java.io.IOException;

/// `image exists`.
final class ExistsVerb implements Verb {

  @Override
  public Command command() {
    return Command.of(
            "image exists",
            "IMAGE",
            Arguments.exactly(1),
            "Check if an image exists in local storage")
        .described(
            "If the named image exists in local storage, stowage image exists exits with 0, otherwise the exit code will be 1.")
        .withExamples("@ ID", "@ IMAGE || stowage pull IMAGE");
  }

  @Override
  public int run(Call call) throws IOException {
    try (Engine engine = Session.open(call)) {
      return engine.images().exists(call.words().arguments().getFirst())
          ? ExitCode.DONE
          : ExitCode.NOT_KNOWN;
    }
  }
}
