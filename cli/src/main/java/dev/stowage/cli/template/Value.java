package dev.stowage.cli.template;

import dev.stowage.model.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a template sees: the value kinds that Go's templates tell apart.
///
/// @see <a href="https://pkg.go.dev/text/template">text/template</a>
public sealed interface Value {

  /// A string.
  record Text(String text) implements Value {}

  /// An integer.
  record Whole(long number) implements Value {}

  /// A floating-point number.
  record Real(double number) implements Value {}

  /// `true` or `false`.
  record Truth(boolean value) implements Value {}

  /// A moment, UTC.
  record Moment(Instant instant) implements Value {}

  /// A span of time, in nanoseconds.
  record Span(long nanos) implements Value {}

  /// A pointer that points nowhere.
  ///
  /// @param type what it would point to
  record Nil(String type) implements Value {}

  /// No value at all, such as a map gives for a key it does not have.
  record Absent() implements Value {}

  /// A slice or a map that was never made: it has nothing in it, and JSON has `null` for it.
  record Unset(Shape shape) implements Value {

    /// What it would be.
    public enum Shape {
      SLICE,
      MAP
    }
  }

  /// A slice.
  record Items(List<Value> values) implements Value {}

  /// A map with strings for keys, in the order of its keys.
  ///
  /// @param zero what indexing gives for a key that is not there
  record Dict(Map<String, Value> values, Value zero) implements Value {}

  /// A value with named fields; asking it for another field is an error.
  ///
  /// @param type its name, for messages
  /// @param methods what can be asked for besides the fields; wins over a field of the same name
  record Struct(String type, List<Field> fields, Map<String, Value> methods) implements Value {
    public Struct(String type, List<Field> fields) {
      this(type, fields, Map.of());
    }
  }

  /// One field of a [Struct].
  ///
  /// @param json its name in JSON
  record Field(String name, String json, Presence presence, Value value) {
    /// A field with one name for templates and JSON, always present.
    public Field(String name, Value value) {
      this(name, name, Presence.ALWAYS, value);
    }
  }

  /// Whether a field stands in JSON.
  enum Presence {
    ALWAYS,
    UNLESS_EMPTY
  }

  static Value of(String text) {
    return new Text(text);
  }

  static Value of(long number) {
    return new Whole(number);
  }

  static Value of(boolean value) {
    return new Truth(value);
  }

  static Value of(Instant instant) {
    return new Moment(instant);
  }

  /// The texts; without any, a slice that was never made.
  static Value ofTextsOrUnset(List<String> texts) {
    return texts.isEmpty() ? new Unset(Unset.Shape.SLICE) : ofTexts(texts);
  }

  /// The texts; without any, a map that was never made.
  static Value ofTextsOrUnset(Map<String, String> texts) {
    return texts.isEmpty() ? new Unset(Unset.Shape.MAP) : ofTexts(texts);
  }

  static Value ofTexts(Iterable<String> texts) {
    List<Value> values = new ArrayList<>();
    for (String text : texts) {
      values.add(new Text(text));
    }
    return new Items(values);
  }

  static Value ofTexts(Map<String, String> texts) {
    Map<String, Value> values = new TreeMap<>();
    texts.forEach((key, text) -> values.put(key, new Text(text)));
    return new Dict(values, new Text(""));
  }

  /// A JSON document as Go sees it when it knows no type for it.
  static Value of(Json json) {
    return switch (json) {
      case Json.Str(String text) -> new Text(text);
      case Json.Bool(boolean truth) -> new Truth(truth);
      case Json.Null() -> new Nil("interface {}");
      case Json.Num(String text) -> number(text);
      case Json.Arr(List<Json> items) -> {
        List<Value> values = new ArrayList<>();
        items.forEach(item -> values.add(of(item)));
        yield new Items(values);
      }
      case Json.Obj(Map<String, Json> fields) -> {
        Map<String, Value> values = new TreeMap<>();
        fields.forEach((key, value) -> values.put(key, of(value)));
        yield new Dict(values, new Absent());
      }
    };
  }

  private static Value number(String text) {
    try {
      return new Whole(Long.parseLong(text));
    } catch (NumberFormatException e) {
      return new Real(Double.parseDouble(text));
    }
  }

  /// The value as JSON, with the fields' JSON names.
  default Json json() {
    return switch (this) {
      case Text(String text) -> Json.of(text);
      case Whole(long number) -> Json.of(number);
      case Span(long nanos) -> Json.of(nanos);
      case Real(double number) -> new Json.Num(GoText.json(number));
      case Truth(boolean value) -> Json.of(value);
      case Moment(Instant instant) -> Json.of(GoText.rfc3339Nano(instant));
      case Nil _, Absent _, Unset _ -> new Json.Null();
      case Items(List<Value> values) -> {
        List<Json> items = new ArrayList<>();
        values.forEach(value -> items.add(value.json()));
        yield new Json.Arr(items);
      }
      case Dict(Map<String, Value> values, Value _) -> {
        Json.Builder object = Json.object();
        values.forEach((key, value) -> object.put(key, value.json()));
        yield object.build();
      }
      case Struct(String _, List<Field> fields, Map<String, Value> _) -> {
        Json.Builder object = Json.object();
        for (Field field : fields) {
          if (field.presence() == Presence.ALWAYS || !field.value().isEmpty()) {
            object.put(field.json(), field.value().json());
          }
        }
        yield object.build();
      }
    };
  }

  /// Whether Go calls the value empty: zero, false, nothing in it.
  default boolean isEmpty() {
    return switch (this) {
      case Text(String text) -> text.isEmpty();
      case Whole(long number) -> number == 0;
      case Span(long nanos) -> nanos == 0;
      case Real(double number) -> number == 0;
      case Truth(boolean value) -> !value;
      case Moment _, Struct _ -> false;
      case Nil _, Absent _, Unset _ -> true;
      case Items(List<Value> values) -> values.isEmpty();
      case Dict(Map<String, Value> values, Value _) -> values.isEmpty();
    };
  }

  /// The name of its type in Go, for messages.
  default String typeName() {
    return switch (this) {
      case Text _ -> "string";
      case Whole _ -> "int";
      case Real _ -> "float64";
      case Truth _ -> "bool";
      case Moment _ -> "time.Time";
      case Span _ -> "time.Duration";
      case Nil(String type) -> type;
      case Absent _ -> "<nil>";
      case Unset(Unset.Shape shape) -> shape == Unset.Shape.MAP ? "map[string]string" : "[]string";
      case Items(List<Value> values) ->
          "[]" + (values.isEmpty() ? "interface {}" : values.getFirst().typeName());
      case Dict(Map<String, Value> _, Value zero) ->
          "map[string]" + (zero instanceof Absent ? "interface {}" : zero.typeName());
      case Struct(String type, List<Field> _, Map<String, Value> _) -> type;
    };
  }
}
