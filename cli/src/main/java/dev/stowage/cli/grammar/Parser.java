package dev.stowage.cli.grammar;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads flags in the syntax of Podman's command line: `--flag=value`, `--flag value`, `-fvalue`,
/// several switches behind one dash, switches with `=false`, and `--` before words that are no
/// flags.
///
/// No library for the JVM reads it: Commons CLI, for one, knows no `--quiet=false`, takes `-all`
/// for `--all`, and does not say which flag lacks its value.
public final class Parser {

  /// Whether flags may stand after the first argument.
  public enum Order {
    FLAGS_FIRST,
    MIXED
  }

  enum Truth {
    YES,
    NO,
    NEITHER
  }

  private final Words words;
  private final List<List<Flag>> flags;
  private final String command;

  /// @param flags what is allowed, the command's own before the inherited ones
  /// @param command the program and the path, for messages
  public Parser(Words words, String command, List<List<Flag>> flags) {
    this.words = words;
    this.command = command;
    this.flags = flags;
    flags.forEach(words::know);
  }

  /// Reads from the given position.
  ///
  /// @return the position of the first word that is not read: the first argument under
  ///   [Order#FLAGS_FIRST], else the end
  public int read(List<String> line, int from, Order order) throws UsageException {
    int at = from;
    while (at < line.size()) {
      String word = line.get(at);
      if (word.length() < 2 || word.charAt(0) != '-') {
        if (order == Order.FLAGS_FIRST) {
          return at;
        }
        words.argue(word);
        at++;
      } else if (word.equals("--")) {
        at++;
        if (order == Order.MIXED) {
          for (; at < line.size(); at++) {
            words.argue(line.get(at));
          }
        }
        return at;
      } else if (word.charAt(1) == '-') {
        at = longFlag(line, at);
      } else {
        at = shortFlags(line, at);
      }
    }
    return at;
  }

  private int longFlag(List<String> line, int at) throws UsageException {
    String word = line.get(at);
    int equals = word.indexOf('=');
    String name = word.substring(2, equals < 0 ? word.length() : equals);
    if (name.isEmpty() || name.charAt(0) == '-') {
      throw wrong("bad flag syntax: " + word);
    }
    Flag flag = named(name);
    if (flag == null) {
      throw wrong("unknown flag: --" + name);
    }
    if (equals >= 0) {
      set(flag, word.substring(equals + 1));
      return at + 1;
    }
    if (flag.kind() == Flag.Kind.SWITCH) {
      set(flag, "true");
      return at + 1;
    }
    if (at + 1 >= line.size()) {
      throw wrong("flag needs an argument: --" + name);
    }
    set(flag, line.get(at + 1));
    return at + 2;
  }

  private int shortFlags(List<String> line, int at) throws UsageException {
    String word = line.get(at);
    for (int i = 1; i < word.length(); i++) {
      char letter = word.charAt(i);
      Flag flag = shortened(letter);
      if (flag == null) {
        throw wrong("unknown shorthand flag: '" + letter + "' in -" + word.substring(i));
      }
      String rest = word.substring(i + 1);
      if (rest.length() > 1 && rest.charAt(0) == '=') {
        set(flag, rest.substring(1));
        return at + 1;
      }
      if (flag.kind() == Flag.Kind.SWITCH) {
        set(flag, "true");
      } else if (!rest.isEmpty()) {
        set(flag, rest);
        return at + 1;
      } else if (at + 1 < line.size()) {
        set(flag, line.get(at + 1));
        return at + 2;
      } else {
        throw wrong("flag needs an argument: '" + letter + "' in -" + word.substring(i));
      }
    }
    return at + 1;
  }

  private void set(Flag flag, String value) throws UsageException {
    if (flag.kind() == Flag.Kind.SWITCH && truth(value) == Truth.NEITHER) {
      throw invalid(flag, value, "strconv.ParseBool: parsing \"" + value + "\": invalid syntax");
    }
    if (flag.kind() == Flag.Kind.NUMBER && !isNumber(value)) {
      throw invalid(flag, value, "strconv.ParseUint: parsing \"" + value + "\": invalid syntax");
    }
    if (!flag.choices().isEmpty() && !flag.choices().contains(value)) {
      throw invalid(
          flag,
          value,
          "\""
              + value
              + "\" is not a valid value.  Choose from: \""
              + String.join(", ", flag.choices())
              + "\"");
    }
    words.set(flag, value);
  }

  private UsageException invalid(Flag flag, String value, String why) {
    return wrong(
        "invalid argument \"" + value + "\" for \"" + flag.inMessages() + "\" flag: " + why);
  }

  private UsageException wrong(String message) {
    return new UsageException(message + "\nSee '" + command + " --help'");
  }

  private @Nullable Flag named(String name) {
    for (List<Flag> group : flags) {
      for (Flag flag : group) {
        if (flag.name().equals(name)) {
          return flag;
        }
      }
    }
    return null;
  }

  private @Nullable Flag shortened(char letter) {
    for (List<Flag> group : flags) {
      for (Flag flag : group) {
        if (flag.shorthand() == letter) {
          return flag;
        }
      }
    }
    return null;
  }

  private static boolean isNumber(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return !text.isEmpty() && text.length() <= 9;
  }

  static Truth truth(String text) {
    return switch (text) {
      case "1", "t", "T", "true", "TRUE", "True" -> Truth.YES;
      case "0", "f", "F", "false", "FALSE", "False" -> Truth.NO;
      default -> Truth.NEITHER;
    };
  }
}
