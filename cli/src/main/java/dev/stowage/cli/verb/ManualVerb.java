package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Manual;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// `manual`.
final class ManualVerb implements Verb {

  @Override
  public Command command() {
    return Command.of(
            "manual", "DIRECTORY", Arguments.exactly(1), "Write the manual pages into a directory")
        .withExamples("@ /usr/local/share/man/man1");
  }

  @Override
  public int run(Call call) throws IOException {
    Path directory = call.surroundings().absolute(call.words().arguments().getFirst());
    Files.createDirectories(directory);
    Manual manual = new Manual("stowage", Build.running().version());
    for (var entry : CompletionVerb.groups().entrySet()) {
      write(manual, entry.getKey(), directory);
      for (Command child : entry.getValue()) {
        if (Catalogue.names(child.path()).isEmpty()) {
          write(manual, child, directory);
        }
      }
    }
    return ExitCode.DONE;
  }

  private static void write(Manual manual, Command command, Path directory) throws IOException {
    Files.write(
        directory.resolve(manual.fileName(command)), List.of(manual.page(command).stripTrailing()));
  }
}
