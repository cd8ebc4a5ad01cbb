package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.cli.output.Formatter;
import dev.stowage.cli.template.PlainJson;
import dev.stowage.cli.template.Value;
import dev.stowage.engine.Engine;
import dev.stowage.engine.Images.Answer;
import dev.stowage.engine.LookupOptions;
import dev.stowage.model.Json;
import dev.stowage.model.NotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// `inspect` and `image inspect`.
final class InspectVerb implements Verb {
  private static final String INDENT = "     ";
  private static final List<String> TYPES =
      List.of("image", "container", "pod", "network", "volume", "artifact", "all");

  private final String path;
  private boolean elsewhere;

  InspectVerb(String path) {
    this.path = path;
  }

  @Override
  public Command command() {
    Flag format =
        Flag.text("format", 'f', "Format the output to a Go template or json").initially("json");
    if (path.equals("image inspect")) {
      return Command.of(
              path,
              "[options] IMAGE [IMAGE...]",
              Arguments.ANY,
              "Display the configuration of an image")
          .described("Displays the low-level information of an image identified by name or ID.")
          .withExamples("@ alpine", "@ --format \"imageId: {{.Id}} size: {{.Size}}\" alpine")
          .withFlags(format);
    }
    return Command.of(
            path,
            "[options] IMAGE [IMAGE...]",
            Arguments.ANY,
            "Display the configuration of object denoted by ID")
        .described(
            """
            Displays the low-level information on an image identified by name or ID. For an image that lies elsewhere, named with its transport as in docker://…, what Skopeo displays of it.""")
        .withExamples(
            "@ fedora",
            "@ --type image fedora",
            "@ --format \"imageId: {{.Id}} size: {{.Size}}\" fedora",
            "@ docker://docker.io/library/alpine",
            "@ --config oci:directory:name")
        .withFlags(
            RegistryFlags.skopeos(
                format,
                Flag.toggle("config", Flag.NO_SHORTHAND, "output configuration"),
                Flag.toggle(
                    "no-tags",
                    'n',
                    "Do not list the available tags from the repository in the output"),
                Flag.text(
                        "override-arch",
                        Flag.NO_SHORTHAND,
                        "use ARCH instead of the architecture of the machine for choosing images")
                    .taking("ARCH"),
                Flag.text(
                        "override-os",
                        Flag.NO_SHORTHAND,
                        "use OS instead of the running OS for choosing images")
                    .taking("OS"),
                Flag.text(
                        "override-variant",
                        Flag.NO_SHORTHAND,
                        "use VARIANT instead of the running architecture variant for choosing images")
                    .taking("VARIANT"),
                Flag.toggle("raw", Flag.NO_SHORTHAND, "output raw manifest or configuration"),
                Flag.toggle("size", 's', "Display total file size"),
                Flag.text("type", 't', "Specify inspect-object type").initially("all")));
  }

  @Override
  public int failureCode(Throwable failure) {
    return elsewhere ? ExitCode.ofSkopeos(failure) : ExitCode.FAILED;
  }

  @Override
  public int run(Call call) throws IOException {
    List<String> names = call.words().arguments();
    String type = path.equals("inspect") ? call.words().text("type") : "image";
    checkType(type, call);
    if (names.isEmpty()) {
      throw new UsageException("no names or ids specified");
    }
    if (path.equals("inspect") && RemoteInspection.isMeant(names.getFirst())) {
      if (names.size() > 1) {
        throw new UsageException("Exactly one argument expected");
      }
      elsewhere = true;
      return new RemoteInspection(call).run(names.getFirst());
    }
    List<Json.Obj> found = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    try (Engine engine = Session.open(call)) {
      for (Answer answer : engine.images().findEach(names, LookupOptions.DEFAULT)) {
        if (answer instanceof Answer.Here here) {
          found.add(here.found().image().inspect().toJson());
        } else if (answer instanceof Answer.Failed failed) {
          failures.add(
              type.equals("all") && failed.cause() instanceof NotFoundException
                  ? "no such object: \"" + failed.text() + "\""
                  : String.valueOf(failed.cause().getMessage()));
        }
      }
    }
    String format = call.words().text("format");
    if (format.isEmpty() || Formatter.isJson(format)) {
      call.out().line(PlainJson.pretty(new Json.Arr(List.copyOf(found)), INDENT));
    } else {
      List<Value> values = new ArrayList<>();
      for (Json.Obj image : found) {
        values.add(InspectedImage.of(image));
      }
      call.out()
          .print(
              Formatter.fill(
                  "inspect", format, Formatter.Subject.LIST, new Value.Items(values), Map.of()));
    }
    if (failures.isEmpty()) {
      return ExitCode.DONE;
    }
    call.out().flush();
    for (String failure : failures.subList(1, failures.size())) {
      call.err().println(failure);
    }
    throw new IOException(failures.getFirst());
  }

  private static void checkType(String type, Call call) throws UsageException {
    if (!TYPES.contains(type)) {
      throw new UsageException("invalid type \"" + type + "\": must be \"image\" or \"all\"");
    }
    if (!type.equals("image") && !type.equals("all")) {
      throw new UsageException("stowage inspects images: --type " + type + " is not supported");
    }
    if (type.equals("image") && call.words().given("type") && call.words().on("size")) {
      throw new UsageException("size is not supported for type \"image\"");
    }
  }
}
