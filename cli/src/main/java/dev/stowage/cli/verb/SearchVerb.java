package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.UsageException;
import dev.stowage.cli.grammar.Words;
import dev.stowage.cli.output.Columns;
import dev.stowage.cli.output.Formatter;
import dev.stowage.cli.output.Log;
import dev.stowage.cli.template.Value;
import dev.stowage.cli.template.Value.Field;
import dev.stowage.engine.Remote;
import dev.stowage.engine.SearchOptions;
import dev.stowage.engine.Searched;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Reference;
import dev.stowage.model.Tag;
import dev.stowage.registry.SearchHit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `search` and `image search`.
final class SearchVerb implements Verb {
  private static final char NONE = Flag.NO_SHORTHAND;

  /// How much of a description is shown.
  private static final int SHOWN = 44;

  private static final String MARK = "[OK]";

  private static final Map<String, String> HEADS = heads();

  private final String path;

  SearchVerb(String path) {
    this.path = path;
  }

  /// A line of the answer.
  private record Row(
      String index,
      String name,
      String description,
      long stars,
      String official,
      String automated,
      String tag) {

    static Row of(Searched.Hit hit) {
      SearchHit found = hit.found();
      return new Row(
          hit.registry(),
          hit.name(),
          found.description().replace('\n', ' '),
          found.stars(),
          found.standing() == SearchHit.Standing.OFFICIAL ? MARK : "",
          found.making() == SearchHit.Making.AUTOMATED ? MARK : "",
          "");
    }

    String shown(boolean whole) {
      return whole || description.length() <= SHOWN
          ? description
          : description.substring(0, SHOWN).strip() + "...";
    }

    Value value(boolean whole) {
      return new Value.Struct(
          "entities.ImageSearchReport",
          List.of(
              new Field("Index", Value.of(index)),
              new Field("Name", Value.of(name)),
              new Field("Description", Value.of(shown(whole))),
              new Field("Stars", Value.of(stars)),
              new Field("Official", Value.of(official)),
              new Field("Automated", Value.of(automated)),
              new Field("Tag", Value.of(tag))));
    }
  }

  @Override
  public Command command() {
    return Command.of(path, "[options] TERM", Arguments.exactly(1), "Search registry for image")
        .described(
            """
            Search registries for a given image. Can search all the default registries or a specific registry.

              Users can limit the number of results, and filter the output based on certain conditions.""")
        .withExamples(
            "@ --filter=is-official --limit 3 alpine",
            "@ registry.fedoraproject.org/  # only works with v2 registries",
            "@ --format \"table {{.Index}} {{.Name}}\" registry.fedoraproject.org/fedora")
        .withFlags(
            Flag.text(
                "authfile",
                NONE,
                "Path of the authentication file. Use REGISTRY_AUTH_FILE environment variable to override"),
            Flag.text(
                    "cert-dir",
                    NONE,
                    "Pathname of a directory containing TLS certificates and keys")
                .taking("Pathname"),
            Flag.toggle(
                "compatible",
                NONE,
                "List stars, official and automated columns (Docker compatibility)"),
            Flag.text(
                    "creds",
                    NONE,
                    "Credentials (USERNAME:PASSWORD) to use for authenticating to a registry")
                .taking("Credentials"),
            Flag.list("filter", 'f', "Filter output based on conditions provided (default [])"),
            Flag.text("format", NONE, "Change the output format to JSON or a Go template"),
            Flag.number("limit", NONE, "Limit the number of results").initially("0").taking("int"),
            Flag.toggle("list-tags", NONE, "List the tags of the input registry"),
            Flag.toggle("no-trunc", NONE, "Do not truncate the output"),
            RegistryFlags.tlsVerify());
  }

  @Override
  public int run(Call call) throws IOException {
    Words words = call.words();
    if (words.on("list-tags") && !words.texts("filter").isEmpty()) {
      throw new UsageException("filters are not applicable to list tags result");
    }
    SearchOptions options =
        SearchOptions.DEFAULT
            .withLimit(Integer.parseInt(words.text("limit")))
            .withFilters(words.texts("filter"));
    String term = words.arguments().getFirst();
    List<Row> rows;
    try (Remote remote = RegistryFlags.open(call)) {
      rows = words.on("list-tags") ? tags(remote, term, options) : found(call, remote, options);
    }
    if (!rows.isEmpty()) {
      print(call, rows);
    }
    return ExitCode.DONE;
  }

