package dev.stowage.cli.template;

import dev.stowage.model.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a template sees: the value kinds that Go's templates tell apart.
///
/// What every kind answers in its own way are methods, not switches over the kinds: those are
/// linked at run time, which a short command would wait for.
///
/// @see <a href="https://pkg.go.dev/text/template">text/template</a>
public sealed interface Value {

  /// Prints the value as Go's `%v` does.
  void print(StringBuilder out);

  /// The value as JSON, with the fields' JSON names.
  Json json();

  /// Whether Go calls the value empty: zero, false, nothing in it.
  boolean isEmpty();

  /// The name of its type in Go, for messages.
  String typeName();

  /// The value itself, made if it was not yet.
  default Value ready() {
    return this;
  }

  /// A string.
  record Text(String text) implements Value {
    @Override
    public void print(StringBuilder out) {
      out.append(text);
    }

    @Override
    public Json json() {
      return Json.of(text);
    }

    @Override
    public boolean isEmpty() {
      return text.isEmpty();
    }

    @Override
    public String typeName() {
      return "string";
    }
  }

  /// An integer.
  record Whole(long number) implements Value {
    @Override
    public void print(StringBuilder out) {
      out.append(number);
    }

    @Override
    public Json json() {
      return Json.of(number);
    }

    @Override
    public boolean isEmpty() {
      return number == 0;
    }

    @Override
    public String typeName() {
      return "int";
    }
  }

  /// A floating-point number.
  record Real(double number) implements Value {
    @Override
    public void print(StringBuilder out) {
      out.append(GoText.general(number));
    }

    @Override
    public Json json() {
      return new Json.Num(GoText.json(number));
    }

    @Override
    public boolean isEmpty() {
      return number == 0;
    }

    @Override
    public String typeName() {
      return "float64";
    }
  }

  /// `true` or `false`.
  record Truth(boolean value) implements Value {
    @Override
    public void print(StringBuilder out) {
      out.append(value);
    }

    @Override
    public Json json() {
      return Json.of(value);
    }

    @Override
    public boolean isEmpty() {
      return !value;
    }

    @Override
    public String typeName() {
      return "bool";
    }
  }

  /// A moment, UTC.
  record Moment(Instant instant) implements Value {
    @Override
    public void print(StringBuilder out) {
      out.append(GoText.time(instant));
    }

    @Override
    public Json json() {
      return Json.of(GoText.rfc3339Nano(instant));
    }

    @Override
    public boolean isEmpty() {
      return false;
    }

    @Override
    public String typeName() {
      return "time.Time";
    }
  }

  /// A span of time, in nanoseconds.
  record Span(long nanos) implements Value {
    @Override
    public void print(StringBuilder out) {
      out.append(GoText.duration(nanos));
    }

    @Override
    public Json json() {
      return Json.of(nanos);
    }

    @Override
    public boolean isEmpty() {
      return nanos == 0;
    }

    @Override
    public String typeName() {
      return "time.Duration";
    }
  }

  /// A pointer that points nowhere.
  ///
  /// @param type what it would point to
  record Nil(String type) implements Value {
    @Override
    public void print(StringBuilder out) {
      out.append("<nil>");
    }

    @Override
    public Json json() {
      return new Json.Null();
    }

    @Override
    public boolean isEmpty() {
      return true;
    }

    @Override
    public String typeName() {
      return type;
    }
  }

  /// No value at all, such as a map gives for a key it does not have.
  record Absent() implements Value {
    @Override
    public void print(StringBuilder out) {
      out.append("<no value>");
    }

    @Override
    public Json json() {
      return new Json.Null();
    }

    @Override
    public boolean isEmpty() {
      return true;
    }

    @Override
    public String typeName() {
      return "<nil>";
    }
  }

  /// A slice or a map that was never made: it has nothing in it, and JSON has `null` for it.
  record Unset(Shape shape) implements Value {

    /// What it would be.
    public enum Shape {
      SLICE,
      MAP
    }

    @Override
    public void print(StringBuilder out) {
      out.append(shape == Shape.MAP ? "map[]" : "[]");
    }

    @Override
    public Json json() {
      return new Json.Null();
    }

    @Override
    public boolean isEmpty() {
      return true;
    }

    @Override
    public String typeName() {
      return shape == Shape.MAP ? "map[string]string" : "[]string";
    }
  }

  /// A slice.
  record Items(List<Value> values) implements Value {
    @Override
    public void print(StringBuilder out) {
      out.append('[');
      String gap = "";
      for (Value value : values) {
        value.print(out.append(gap));
        gap = " ";
      }
      out.append(']');
    }

    @Override
    public Json json() {
      List<Json> items = new ArrayList<>(values.size());
      for (Value value : values) {
        items.add(value.json());
      }
      return new Json.Arr(items);
    }

    @Override
    public boolean isEmpty() {
      return values.isEmpty();
    }

