package dev.stowage.cli.grammar;

import java.util.Locale;

/// Manual pages, section 1.
///
/// @see <a href="https://man7.org/linux/man-pages/man7/man.7.html">man(7)</a>
public final class Manual {
  private final String program;
  private final String version;

  public Manual(String program, String version) {
    this.program = program;
    this.version = version;
  }

  /// The file name of a command's page.
  public String fileName(Command command) {
    return pageName(command) + ".1";
  }

  /// A command's page.
  public String page(Command command) {
    String name = (program + " " + command.path()).strip();
    StringBuilder out = new StringBuilder();
    out.append(".TH \"")
        .append(pageName(command).toUpperCase(Locale.ROOT))
        .append("\" \"1\" \"\" \"");
    out.append(program).append(' ').append(version).append("\"\n");
    out.append(".SH NAME\n").append(escaped(pageName(command))).append(" \\- ");
    out.append(escaped(command.summary())).append('\n');
    out.append(".SH SYNOPSIS\n.B ").append(escaped(name)).append('\n');
    out.append(escaped(command.usage())).append('\n');
    for (String alias : command.aliases()) {
      out.append(".PP\n.B ")
          .append(escaped(name.substring(0, name.lastIndexOf(' ') + 1) + alias))
          .append('\n');
      out.append(escaped(command.usage())).append('\n');
    }
    out.append(".SH DESCRIPTION\n");
    out.append(
            escaped(command.description().isEmpty() ? command.summary() : command.description())
                .replace("\n\n", "\n.PP\n"))
        .append('\n');
    flags(command, out);
    if (!command.examples().isEmpty()) {
      out.append(".SH EXAMPLES\n.nf\n");
      for (String example : command.examples()) {
        out.append(escaped(example.replace("@", name))).append('\n');
      }
      out.append(".fi\n");
    }
    return out.append(".SH SEE ALSO\n.BR ").append(program).append(" (1)\n").toString();
  }

  private static void flags(Command command, StringBuilder out) {
    String head = ".SH OPTIONS\n";
    for (Flag flag : Help.shown(command.flags())) {
      out.append(head).append(".TP\n.B ");
      head = "";
      if (flag.shorthand() != Flag.NO_SHORTHAND) {
        out.append("\\-").append(flag.shorthand()).append(", ");
      }
      out.append("\\-\\-").append(escaped(flag.name()));
      out.append(flag.value().isEmpty() ? "" : "=" + flag.value()).append('\n');
      out.append(escaped(flag.help() + Help.initial(flag))).append('\n');
    }
  }

  private String pageName(Command command) {
    return (program + " " + command.path()).strip().replace(' ', '-');
  }

  private static String escaped(String text) {
    String safe = text.replace("\\", "\\e").replace("-", "\\-").replace("\n.", "\n\\&.");
    return safe.startsWith(".") || safe.startsWith("'") ? "\\&" + safe : safe;
  }
}
