package dev.stowage.cli.grammar;

import java.util.List;

/// One flag of a command: what it is called, what it takes and what the help says of it.
///
/// @param shorthand the one-letter form, or [#NO_SHORTHAND]
/// @param value what the help calls the flag's value; empty for a switch
/// @param initial the value where the flag is not given, as text
/// @param choices the only values allowed; empty where any is
public record Flag(
    String name,
    char shorthand,
    Kind kind,
    String value,
    String initial,
    String help,
    List<String> choices,
    Visibility visibility) {

  /// The shorthand of a flag that has none.
  public static final char NO_SHORTHAND = '\0';

  /// What a flag takes.
  public enum Kind {
    /// On or off; takes a value only after an equals sign.
    SWITCH,
    /// One text; the last one given counts.
    TEXT,
    /// Any number of texts, one each time it is given.
    LIST,
    /// A whole number, not negative.
    NUMBER
  }

  /// Whether help, completions and manual pages tell of a flag.
  public enum Visibility {
    SHOWN,
    HIDDEN
  }

  /// A switch, off where it is not given.
  public static Flag toggle(String name, char shorthand, String help) {
    return new Flag(name, shorthand, Kind.SWITCH, "", "false", help, List.of(), Visibility.SHOWN);
  }

  /// A flag with one text.
  public static Flag text(String name, char shorthand, String help) {
    return new Flag(name, shorthand, Kind.TEXT, "string", "", help, List.of(), Visibility.SHOWN);
  }

  /// A flag that may be given several times.
  public static Flag list(String name, char shorthand, String help) {
    return new Flag(
        name, shorthand, Kind.LIST, "stringArray", "", help, List.of(), Visibility.SHOWN);
  }

  /// A flag with a whole number.
  public static Flag number(String name, char shorthand, String help) {
    return new Flag(name, shorthand, Kind.NUMBER, "uint", "", help, List.of(), Visibility.SHOWN);
  }

  /// The same flag with a value it has where it is not given.
  public Flag initially(String text) {
    return new Flag(name, shorthand, kind, value, text, help, choices, visibility);
  }

  /// The same flag with another word for its value in the help.
  public Flag taking(String word) {
    return new Flag(name, shorthand, kind, word, initial, help, choices, visibility);
  }

  /// The same flag, which allows these values only.
  public Flag oneOf(String... words) {
    return new Flag(name, shorthand, kind, "choice", initial, help, List.of(words), visibility);
  }

  /// The same flag, taken but not told of.
  public Flag hidden() {
    return new Flag(name, shorthand, kind, value, initial, help, choices, Visibility.HIDDEN);
  }

  /// The flag as messages call it: `-q, --quiet` or `--quiet`.
  String inMessages() {
    return shorthand == NO_SHORTHAND ? "--" + name : "-" + shorthand + ", --" + name;
  }
}
