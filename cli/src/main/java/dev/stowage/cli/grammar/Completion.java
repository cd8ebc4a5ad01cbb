package dev.stowage.cli.grammar;

import java.util.List;
import java.util.Map;

/// Completion scripts for shells.
public final class Completion {
  private final String program;
  private final Map<Command, List<Command>> groups;

  /// @param groups the commands that gather others, each with what it gathers; the program itself
  ///   is the one with the empty path
  public Completion(String program, Map<Command, List<Command>> groups) {
    this.program = program;
    this.groups = groups;
  }

  /// A script for bash. The names of images are asked of the program itself.
  public String bash() {
    StringBuilder out = new StringBuilder();
    out.append("# bash completion for ")
        .append(program)
        .append("\n\n_")
        .append(program)
        .append("() {\n");
    out.append(
        """
          local current=${COMP_WORDS[COMP_CWORD]} path='' word words='' images=''
          for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
            case $word in
              -*) ;;
              *) path="${path:+$path }$word" ;;
            esac
          done
          case $path in
        """);
    groups.forEach(
        (group, children) -> {
          if (!group.path().isEmpty()) {
            out.append("    '")
                .append(group.path())
                .append("') words='")
                .append(names(children))
                .append("' ;;\n");
          }
          for (Command child : children) {
            if (!isGroup(child)) {
              out.append("    '")
                  .append(child.path())
                  .append("'*) words='")
                  .append(flags(child))
                  .append('\'');
              out.append(takesImages(child) ? " images=1" : "").append(" ;;\n");
            }
          }
        });
    for (Map.Entry<Command, List<Command>> entry : groups.entrySet()) {
      if (entry.getKey().path().isEmpty()) {
        out.append("    '') words='")
            .append(names(entry.getValue()))
            .append(' ')
            .append(flags(entry.getKey()));
        out.append("' ;;\n");
      }
    }
    out.append(
        "  esac\n  if [ -n \"$images\" ]; then\n    case $current in\n      -*) ;;\n      *) words=$(");
    out.append(program)
        .append(" images --format '{{.Repository}}:{{.Tag}}' 2>/dev/null) ;;\n    esac\n  fi\n");
    out.append("  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n");
    out.append("  __ltrim_colon_completions \"$current\" 2>/dev/null\n}\n\n");
    return out.append("complete -o default -F _")
        .append(program)
        .append(' ')
        .append(program)
        .append('\n')
        .toString();
  }

  /// A script for zsh, which runs bash's.
  public String zsh() {
    return "#compdef " + program + "\nautoload -U +X bashcompinit && bashcompinit\n" + bash();
  }

  /// A script for fish.
  public String fish() {
    StringBuilder out =
        new StringBuilder(
            "# fish completion for " + program + "\n\ncomplete -c " + program + " -f\n");
    groups.forEach(
        (group, children) -> {
          String condition =
              group.path().isEmpty()
                  ? "__fish_use_subcommand"
                  : "__fish_seen_subcommand_from " + group.name();
          for (Command child : children) {
            line(out, condition)
                .append(" -a ")
                .append(child.name())
                .append(" -d ")
                .append(quoted(child.summary()))
                .append('\n');
            for (Flag flag : Help.shown(child.flags())) {
              line(out, "__fish_seen_subcommand_from " + child.name())
                  .append(" -l ")
                  .append(flag.name());
              if (flag.shorthand() != Flag.NO_SHORTHAND) {
                out.append(" -s ").append(flag.shorthand());
              }
              out.append(flag.kind() == Flag.Kind.SWITCH ? "" : " -r");
              out.append(" -d ").append(quoted(flag.help())).append('\n');
            }
          }
        });
    return out.toString();
  }

  private StringBuilder line(StringBuilder out, String condition) {
    return out.append("complete -c ")
        .append(program)
        .append(" -n '")
        .append(condition)
        .append('\'');
  }

  private boolean isGroup(Command command) {
    for (Command group : groups.keySet()) {
      if (group.path().equals(command.path())) {
        return true;
      }
    }
    return false;
  }

  private static boolean takesImages(Command command) {
    return command.usage().contains("IMAGE");
  }

  private static String names(List<Command> commands) {
    StringBuilder out = new StringBuilder();
    for (Command command : commands) {
      out.append(out.isEmpty() ? "" : " ").append(command.name());
      for (String alias : command.aliases()) {
        out.append(' ').append(alias);
      }
    }
    return out.toString();
  }

  private static String flags(Command command) {
    StringBuilder out = new StringBuilder();
    for (Flag flag : Help.shown(command.flags())) {
      out.append(out.isEmpty() ? "--" : " --").append(flag.name());
    }
    return out.toString();
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "\\'") + "'";
  }
}
