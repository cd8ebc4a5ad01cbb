package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.output.Columns;
import dev.stowage.cli.output.Formatter;
import dev.stowage.cli.template.GoText;
import dev.stowage.cli.template.TemplateException;
import dev.stowage.cli.template.Value;
import dev.stowage.cli.template.Value.Field;
import dev.stowage.model.Platform;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/// `version`.
final class VersionVerb implements Verb {

  @Override
  public Command command() {
    return Command.of(
            "version", "[options]", Arguments.NONE, "Display the stowage version information")
        .withFlags(Flag.text("format", 'f', "Change the output format to JSON or a Go template"));
  }

  @Override
  public int run(Call call) throws IOException {
    String format = call.words().text("format");
    Value.Struct client = client(Build.running(), call.surroundings().machine().platform());
    Value.Struct versions =
        new Value.Struct(
            "types.SystemVersionReport",
            List.of(
                new Field("Client", client),
                new Field(
                    "Server",
                    "Server",
                    Value.Presence.UNLESS_EMPTY,
                    new Value.Nil("*define.Version"))));
    if (Formatter.isJson(format)) {
      call.out().line(versions.json().compact());
    } else if (call.words().given("format")) {
      call.out().print(filled(format, versions, client));
    } else {
      call.out().print(Columns.align(plain(client)));
    }
    return ExitCode.DONE;
  }

  /// Formats written for one version instead of a client's and a server's are understood too.
  private static String filled(String format, Value versions, Value client)
      throws TemplateException {
    try {
      return Formatter.fill("version", format, Formatter.Subject.ONE, versions, Map.of());
    } catch (TemplateException e) {
      return Formatter.fill(
          "version", format.replace(".Server.", "."), Formatter.Subject.ONE, client, Map.of());
    }
  }

  static Value.Struct client(Build build, Platform platform) {
    return new Value.Struct(
        "*define.Version",
        List.of(
            new Field("APIVersion", Value.of(build.version())),
            new Field("Version", Value.of(build.version())),
            new Field("JavaVersion", Value.of(Runtime.version().toString())),
            new Field("GitCommit", Value.of("")),
            new Field("BuiltTime", Value.of(GoText.ansi(build.made()))),
            new Field("Built", Value.of(build.made().getEpochSecond())),
            new Field("OsArch", Value.of(platform.os() + "/" + platform.architecture())),
            new Field("Os", Value.of(platform.os()))));
  }

  private static String plain(Value.Struct client) {
    StringBuilder out = new StringBuilder("Client:\tStowage Engine\n");
    for (Field field : client.fields()) {
      String head =
          switch (field.name()) {
            case "Version" -> "Version";
            case "APIVersion" -> "API Version";
            case "JavaVersion" -> "Java Version";
            case "BuiltTime" -> "Built";
            case "OsArch" -> "OS/Arch";
            default -> "";
          };
      if (!head.isEmpty() && field.value() instanceof Value.Text(String text)) {
        out.append(head).append(":\t").append(text).append('\n');
      }
    }
    return out.toString();
  }
}