  private static List<Row> found(Call call, Remote remote, SearchOptions options)
      throws IOException {
    Searched searched = remote.search(call.words().arguments().getFirst(), options);
    if (searched.hits().isEmpty() && !searched.failures().isEmpty()) {
      throw joined(searched.failures());
    }
    for (IOException failure : searched.failures()) {
      call.log().say(Log.Level.WARN, String.valueOf(failure.getMessage()));
    }
    List<Row> rows = new ArrayList<>();
    for (Searched.Hit hit : searched.hits()) {
      rows.add(Row.of(hit));
    }
    return rows;
  }

  private static IOException joined(List<IOException> failures) {
    StringBuilder text = new StringBuilder();
    text.append(failures.size()).append(failures.size() == 1 ? " error" : " errors");
    text.append(" occurred:");
    for (IOException failure : failures) {
      text.append("\n\t* ").append(failure.getMessage());
    }
    return new IOException(text.append("\n\n").toString(), failures.getFirst());
  }

  private static List<Row> tags(Remote remote, String term, SearchOptions options)
      throws IOException {
    Reference name;
    try {
      name =
          Reference.parse(
              term.startsWith("docker://") ? term.substring("docker://".length()) : term);
    } catch (MalformedException e) {
      throw new MalformedException(
          "reference \"" + term + "\" must be a docker reference", e.position(), e);
    }
    List<Tag> all;
    try {
      all = remote.tags(name.repository());
    } catch (IOException e) {
      throw new IOException("getting repository tags: " + e.getMessage(), e);
    }
    List<Row> rows = new ArrayList<>();
    for (Tag tag : all.subList(0, Math.min(all.size(), options.limit()))) {
      rows.add(
          new Row(
              name.repository().host(), name.repository().toString(), "", 0, "", "", tag.value()));
    }
    return rows;
  }

  private static void print(Call call, List<Row> rows) throws IOException {
    Words words = call.words();
    String format = words.text("format");
    boolean whole = words.on("no-trunc") || Formatter.isJson(format);
    boolean tags = words.on("list-tags");
    if (Formatter.isJson(format)) {
      call.out().line((tags ? tagsJson(rows) : json(rows)).pretty("    "));
    } else if (words.given("format")) {
      List<Value> values = new ArrayList<>();
      for (Row row : rows) {
        values.add(row.value(whole));
      }
      call.out()
          .print(
              Formatter.fill(
                  "search", format, Formatter.Subject.LIST, new Value.Items(values), HEADS));
    } else {
      call.out().print(Columns.align(table(words, rows, whole)));
    }
  }

  private static Json json(List<Row> rows) {
    List<Json> items = new ArrayList<>();
    for (Row row : rows) {
      items.add(row.value(true).json());
    }
    return new Json.Arr(items);
  }

  private static Json tagsJson(List<Row> rows) {
    Map<String, List<String>> byName = new LinkedHashMap<>();
    for (Row row : rows) {
      byName.computeIfAbsent(row.name(), name -> new ArrayList<>()).add(row.tag());
    }
    List<Json> items = new ArrayList<>();
    byName.forEach(
        (name, all) ->
            items.add(Json.object().put("Name", name).put("Tags", Json.ofStrings(all)).build()));
    return new Json.Arr(items);
  }

  private static String table(Words words, List<Row> rows, boolean whole) {
    StringBuilder out = new StringBuilder();
    if (words.on("list-tags")) {
      out.append("NAME\tTAG\n");
      for (Row row : rows) {
        out.append(row.name()).append('\t').append(row.tag()).append('\n');
      }
      return out.toString();
    }
    boolean docker = words.on("compatible");
    out.append("NAME\tDESCRIPTION").append(docker ? "\tSTARS\tOFFICIAL\tAUTOMATED" : "");
    out.append('\n');
    for (Row row : rows) {
      out.append(row.name()).append('\t').append(row.shown(whole));
      if (docker) {
        out.append('\t').append(row.stars()).append('\t').append(row.official());
        out.append('\t').append(row.automated());
      }
      out.append('\n');
    }
    return out.toString();
  }

  private static Map<String, String> heads() {
    Map<String, String> heads = new LinkedHashMap<>();
    for (String name :
        List.of("Index", "Name", "Description", "Stars", "Official", "Automated", "Tag")) {
      heads.put(name, name.toUpperCase(java.util.Locale.ROOT));
    }
    return heads;
  }
}
