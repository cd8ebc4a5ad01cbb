package dev.stowage.model;

import java.io.ByteArrayOutputStream;
import java.util.AbstractMap;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The fields of an object of which only their places in the text are known; a value is read when
/// it is asked for. Of thousands of records most questions look at few fields, or at few records.
final class JsonFields extends AbstractMap<String, Json> {
  private final byte[] text;
  private final int start;
  private volatile @Nullable Places known;

  /// Where the fields of an object stand.
  private static final class Places {
    /// For each field where its key stands, inverted if it is more than plain ASCII, and where its
    /// value stands.
    final int[] places;

    /// Where the object ends, past its brace.
    final int end;

    /// What was read before. Values are immutable, so that it is no harm if two threads read one.
    final @Nullable Json[] values;

    Places(int[] places, int end) {
      this.places = places;
      this.end = end;
      this.values = new @Nullable Json[places.length / 2];
    }
  }

  /// @param text a document that is known to be well formed
  /// @param start where the object begins
  JsonFields(byte[] text, int start) {
    this.text = text;
    this.start = start;
  }

  /// @param end where the object ends, past its brace
  JsonFields(byte[] text, int start, int end, int[] places) {
    this(text, start);
    this.known = new Places(places, end);
  }

  int start() {
    return start;
  }

  private Places places() {
    Places places = known;
    if (places == null) {
      JsonParser parser = new JsonParser(text);
      places = new Places(parser.placesAt(start), parser.at);
      known = places;
    }
    return places;
  }

  /// The object as it stands in the text.
  void writeTo(ByteArrayOutputStream out) {
    out.write(text, start, places().end - start);
  }

  @Override
  public @Nullable Json get(@Nullable Object key) {
    int field = key instanceof String name ? find(name) : -1;
    return field < 0 ? null : value(field);
  }

  @Override
  public boolean containsKey(@Nullable Object key) {
    return key instanceof String name && find(name) >= 0;
  }

  @Override
  public Set<Entry<String, Json>> entrySet() {
    int count = places().values.length;
    Map<String, Json> all = LinkedHashMap.newLinkedHashMap(count);
    for (int field = 0; field < count; field++) {
      all.put(key(field), value(field));
    }
    return Collections.unmodifiableMap(all).entrySet();
  }

  private int find(String name) {
    int[] places = places().places;
    for (int field = places.length / 2 - 1; field >= 0; field--) {
      int key = places[2 * field];
      if (key < 0 ? key(field).equals(name) : isAt(key, name)) {
        return field;
      }
    }
    return -1;
  }

  private boolean isAt(int key, String name) {
    int at = key + 1;
    for (int i = 0; i < name.length(); i++) {
      byte b = text[at + i];
      // At its quote a plain key ends.
      if (b != name.charAt(i) || b == '"') {
        return false;
      }
    }
    return text[at + name.length()] == '"';
  }

  private String key(int field) {
    int at = places().places[2 * field];
    return ((Json.Str) JsonParser.valueAt(text, at < 0 ? ~at : at)).value();
  }

  private Json value(int field) {
    Places at = places();
    Json value = at.values[field];
    if (value == null) {
      value = JsonParser.valueAt(text, at.places[2 * field + 1]);
      at.values[field] = value;
    }
    return value;
  }
}
