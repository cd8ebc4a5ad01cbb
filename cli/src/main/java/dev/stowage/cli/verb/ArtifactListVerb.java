package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.output.Columns;
import dev.stowage.cli.output.Formatter;
import dev.stowage.cli.output.Human;
import dev.stowage.cli.template.GoText;
import dev.stowage.cli.template.PlainJson;
import dev.stowage.cli.template.Value;
import dev.stowage.cli.template.Value.Field;
import dev.stowage.engine.Artifact;
import dev.stowage.engine.Engine;
import dev.stowage.model.Json;
import dev.stowage.model.Reference;
import dev.stowage.model.Tag;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `artifact ls`.
final class ArtifactListVerb implements Verb {
  private static final char NONE = Flag.NO_SHORTHAND;
  private static final String UNNAMED = "<none>";
  private static final int SHORT = 12;
  private static final Map<String, String> HEADS = heads();

  private static Map<String, String> heads() {
    Map<String, String> heads = new LinkedHashMap<>();
    heads.put("Repository", "REPOSITORY");
    heads.put("Tag", "TAG");
    heads.put("Digest", "DIGEST");
    heads.put("Created", "CREATED");
    heads.put("CreatedAt", "CREATED AT");
    heads.put("Size", "SIZE");
    heads.put("VirtualSize", "VIRTUAL SIZE");
    return heads;
  }

  @Override
  public Command command() {
    return Command.of("artifact ls", "[options]", Arguments.NONE, "List OCI artifacts")
        .described("List OCI artifacts in local store")
        .withExamples("@")
        .withFlags(
            Flag.text("format", NONE, "Format volume output using JSON or a Go template"),
            Flag.toggle("no-trunc", NONE, "Do not truncate output"),
            Flag.toggle("noheading", 'n', "Do not print column headings"))
        .alias("list");
  }

  @Override
  public int run(Call call) throws IOException {
    boolean whole = call.words().on("no-trunc");
    List<Map<String, String>> rows = new ArrayList<>();
    try (Engine engine = Session.open(call)) {
      for (Artifact artifact : engine.artifacts().list()) {
        rows.add(row(artifact, whole, call.now()));
      }
    }
    boolean heads = !call.words().on("noheading");
    String format = call.words().text("format");
    if (format.isEmpty()) {
      StringBuilder table =
          new StringBuilder(heads ? "REPOSITORY\tTAG\tDIGEST\tCREATED\tSIZE\n" : "");
      for (Map<String, String> row : rows) {
        table.append(
            row.get("Repository")
                + "\t"
                + row.get("Tag")
                + "\t"
                + row.get("Digest")
                + "\t"
                + row.get("Created")
                + "\t"
                + row.get("Size")
                + "\n");
      }
      call.out().print(Columns.align(table.toString()));
    } else if (Formatter.isJson(format)) {
      List<Json> items = new ArrayList<>();
      for (Map<String, String> row : rows) {
        Json.Builder item = Json.object();
        row.forEach(item::put);
        items.add(item.build());
      }
      call.out().line(PlainJson.pretty(new Json.Arr(items), "     "));
    } else {
      List<Value> values = new ArrayList<>();
      for (Map<String, String> row : rows) {
        List<Field> fields = new ArrayList<>();
        row.forEach((name, text) -> fields.add(new Field(name, Value.of(text))));
        values.add(new Value.Struct("artifact.artifactListOutput", fields, Map.of()));
      }
      call.out()
          .print(
              Formatter.fill(
                  "ls",
                  format,
                  Formatter.Subject.LIST,
                  new Value.Items(values),
                  heads ? HEADS : Map.of()));
    }
    return ExitCode.DONE;
  }

  private static Map<String, String> row(Artifact artifact, boolean whole, Instant now)
      throws IOException {
    Map<String, String> row = new LinkedHashMap<>();
    String repository = UNNAMED;
    String tag = "";
    if (artifact.name().isPresent()) {
      Reference name = Reference.parse(artifact.name().get());
      repository = name.repository().toString();
      tag = name.tag().map(Tag::toString).orElse("");
    }
    String digest = artifact.digest().hex();
    Optional<Instant> created = created(artifact);
    row.put("Repository", repository);
    row.put("Tag", tag);
    row.put("Digest", whole ? digest : digest.substring(0, SHORT));
    row.put(
        "Created",
        created.isPresent() ? Human.duration(Duration.between(created.get(), now)) + " ago" : "");
    row.put("CreatedAt", created.isPresent() ? GoText.time(created.get()) : "");
    row.put("Size", Human.size(artifact.size()));
    row.put("VirtualSize", Long.toString(artifact.size()));
    return row;
  }

  private static Optional<Instant> created(Artifact artifact) {
    try {
      return artifact.created().map(text -> OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty(); // others may write what they like there
    }
  }
}
