package dev.stowage.cli.grammar;

import java.util.ArrayList;
import java.util.List;

/// The text that `--help` prints.
public final class Help {
  private static final String INDENT = "  ";

  private final String program;

  /// @param program what the program is called
  public Help(String program) {
    this.program = program;
  }

  /// A command that does something itself.
  public String of(Command command) {
    StringBuilder out = new StringBuilder();
    String name = program + " " + command.path();
    out.append(command.summary()).append("\n\nDescription:\n  ");
    out.append(command.description().isEmpty() ? command.summary() : command.description());
    out.append("\n\nUsage:\n  ").append(name);
    if (!command.usage().isEmpty()) {
      out.append(' ').append(command.usage());
    }
    out.append('\n');
    if (!command.aliases().isEmpty()) {
      out.append("\nAliases:\n  ").append(command.name());
      for (String alias : command.aliases()) {
        out.append(", ").append(alias);
      }
      out.append('\n');
    }
    if (!command.examples().isEmpty()) {
      out.append("\nExamples:\n");
      for (String example : command.examples()) {
        out.append(INDENT).append(example.replace("@", name)).append('\n');
      }
    }
    flags(command.flags(), out);
    return out.append('\n').toString();
  }

  /// A command that only gathers others.
  public String of(Command group, List<Command> children) {
    StringBuilder out = new StringBuilder();
    if (!group.path().isEmpty()) {
      out.append(group.summary()).append("\n\nDescription:\n  ");
      out.append(group.description().isEmpty() ? group.summary() : group.description());
    } else {
      out.append(group.summary());
    }
    out.append("\n\nUsage:\n  ").append(program);
    if (!group.path().isEmpty()) {
      out.append(' ').append(group.path());
    } else {
      out.append(" [options]");
    }
    out.append(" [command]\n\nAvailable Commands:\n");
    int width = 0;
    for (Command child : children) {
      width = Math.max(width, child.name().length());
    }
    for (Command child : children) {
      out.append(INDENT).append(child.name());
      out.repeat(' ', width - child.name().length() + 1);
      out.append(child.summary()).append('\n');
    }
    flags(group.flags(), out);
    return out.append('\n').toString();
  }

  private static void flags(List<Flag> flags, StringBuilder out) {
    List<Flag> shown = shown(flags);
    if (shown.isEmpty()) {
      return;
    }
    out.append("\nOptions:\n");
    List<String> left = new ArrayList<>();
    int width = 0;
    for (Flag flag : shown) {
      String text =
          (flag.shorthand() == Flag.NO_SHORTHAND ? "      --" : "  -" + flag.shorthand() + ", --")
              + flag.name()
              + (flag.value().isEmpty() ? "" : " " + flag.value());
      left.add(text);
      width = Math.max(width, text.length());
    }
    for (int i = 0; i < shown.size(); i++) {
      out.append(left.get(i));
      out.repeat(' ', width - left.get(i).length() + 3);
      out.append(shown.get(i).help()).append(initial(shown.get(i))).append('\n');
    }
  }

  static List<Flag> shown(List<Flag> flags) {
    List<Flag> shown = new ArrayList<>();
    for (Flag flag : flags) {
      if (flag.visibility() == Flag.Visibility.SHOWN) {
        shown.add(flag);
      }
    }
    shown.sort((a, b) -> a.name().compareTo(b.name()));
    return shown;
  }

  static String initial(Flag flag) {
    return switch (flag.kind()) {
      case SWITCH -> flag.initial().equals("true") ? " (default true)" : "";
      case TEXT -> text(flag);
      case NUMBER -> flag.initial().isEmpty() ? "" : " (default " + flag.initial() + ")";
      case LIST -> "";
    };
  }

  private static String text(Flag flag) {
    if (flag.initial().isEmpty()) {
      return "";
    }
    String quote = flag.choices().isEmpty() ? "\"" : "";
    return " (default " + quote + flag.initial() + quote + ")";
  }
}
