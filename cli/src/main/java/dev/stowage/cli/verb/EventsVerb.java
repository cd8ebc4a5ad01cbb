package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Arguments;
import dev.stowage.cli.grammar.Command;
import dev.stowage.cli.grammar.Flag;
import dev.stowage.cli.grammar.Words;
import dev.stowage.cli.output.Formatter;
import dev.stowage.cli.output.Log;
import dev.stowage.cli.template.Value;
import dev.stowage.cli.template.Value.Field;
import dev.stowage.config.EventsConfig;
import dev.stowage.engine.EventFilter;
import dev.stowage.engine.EventLog;
import dev.stowage.engine.LoggedEvent;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// `events` and `system events`.
final class EventsVerb implements Verb {
  private static final char NONE = Flag.NO_SHORTHAND;
  private static final int SHORT_ID = 12;

  private final String path;

  EventsVerb(String path) {
    this.path = path;
  }

  @Override
  public Command command() {
    return Command.of(path, "[options]", Arguments.exactly(0), "Show podman system events")
        .described(
            """
            Monitor podman system events.

              By default, streaming mode is used, printing new events as they occur.  Previous events can be listed via --since and --until.\
            """)
        .withExamples("@", "@ --filter event=create", "@ --format {{.Image}}", "@ --since 1h30s")
        .withFlags(
            Flag.list("filter", 'f', "filter output"),
            Flag.text("format", NONE, "format the output using a Go template"),
            Flag.toggle("no-trunc", NONE, "do not truncate the output").initially("true"),
            Flag.text("since", NONE, "show all events created since timestamp"),
            Flag.toggle(
                    "stream",
                    NONE,
                    "stream events and do not exit when returning the last known event")
                .initially("true"),
            Flag.toggle("no-stream", NONE, "").hidden(),
            Flag.text("until", NONE, "show all events until timestamp"));
  }

  /// Where events are kept, as files and flags say.
  static EventLog log(Call call) throws IOException {
    Words words = call.words();
    EventsConfig config = EventsConfig.read(call.surroundings());
    if (words.given("events-backend")) {
      config = config.withLogger(words.text("events-backend"));
    }
    if (words.given("tmpdir")) {
      config = config.withTemporary(call.surroundings().absolute(words.text("tmpdir")));
    }
    return new EventLog(config, call.surroundings());
  }

  @Override
  public int run(Call call) throws IOException {
    Words words = call.words();
    Clock clock = Clock.systemUTC();
    EventFilter filter =
        EventFilter.of(words.texts("filter"), words.text("since"), words.text("until"), clock);
    log(call)
        .read(
            filter,
            words.on("stream") && !words.on("no-stream")
                ? EventLog.Following.YES
                : EventLog.Following.NO,
            clock,
            new EventLog.Reader() {
              @Override
              public void read(LoggedEvent event) throws IOException {
                call.out().print(shown(event, call));
                call.out().flush();
              }

              @Override
              public void skipped(String why) {
                call.log().say(Log.Level.ERROR, why);
              }
            });
    return ExitCode.DONE;
  }

  private static String shown(LoggedEvent event, Call call) throws IOException {
    String format = call.words().text("format");
    if (!call.words().given("format")) {
      return text(event, call) + "\n";
    }
    Json.Obj json = json(event);
    if (Formatter.isJson(format)) {
      return json.compact() + "\n";
    }
    return Formatter.fill(
        "events", format, Formatter.Subject.ONE, value(event, json), Map.<String, String>of());
  }

  /// The record as Podman shows it: times as numbers.
  private static Json.Obj json(LoggedEvent event) throws MalformedException {
    Json.Builder json = Json.object();
    Json.Obj before = event.json();
    Instant time = event.time().toInstant();
    for (String key : List.of("ContainerExitCode", "OOMKilled", "ID", "Image", "Name", "network")) {
      before.get(key).ifPresent(value -> json.put(key, value));
    }
    json.put("Status", event.status());
    json.put("time", time.getEpochSecond());
    json.put("timeNano", nanos(time));
    json.put("Type", event.type());
    before.get("health_status").ifPresent(value -> json.put("health_status", value));
    if (!event.error().isEmpty()) {
      json.put("Error", event.error());
    }
    for (String key : List.of("ContainerInspectData", "PodID")) {
      before.get(key).ifPresent(value -> json.put(key, value));
    }
    return json.put("Attributes", before.get("Attributes").orElse(new Json.Null())).build();
  }

