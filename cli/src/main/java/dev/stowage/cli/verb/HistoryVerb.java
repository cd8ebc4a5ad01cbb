package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.output.Columns;
import dev.stowage.cli.output.Formatter;
import dev.stowage.cli.output.Human;
import dev.stowage.cli.template.GoText;
import dev.stowage.cli.template.Value;
import dev.stowage.cli.template.Value.Field;
import dev.stowage.cli.template.Value.Presence;
import dev.stowage.engine.Engine;
import dev.stowage.engine.History;
import dev.stowage.model.ImageId;
import dev.stowage.model.Json;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `history` and `image history`.
final class HistoryVerb implements Verb {
  private static final int SHORT_ID = 12;
  private static final int SHORT_STEP = 45;
  private static final String MISSING = "<missing>";

  /// What Go takes for the time of something that has none.
  private static final Instant NO_TIME = Instant.parse("0001-01-01T00:00:00Z");

  /// The longest time that Go's durations can say.
  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

  private static final Map<String, String> HEADS =
      Map.of(
          "ID", "ID",
          "Created", "CREATED",
          "CreatedBy", "CREATED BY",
          "Tags", "TAGS",
          "Size", "SIZE",
          "Comment", "COMMENT");

  private final String path;

  HistoryVerb(String path) {
    this.path = path;
  }

  @Override
  public Command command() {
    return Command.of(
            path, "[options] IMAGE", Arguments.exactly(1), "Show history of a specified image")
        .described(
            """
            Displays the history of an image.

              The information can be printed out in an easy to read, or user specified format, and can be truncated.""")
        .withExamples("@ quay.io/fedora/fedora")
        .withFlags(
            Flag.text("format", Flag.NO_SHORTHAND, "Change the output to JSON or a Go template"),
            Flag.toggle("human", 'H', "Display sizes and dates in human readable format")
                .initially("true"),
            Flag.toggle("no-trunc", Flag.NO_SHORTHAND, "Do not truncate the output"),
            Flag.toggle("notruncate", Flag.NO_SHORTHAND, "").hidden(),
            Flag.toggle("quiet", 'q', "Display the numeric IDs only"));
  }

  @Override
  public int run(Call call) throws IOException {
    History history;
    try (Engine engine = Session.open(call)) {
      history = engine.images().find(call.words().arguments().getFirst()).image().history();
    }
    String format = call.words().text("format");
    if (Formatter.isJson(format)) {
      List<Json> steps = new ArrayList<>();
      for (History.Entry entry : history.entries()) {
        steps.add(json(entry));
      }
      call.out().line(new Json.Arr(steps).compact());
    } else if (call.words().on("quiet")) {
      for (History.Entry entry : history.entries()) {
        call.out().line(shownId(entry, call));
      }
    } else if (call.words().given("format")) {
      List<Value> rows = new ArrayList<>();
      for (History.Entry entry : history.entries()) {
        rows.add(value(entry, call));
      }
      call.out()
          .print(
              Formatter.fill(
                  "history", format, Formatter.Subject.LIST, new Value.Items(rows), HEADS));
    } else {
      call.out().print(table(history, call));
    }
    return ExitCode.DONE;
  }

  private static String table(History history, Call call) {
    StringBuilder out = new StringBuilder("ID\tCREATED\tCREATED BY\tSIZE\tCOMMENT\n");
    for (History.Entry entry : history.entries()) {
      out.append(shownId(entry, call)).append('\t').append(shownCreated(entry, call)).append('\t');
      out.append(shownStep(entry, call)).append('\t').append(Human.size(entry.size()));
      out.append('\t').append(entry.comment()).append('\n');
    }
    return Columns.align(out.toString());
  }

  private static String id(History.Entry entry) {
    return entry.image().map(ImageId::value).orElse(MISSING);
  }

  private static String shownId(History.Entry entry, Call call) {
    String id = id(entry);
    return whole(call) || id.length() < SHORT_ID ? id : id.substring(0, SHORT_ID);
  }

  private static boolean whole(Call call) {
    return call.words().on("no-trunc") || call.words().on("notruncate");
  }

  private static Instant created(History.Entry entry) {
    return entry.created().flatMap(InspectedImage::moment).orElse(NO_TIME);
  }

  private static String shownCreated(History.Entry entry, Call call) {
    if (!call.words().on("human")) {
      return GoText.rfc3339(created(entry));
    }
    Duration since = Duration.between(created(entry), call.now());
    return Human.duration(since.compareTo(LONGEST) > 0 ? LONGEST : since) + " ago";
  }

  private static String shownStep(History.Entry entry, Call call) {
    String step = entry.createdBy();
    return whole(call) || step.length() <= SHORT_STEP
        ? step
        : step.substring(0, SHORT_STEP - 3) + "...";
  }

  private static Value value(History.Entry entry, Call call) {
    List<Field> fields =
        List.of(
            new Field("ID", "id", Presence.ALWAYS, Value.of(id(entry))),
            new Field("Created", "created", Presence.ALWAYS, Value.of(created(entry))),
            new Field("CreatedBy", "CreatedBy", Presence.UNLESS_EMPTY, Value.of(entry.createdBy())),
            new Field("Tags", "tags", Presence.UNLESS_EMPTY, Value.ofTextsOrUnset(entry.tags())),
            new Field("Size", "size", Presence.ALWAYS, Value.of(entry.size())),
            new Field("Comment", "comment", Presence.UNLESS_EMPTY, Value.of(entry.comment())));
    Map<String, Value> methods = new LinkedHashMap<>();
    methods.put("ID", Value.of(shownId(entry, call)));
    methods.put("Created", Value.of(shownCreated(entry, call)));
    methods.put("CreatedSince", Value.of(shownCreated(entry, call)));
    methods.put("CreatedAt", Value.of(GoText.rfc3339(created(entry))));
    methods.put("CreatedBy", Value.of(shownStep(entry, call)));
    methods.put("Size", Value.of(Human.size(entry.size())));
    return new Value.Struct("images.historyReporter", fields, methods);
  }

  private static Json json(History.Entry entry) {
    Json.Builder out =
        Json.object().put("id", id(entry)).put("created", GoText.rfc3339Nano(created(entry)));
    if (!entry.createdBy().isEmpty()) {
      out.put("CreatedBy", entry.createdBy());
    }
    if (!entry.tags().isEmpty()) {
      out.put("tags", Json.ofStrings(entry.tags()));
    }
    out.put("size", entry.size());
    if (!entry.comment().isEmpty()) {
      out.put("comment", entry.comment());
    }
    return out.put("Created", GoText.rfc3339(created(entry))).build();
  }
}