    @Override
    public String typeName() {
      return "[]" + (values.isEmpty() ? "interface {}" : values.getFirst().typeName());
    }
  }

  /// A map with strings for keys, in the order of its keys.
  ///
  /// @param zero what indexing gives for a key that is not there
  record Dict(Map<String, Value> values, Value zero) implements Value {
    @Override
    public void print(StringBuilder out) {
      out.append("map[");
      String gap = "";
      for (Map.Entry<String, Value> entry : values.entrySet()) {
        entry.getValue().print(out.append(gap).append(entry.getKey()).append(':'));
        gap = " ";
      }
      out.append(']');
    }

    @Override
    public Json json() {
      Json.Builder object = Json.object();
      for (Map.Entry<String, Value> entry : values.entrySet()) {
        object.put(entry.getKey(), entry.getValue().json());
      }
      return object.build();
    }

    @Override
    public boolean isEmpty() {
      return values.isEmpty();
    }

    @Override
    public String typeName() {
      return "map[string]" + (zero instanceof Absent ? "interface {}" : zero.typeName());
    }
  }

  /// A value with named fields; asking it for another field is an error.
  ///
  /// @param type its name, for messages
  /// @param methods what can be asked for besides the fields; wins over a field of the same name
  record Struct(String type, List<Field> fields, Map<String, Value> methods) implements Value {
    public Struct(String type, List<Field> fields) {
      this(type, fields, Map.of());
    }

    @Override
    public void print(StringBuilder out) {
      out.append('{');
      String gap = "";
      for (Field field : fields) {
        field.value().print(out.append(gap));
        gap = " ";
      }
      out.append('}');
    }

    @Override
    public Json json() {
      Json.Builder object = Json.object();
      for (Field field : fields) {
        if (field.presence() == Presence.ALWAYS || !field.value().isEmpty()) {
          object.put(field.json(), field.value().json());
        }
      }
      return object.build();
    }

    @Override
    public boolean isEmpty() {
      return false;
    }

    @Override
    public String typeName() {
      return type;
    }
  }

  /// A value that is made when it is first asked for.
  final class Later implements Value {

    /// Makes a value.
    @FunctionalInterface
    public interface Maker {
      Value make() throws IOException;
    }

    private final Maker maker;
    private @Nullable Value made;

    public Later(Maker maker) {
      this.maker = maker;
    }

    /// @throws UncheckedIOException if it cannot be made
    @Override
    public Value ready() {
      Value known = made;
      if (known == null) {
        try {
          known = maker.make();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        made = known;
      }
      return known;
    }

    @Override
    public void print(StringBuilder out) {
      ready().print(out);
    }

    @Override
    public Json json() {
      return ready().json();
    }

    @Override
    public boolean isEmpty() {
      return ready().isEmpty();
    }

    @Override
    public String typeName() {
      return ready().typeName();
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

  static Value ofTexts(Iterable<String> texts) {
    List<Value> values = new ArrayList<>();
    for (String text : texts) {
      values.add(new Text(text));
    }
    return new Items(values);
  }

  static Value ofTexts(Map<String, String> texts) {
    Map<String, Value> values = new TreeMap<>();
    for (Map.Entry<String, String> entry : texts.entrySet()) {
      values.put(entry.getKey(), new Text(entry.getValue()));
    }
    return new Dict(values, new Text(""));
  }

  /// The texts; without any, a slice that was never made.
  static Value ofTextsOrUnset(List<String> texts) {
    return texts.isEmpty() ? new Unset(Unset.Shape.SLICE) : ofTexts(texts);
  }

  /// The texts; without any, a map that was never made.
  static Value ofTextsOrUnset(Map<String, String> texts) {
    return texts.isEmpty() ? new Unset(Unset.Shape.MAP) : ofTexts(texts);
  }

  /// A JSON document as Go sees it when it knows no type for it.
  static Value of(Json json) {
    if (json instanceof Json.Str text) {
      return new Text(text.value());
    }
    if (json instanceof Json.Num number) {
      return number(number.text());
    }
    if (json instanceof Json.Bool truth) {
      return new Truth(truth.value());
    }
    if (json instanceof Json.Arr array) {
      List<Value> values = new ArrayList<>(array.items().size());
      for (Json item : array.items()) {
        values.add(of(item));
      }
      return new Items(values);
    }
    if (json instanceof Json.Obj object) {
      Map<String, Value> values = new TreeMap<>();
      for (Map.Entry<String, Json> field : object.fields().entrySet()) {
        values.put(field.getKey(), of(field.getValue()));
      }
      return new Dict(values, new Absent());
    }
    return new Nil("interface {}");
  }

  private static Value number(String text) {
    try {
      return new Whole(Long.parseLong(text));
    } catch (NumberFormatException e) {
      return new Real(Double.parseDouble(text));
    }
  }
}
