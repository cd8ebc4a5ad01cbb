package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Completion;
import dev.stowage.cli.grammar.UsageException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `completion`.
final class CompletionVerb implements Verb {

  @Override
  public Command command() {
    return Command.of(
            "completion",
            "{bash|zsh|fish}",
            Arguments.exactly(1),
            "Generate a completion script for a shell")
        .described("Prints a script that completes the words of stowage in bash, zsh or fish.")
        .withExamples(
            "@ bash > /etc/bash_completion.d/stowage",
            "@ fish > ~/.config/fish/completions/stowage.fish");
  }

  @Override
  public int run(Call call) throws IOException {
    Completion completion = new Completion("stowage", groups());
    String shell = call.words().arguments().getFirst();
    call.out()
        .print(
            switch (shell) {
              case "bash" -> completion.bash();
              case "zsh" -> completion.zsh();
              case "fish" -> completion.fish();
              default ->
                  throw new UsageException(
                      "unknown shell \"" + shell + "\": choose bash, zsh or fish");
            });
    return ExitCode.DONE;
  }

  static Map<Command, List<Command>> groups() {
    Map<Command, List<Command>> groups = new LinkedHashMap<>();
    for (String path : List.of("", "image", "system")) {
      groups.put(Catalogue.group(path), Catalogue.children(path));
    }
    return groups;
  }
}
