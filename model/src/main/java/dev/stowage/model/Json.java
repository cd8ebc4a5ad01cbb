package dev.stowage.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// A JSON value that keeps what it was read from: the order of keys and the text of numbers.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc8259">RFC 8259</a>
public sealed interface Json {

  /// Reads one document. Of a key that stands twice the last value counts; anything after the
  /// document, and nesting deeper than 200 levels, is refused.
  static Json parse(Bytes bytes) throws MalformedException {
    return JsonParser.parse(bytes);
  }

  /// Reads one document, as [#parse] does and with the same complaints. Of an array of objects a
  /// value is read when it is asked for: where there are thousands, that takes a fraction of the
  /// time and the memory.
  static Json parseRecords(Bytes bytes) throws MalformedException {
    return JsonParser.parseRecords(bytes);
  }

  /// The object that begins at a place of a text, where [#parseRecords] found one in the very same
  /// text once ([Obj#place]). Nothing is checked again.
  static Obj recordAt(Bytes text, int place) {
    return new Obj(new JsonFields(text.content(), place));
  }

  /// The text of an array of objects: those that [#parseRecords] gave stand in it as they were
  /// read, to the letter; others as [#compact] writes them.
  static Bytes records(List<Json> records) {
    return JsonText.records(records);
  }

  /// Reads a document that has to be an object.
  static Obj parseObject(Bytes bytes) throws MalformedException {
    if (parse(bytes) instanceof Obj object) {
      return object;
    }
    throw new MalformedException("wanted a JSON object");
  }

  /// The value without white space, escaped as the peers' encoder does it.
  default String compact() {
    return JsonText.compact(this);
  }

  /// The value over several lines.
  ///
  /// @param indent what a level is indented by
  default String pretty(String indent) {
    return JsonText.pretty(this, indent);
  }

  static Str of(String text) {
    return new Str(text);
  }

  static Num of(long number) {
    return new Num(Long.toString(number));
  }

  static Bool of(boolean value) {
    return new Bool(value);
  }

  static Arr ofStrings(Iterable<String> texts) {
    List<Json> items = new ArrayList<>();
    texts.forEach(text -> items.add(new Str(text)));
    return new Arr(items);
  }

  /// An object under construction; keys keep the order they were put in.
  static Builder object() {
    return new Builder();
  }

  /// A text.
  record Str(String value) implements Json {}

  /// A number, as written.
  record Num(String text) implements Json {}

  /// `true` or `false`.
  record Bool(boolean value) implements Json {}

  /// `null`.
  record Null() implements Json {}

  /// An array.
  record Arr(List<Json> items) implements Json {
    public Arr {
      items = Collections.unmodifiableList(items);
    }
  }

  /// An object. A key with the value `null` reads like a key that is not there.
  record Obj(Map<String, Json> fields) implements Json {
    public Obj {
      fields = fields instanceof JsonFields ? fields : Collections.unmodifiableMap(fields);
    }

    /// Where the object begins in the text that [#parseRecords] found it in, in bytes; none for
    /// other objects.
    public OptionalInt place() {
      return fields instanceof JsonFields read ? OptionalInt.of(read.start()) : OptionalInt.empty();
    }

    public Optional<Json> get(String key) {
      Json value = fields.get(key);
      return value == null || value instanceof Null ? Optional.empty() : Optional.of(value);
    }

    public Optional<String> string(String key) throws MalformedException {
      Json value = fields.get(key);
      if (value instanceof Str found) {
        return Optional.of(found.value());
      }
      return absent(value, key, "a string");
    }

    public Optional<Long> number(String key) throws MalformedException {
      Json value = fields.get(key);
      if (value instanceof Num found) {
        try {
          return Optional.of(Long.parseLong(found.text()));
        } catch (NumberFormatException e) {
          throw new MalformedException(
              "\"" + key + "\" holds " + found.text() + ", which is no whole number of 64 bits",
              MalformedException.UNKNOWN_POSITION,
              e);
        }
      }
      return absent(value, key, "a number");
    }

    public Optional<Boolean> bool(String key) throws MalformedException {
      Json value = fields.get(key);
      if (value instanceof Bool found) {
        return Optional.of(found.value());
      }
      return absent(value, key, "true or false");
    }

    public Optional<Obj> object(String key) throws MalformedException {
      Json value = fields.get(key);
      if (value instanceof Obj found) {
        return Optional.of(found);
      }
      return absent(value, key, "an object");
    }

    /// The array at the key; empty where there is none.
    public List<Json> array(String key) throws MalformedException {
      Json value = fields.get(key);
      if (value instanceof Arr found) {
        return found.items();
      }
      Optional<List<Json>> none = absent(value, key, "an array");
      return none.orElse(List.of());
    }

    /// The array of objects at the key; empty where there is none.
    public List<Obj> objects(String key) throws MalformedException {
      List<Obj> objects = new ArrayList<>();
      for (Json item : array(key)) {
        if (!(item instanceof Obj object)) {
          throw wrong(key, "an array of objects");
        }
        objects.add(object);
      }
      return objects;
    }

    /// The array of texts at the key; empty where there is none.
    public List<String> texts(String key) throws MalformedException {
      List<String> texts = new ArrayList<>();
      for (Json item : array(key)) {
        if (!(item instanceof Str text)) {
          throw wrong(key, "an array of strings");
        }
        texts.add(text.value());
      }
      return texts;
    }

    /// The object of texts at the key, in its order; empty where there is none.
    public Map<String, String> strings(String key) throws MalformedException {
      Map<String, String> texts = new LinkedHashMap<>();
      Optional<Obj> object = object(key);
      if (object.isPresent()) {
        for (Map.Entry<String, Json> field : object.get().fields.entrySet()) {
          if (field.getValue() instanceof Str text) {
            texts.put(field.getKey(), text.value());
          } else if (!(field.getValue() instanceof Null)) {
            throw wrong(key, "an object of strings");
          }
        }
      }
      return texts;
    }

    /// Nothing, unless something else stands there. (The accessors test types one by one: a switch
    /// over them costs a short command several milliseconds.)
    private static <T> Optional<T> absent(@Nullable Json value, String key, String wanted)
        throws MalformedException {
      if (value == null || value instanceof Null) {
        return Optional.empty();
      }
      throw wrong(key, wanted);
    }

    /// The complaint that a key is not there.
    public MalformedException missing(String key) {
      return new MalformedException("\"" + key + "\" is missing");
    }

    private static MalformedException wrong(String key, String wanted) {
      return new MalformedException("\"" + key + "\" is not " + wanted);
    }

    /// This object's fields to add to or change.
    public Builder toBuilder() {
      Builder builder = new Builder();
      builder.fields.putAll(fields);
      return builder;
    }
  }

  /// Collects the fields of an object.
  final class Builder {
    private final Map<String, Json> fields = new LinkedHashMap<>();

    private Builder() {}

    public Builder put(String key, Json value) {
      fields.put(key, value);
      return this;
    }

    public Builder put(String key, String value) {
      return put(key, new Str(value));
    }

    public Builder put(String key, long value) {
      return put(key, of(value));
    }

    public Builder put(String key, boolean value) {
      return put(key, new Bool(value));
    }

    public Builder remove(String key) {
      fields.remove(key);
      return this;
    }

    public Obj build() {
      return new Obj(new LinkedHashMap<>(fields));
    }
  }
}
