package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.cli.output.Columns;
import dev.stowage.cli.output.Formatter;
import dev.stowage.cli.template.Value;
import dev.stowage.engine.Engine;
import dev.stowage.engine.Filter;
import dev.stowage.engine.Image;
import dev.stowage.engine.ListOptions;
import dev.stowage.model.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// `images` and `image list`.
final class ListVerb implements Verb {
  private final String path;

  ListVerb(String path) {
    this.path = path;
  }

  @Override
  public Command command() {
    Command command =
        Command.of(path, "[options] [IMAGE]", Arguments.atMost(1), "List images in local storage")
            .described("Lists images previously pulled to the system or created on the system.")
            .withExamples(
                "@ --format json",
                "@ --sort repository --format \"table {{.ID}} {{.Repository}} {{.Tag}}\"",
                "@ --filter dangling=true")
            .withFlags(
                Flag.toggle("all", 'a', "Show all images (default hides intermediate images)"),
                Flag.toggle("digests", Flag.NO_SHORTHAND, "Show digests"),
                Flag.list("filter", 'f', "Filter output based on conditions provided (default [])"),
                Flag.text(
                    "format",
                    Flag.NO_SHORTHAND,
                    "Change the output format to JSON or a Go template"),
                Flag.toggle("history", Flag.NO_SHORTHAND, "Display the image name history"),
                Flag.toggle("no-trunc", Flag.NO_SHORTHAND, "Do not truncate output"),
                Flag.toggle("noheading", 'n', "Do not print column headings"),
                Flag.toggle("quiet", 'q', "Display only image IDs"),
                Flag.text("sort", Flag.NO_SHORTHAND, "Sort by created, id, repository, size, tag")
                    .initially("created")
                    .oneOf("created", "id", "repository", "size", "tag"));
    return path.equals("images") ? command : command.alias("ls");
  }

  @Override
  public int run(Call call) throws IOException {
    List<ListedImage> listed = new ArrayList<>();
    try (Engine engine = Session.open(call)) {
      for (Image image : engine.images().list(options(call))) {
        ListedImage.add(image, listed);
      }
      sort(listed, call.words().text("sort"));
      print(call, listed);
    }
    return ExitCode.DONE;
  }

  private static ListOptions options(Call call) throws IOException {
    List<String> arguments = call.words().arguments();
    List<String> texts = call.words().texts("filter");
    if (!texts.isEmpty() && !arguments.isEmpty()) {
      throw new UsageException("cannot specify an image and a filter(s)");
    }
    List<Filter> filters = new ArrayList<>();
    for (String text : texts) {
      filters.add(Filter.parse(text));
    }
    for (String argument : arguments) {
      filters.add(Filter.of(Filter.Key.REFERENCE, argument));
    }
    if (!call.words().on("all") && !texts.contains("intermediate=true")) {
      filters.add(Filter.of(Filter.Key.INTERMEDIATE, "false"));
    }
    return ListOptions.DEFAULT.withFilters(filters);
  }

  private static void sort(List<ListedImage> images, String by) {
    // Not Comparator.comparing, which makes its lambdas at run time.
    Comparator<ListedImage> order =
        switch (by) {
          case "id" -> (a, b) -> a.id().compareTo(b.id());
          case "repository" ->
              (a, b) -> {
                int names = a.repository().compareTo(b.repository());
                return names != 0 ? names : a.tag().compareTo(b.tag());
              };
          case "size" -> (a, b) -> Long.compare(a.size(), b.size());
          case "tag" -> (a, b) -> a.tag().compareTo(b.tag());
          default -> (a, b) -> Long.compare(b.created(), a.created());
        };
    images.sort(order);
  }

  private void print(Call call, List<ListedImage> images) throws IOException {
    String format = call.words().text("format");
    boolean whole = call.words().on("no-trunc");
    if (Formatter.isJson(format)) {
      List<Json> items = new ArrayList<>();
      for (ListedImage image : images) {
        items.add(image.json());
      }
      call.out().line(new Json.Arr(items).pretty("    "));
    } else if (call.words().on("quiet")) {
      Set<String> seen = new LinkedHashSet<>();
      for (ListedImage image : images) {
        seen.add(image.shownId(whole));
      }
      for (String id : seen) {
        call.out().line(id);
      }
    } else if (call.words().given("format")) {
      List<Value> rows = new ArrayList<>();
      for (ListedImage image : images) {
        rows.add(image.value(whole, call.now()));
      }
      call.out()
          .print(
              Formatter.fill(
                  "images",
                  format,
                  Formatter.Subject.LIST,
                  new Value.Items(rows),
                  call.words().on("noheading") ? java.util.Map.of() : ListedImage.HEADS));
    } else {
      call.out().print(Columns.align(table(call, images, whole)));
    }
  }

  private static String table(Call call, List<ListedImage> images, boolean whole) {
    boolean digests = call.words().on("digests");
    boolean history = call.words().on("history");
    boolean readOnly = false;
    for (ListedImage image : images) {
      readOnly |= image.image().readOnly();
    }
    StringBuilder out = new StringBuilder();
    if (!call.words().on("noheading")) {
      out.append("REPOSITORY\tTAG\t").append(digests ? "DIGEST\t" : "");
      out.append("IMAGE ID\tCREATED\tSIZE").append(history ? "\tHISTORY" : "");
      out.append(readOnly ? "\tR/O" : "").append('\n');
    }
    for (ListedImage image : images) {
      out.append(image.repository()).append('\t').append(image.tag()).append('\t');
      if (digests) {
        out.append(image.digest()).append('\t');
      }
      out.append(image.shownId(whole)).append('\t').append(image.since(call.now()));
      out.append('\t').append(image.shownSize());
      if (history) {
        String names = image.history();
        out.append('\t').append(names.isEmpty() ? ListedImage.NONE : names);
      }
      if (readOnly) {
        out.append('\t').append(image.image().readOnly());
      }
      out.append('\n');
    }
    return out.toString();
  }
}