  private static long nanos(Instant time) {
    return time.getEpochSecond() * 1_000_000_000 + time.getNano();
  }

  private static Value value(LoggedEvent event, Json.Obj json) throws MalformedException {
    List<Field> fields = new ArrayList<>();
    Instant time = event.time().toInstant();
    Optional<Long> code = json.number("ContainerExitCode");
    if (code.isPresent()) {
      fields.add(field("ContainerExitCode", Value.of(code.get())));
    }
    fields.add(field("ID", Value.of(event.id())));
    fields.add(field("Image", Value.of(event.image())));
    fields.add(field("Name", Value.of(event.name())));
    fields.add(field("Network", Value.of(json.string("network").orElse(""))));
    fields.add(field("Status", Value.of(event.status())));
    fields.add(field("Time", Value.of(time.getEpochSecond())));
    fields.add(field("TimeNano", Value.of(nanos(time))));
    fields.add(field("Type", Value.of(event.type())));
    fields.add(field("HealthStatus", Value.of(json.string("health_status").orElse(""))));
    fields.add(field("Error", Value.of(event.error())));
    fields.add(field("PodID", Value.of(json.string("PodID").orElse(""))));
    fields.add(field("Attributes", Value.ofTexts(event.attributes())));
    return new Value.Struct("system.Event", fields, Map.of());
  }

  private static Field field(String name, Value value) {
    return new Field(name, name, Value.Presence.ALWAYS, value);
  }

  private static String text(LoggedEvent event, Call call) throws MalformedException {
    boolean whole = call.words().on("no-trunc");
    String id =
        whole || event.id().length() < SHORT_ID ? event.id() : event.id().substring(0, SHORT_ID);
    String start = time(event.time()) + " " + event.type() + " " + event.status();
    return switch (event.type()) {
      case "container", "pod" -> {
        StringBuilder text =
            new StringBuilder(start + " " + id + " (image=" + event.image() + ", name=");
        text.append(event.name());
        event.json().string("PodID").ifPresent(pod -> text.append(", pod_id=").append(pod));
        event
            .json()
            .string("health_status")
            .ifPresent(health -> text.append(", health_status=").append(health));
        new TreeMap<>(event.attributes())
            .forEach((key, value) -> text.append(", " + key + "=" + value));
        yield text.append(')').toString();
      }
      case "network" -> {
        String network = event.json().string("network").orElse("");
        yield event.status().equals("create") || event.status().equals("remove")
            ? start
                + " "
                + event.id()
                + " (name="
                + network
                + ", type="
                + event.attributes().getOrDefault("driver", "")
                + ")"
            : start + " " + id + " (container=" + id + ", name=" + network + ")";
      }
      case "system" -> event.name().isEmpty() ? start : start + " " + event.name();
      case "volume", "machine" -> start + " " + event.name();
      case "secret" -> start + " " + id;
      default ->
          start
              + " "
              + id
              + " "
              + event.name()
              + (event.error().isEmpty() ? "" : " " + event.error());
    };
  }

  /// A time as Go writes it.
  private static String time(OffsetDateTime time) {
    String local = time.toLocalDate() + " " + time.toLocalTime();
    if (time.getSecond() == 0 && time.getNano() == 0) {
      local = time.toLocalDate() + " " + time.toLocalTime() + ":00";
    }
    int dot = local.indexOf('.');
    while (dot > 0 && local.endsWith("0")) {
      local = local.substring(0, local.length() - 1);
    }
    String offset = time.getOffset().getTotalSeconds() == 0 ? "+00:00" : time.getOffset().getId();
    String digits = offset.replace(":", "");
    return local + " " + digits + " " + (digits.equals("+0000") ? "UTC" : digits);
  }
}
