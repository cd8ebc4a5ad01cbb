package dev.stowage.cli.verb;

import dev.stowage.cli.template.Value;
import dev.stowage.cli.template.Value.Field;
import dev.stowage.cli.template.Value.Presence;
import dev.stowage.model.Json;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What templates see of an inspected image: the fields of the JSON form, and those that Go's types
/// have even where the JSON leaves them out.
final class InspectedImage {
  private enum Kind {
    TEXT,
    TEXTS,
    NAMED,
    KEYS,
    TRUTH,
    MOMENT,
    NUMBER,
    DURATION
  }

  private record Part(String name, String json, Kind kind) {
    Part(String name, Kind kind) {
      this(name, name, kind);
    }
  }

  private static final List<Part> EXECUTION =
      List.of(
          new Part("User", Kind.TEXT),
          new Part("ExposedPorts", Kind.KEYS),
          new Part("Env", Kind.TEXTS),
          new Part("Entrypoint", Kind.TEXTS),
          new Part("Cmd", Kind.TEXTS),
          new Part("Volumes", Kind.KEYS),
          new Part("WorkingDir", Kind.TEXT),
          new Part("Labels", Kind.NAMED),
          new Part("StopSignal", Kind.TEXT),
          new Part("ArgsEscaped", Kind.TRUTH));

  private static final List<Part> STEP =
      List.of(
          new Part("Created", "created", Kind.MOMENT),
          new Part("CreatedBy", "created_by", Kind.TEXT),
          new Part("Author", "author", Kind.TEXT),
          new Part("Comment", "comment", Kind.TEXT),
          new Part("EmptyLayer", "empty_layer", Kind.TRUTH));

  private static final List<Part> HEALTH =
      List.of(
          new Part("Test", Kind.TEXTS),
          new Part("StartPeriod", Kind.DURATION),
          new Part("StartInterval", Kind.DURATION),
          new Part("Interval", Kind.DURATION),
          new Part("Timeout", Kind.DURATION),
          new Part("Retries", Kind.NUMBER));

  private InspectedImage() {}

  static Value of(Json.Obj image) {
    List<Field> fields = new ArrayList<>();
    Value health = new Value.Nil("*manifest.Schema2HealthConfig");
    for (Map.Entry<String, Json> entry : image.fields().entrySet()) {
      Json json = entry.getValue();
      switch (entry.getKey()) {
        case "Id" -> fields.add(new Field("ID", "Id", Presence.ALWAYS, Value.of(json)));
        case "Created" -> fields.add(new Field("Created", moment(json)));
        case "Config" ->
            fields.add(new Field("Config", struct("*v1.ImageConfig", json, EXECUTION)));
        case "GraphDriver" ->
            fields.add(
                new Field(
                    "GraphDriver",
                    struct(
                        "*define.DriverData",
                        json,
                        List.of(new Part("Name", Kind.TEXT), new Part("Data", Kind.NAMED)))));
        case "RootFS" ->
            fields.add(
                new Field(
                    "RootFS",
                    struct(
                        "*inspect.RootFS",
                        json,
                        List.of(new Part("Type", Kind.TEXT), new Part("Layers", Kind.TEXTS)))));
        case "History" -> fields.add(new Field("History", steps(json)));
        case "Labels", "Annotations" -> fields.add(new Field(entry.getKey(), named(json)));
        case "RepoTags", "RepoDigests", "NamesHistory" ->
            fields.add(new Field(entry.getKey(), texts(json)));
        case "Healthcheck" -> health = struct("*manifest.Schema2HealthConfig", json, HEALTH);
        default -> fields.add(new Field(entry.getKey(), Value.of(json)));
      }
    }
    fields.add(new Field("HealthCheck", "Healthcheck", Presence.UNLESS_EMPTY, health));
    return new Value.Struct(
        "*types.ImageInspectReport",
        fields,
        Map.of("Id", Value.of(image.fields().get("Id") instanceof Json.Str(String id) ? id : "")));
  }

  private static Value steps(Json json) {
    List<Value> steps = new ArrayList<>();
    if (json instanceof Json.Arr(List<Json> items)) {
      for (Json item : items) {
        steps.add(struct("v1.History", item, STEP));
      }
    }
    return new Value.Items(steps);
  }

  private static Value struct(String type, Json json, List<Part> parts) {
    Json.Obj object = json instanceof Json.Obj given ? given : Json.object().build();
    List<Field> fields = new ArrayList<>();
    for (Part part : parts) {
      Json value = object.get(part.json()).orElse(new Json.Null());
      fields.add(new Field(part.name(), part.json(), presence(type), value(part.kind(), value)));
    }
    return new Value.Struct(type, fields);
  }

  private static Presence presence(String type) {
    return type.contains("v1.") || type.contains("manifest.")
        ? Presence.UNLESS_EMPTY
        : Presence.ALWAYS;
  }

  private static Value value(Kind kind, Json json) {
    return switch (kind) {
      case TEXT -> Value.of(json instanceof Json.Str(String text) ? text : "");
      case TEXTS -> texts(json);
      case NAMED -> named(json);
      case KEYS -> keys(json);
      case TRUTH -> Value.of(json instanceof Json.Bool(boolean truth) && truth);
      case MOMENT -> moment(json);
      case NUMBER -> Value.of(number(json));
      case DURATION -> new Value.Span(number(json));
    };
  }

  private static long number(Json json) {
    return json instanceof Json.Num && Value.of(json) instanceof Value.Whole(long number)
        ? number
        : 0;
  }

  private static Value texts(Json json) {
    return json instanceof Json.Arr ? Value.of(json) : new Value.Unset(Value.Unset.Shape.SLICE);
  }

  private static Value named(Json json) {
    if (!(json instanceof Json.Obj)) {
      return new Value.Unset(Value.Unset.Shape.MAP);
    }
    Map<String, Value> values = new TreeMap<>();
    if (json instanceof Json.Obj(Map<String, Json> fields)) {
      fields.forEach((key, value) -> values.put(key, Value.of(value)));
    }
    return new Value.Dict(values, Value.of(""));
  }

  private static Value keys(Json json) {
    if (!(json instanceof Json.Obj)) {
      return new Value.Unset(Value.Unset.Shape.MAP);
    }
    Value empty = new Value.Struct("struct {}", List.of());
    Map<String, Value> values = new TreeMap<>();
    if (json instanceof Json.Obj(Map<String, Json> fields)) {
      fields.forEach((key, value) -> values.put(key, empty));
    }
    return new Value.Dict(values, empty);
  }

  private static Value moment(Json json) {
    Optional<Instant> instant =
        json instanceof Json.Str(String text) ? moment(text) : Optional.empty();
    return instant.isPresent() ? Value.of(instant.get()) : new Value.Nil("*time.Time");
  }

  static Optional<Instant> moment(String written) {
    try {
      return Optional.of(OffsetDateTime.parse(written).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
