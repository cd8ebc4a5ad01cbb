package dev.stowage.store;

import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads the fields of a record without ever failing: what is damaged reads as absent, so that one
/// bad field hides neither its record nor the store.
final class Fields {
  private Fields() {}

  static Optional<String> text(Json.Obj json, String key) {
    return json.fields().get(key) instanceof Json.Str(String value) && !value.isEmpty()
        ? Optional.of(value)
        : Optional.empty();
  }

  static List<String> texts(Json.Obj json, String key) {
    if (!(json.fields().get(key) instanceof Json.Arr(List<Json> items)) || items.isEmpty()) {
      return List.of();
    }
    List<String> texts = new ArrayList<>(items.size());
    for (Json item : items) {
      if (item instanceof Json.Str(String value)) {
        texts.add(value);
      }
    }
    return List.copyOf(texts);
  }

  static Optional<Long> number(Json.Obj json, String key) {
    return number(json.fields().get(key));
  }

  private static Optional<Long> number(@Nullable Json value) {
    if (value instanceof Json.Num(String text)) {
      try {
        return Optional.of(Long.parseLong(text));
      } catch (NumberFormatException e) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  static List<Long> numbers(Json.Obj json, String key) {
    if (!(json.fields().get(key) instanceof Json.Arr(List<Json> items)) || items.isEmpty()) {
      return List.of();
    }
    List<Long> numbers = new ArrayList<>(items.size());
    for (Json item : items) {
      Optional<Long> number = number(item);
      if (number.isPresent()) {
        numbers.add(number.get());
      }
    }
    return List.copyOf(numbers);
  }

  static Optional<Digest> digest(Json.Obj json, String key) {
    Optional<String> text = text(json, key);
    if (text.isEmpty() || !Digest.isDigest(text.get())) {
      return Optional.empty();
    }
    try {
      return Optional.of(Digest.parse(text.get()));
    } catch (MalformedException e) {
      return Optional.empty();
    }
  }

  static Json.Obj object(Json.Obj json, String key) {
    return json.fields().get(key) instanceof Json.Obj object ? object : NOTHING;
  }

  static boolean flag(Json.Obj json, String flag) {
    return object(json, "flags").fields().get(flag) instanceof Json.Bool(boolean set) && set;
  }

  static List<IdMap> idMaps(Json.Obj json, String key) {
    if (!(json.fields().get(key) instanceof Json.Arr(List<Json> items)) || items.isEmpty()) {
      return List.of();
    }
    List<IdMap> maps = new ArrayList<>(items.size());
    for (Json item : items) {
      if (item instanceof Json.Obj map) {
        maps.add(
            new IdMap(
                number(map, "container_id").orElse(0L),
                number(map, "host_id").orElse(0L),
                number(map, "size").orElse(0L)));
      }
    }
    return List.copyOf(maps);
  }

  /// The time, or nothing for the peers' zero time and for what is no time.
  static Optional<Instant> time(Json.Obj json, String key) {
    Optional<String> text = text(json, key);
    return text.isEmpty() ? Optional.empty() : StoredTime.parse(text.get());
  }

  static final Json.Obj NOTHING = Json.object().build();

  /// What stands in a file of records: an array of objects.
  ///
  /// @throws MalformedException if the text is no such array
  static List<Json> array(Bytes content) throws MalformedException {
    // No switch over patterns: the first one of a program costs it several milliseconds.
    Json document = Json.parseRecords(content);
    if (document instanceof Json.Arr(List<Json> items)) {
      return items;
    }
    if (document instanceof Json.Null) {
      return List.of();
    }
    throw new MalformedException("wanted a JSON array");
  }
}
