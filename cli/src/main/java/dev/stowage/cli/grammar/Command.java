package dev.stowage.cli.grammar;

import java.util.List;

/// One command as data: parsing, help, completions and manual pages are made from it.
///
/// @param path the words that call it, without the program's name: `image list`
/// @param aliases other words for the last word of the path
/// @param usage what follows the path in the usage line: `[options] IMAGE`
/// @param description what it does, in whole sentences
public record Command(
    String path,
    List<String> aliases,
    String usage,
    String summary,
    String description,
    List<String> examples,
    List<Flag> flags,
    Arguments arguments) {

  /// The last word of the path.
  public String name() {
    return path.substring(path.lastIndexOf(' ') + 1);
  }

  /// The first words of a command in the table, before its flags are added.
  public static Command of(String path, String usage, Arguments arguments, String summary) {
    return new Command(path, List.of(), usage, summary, "", List.of(), List.of(), arguments);
  }

  public Command described(String text) {
    return new Command(path, aliases, usage, summary, text, examples, flags, arguments);
  }

  /// With examples; `@` stands for the program and the path.
  public Command withExamples(String... lines) {
    return new Command(
        path, aliases, usage, summary, description, List.of(lines), flags, arguments);
  }

  /// With flags; help shows them in alphabetical order.
  public Command withFlags(Flag... more) {
    return new Command(
        path, aliases, usage, summary, description, examples, List.of(more), arguments);
  }

  public Command alias(String... words) {
    return new Command(
        path, List.of(words), usage, summary, description, examples, flags, arguments);
  }

  /// Refuses a wrong number of arguments.
  ///
  /// @param name the program and the path
  public void check(String name, List<String> given) throws UsageException {
    arguments.check(name, given);
  }
}
