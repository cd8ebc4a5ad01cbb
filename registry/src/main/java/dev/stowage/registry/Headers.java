package dev.stowage.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The header fields of one HTTP message, in their order; names do not mind case.
final class Headers {
  static final Headers NONE = new Headers(List.of());

  /// One field, as sent.
  record Field(String name, String value) {}

  private final List<Field> fields;

  Headers(List<Field> fields) {
    this.fields = List.copyOf(fields);
  }

  /// These fields and one more.
  ///
  /// @throws IllegalArgumentException if the value would break out of its line
  Headers with(String name, String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < ' ' && c != '\t' || c == 0x7f) {
        throw new IllegalArgumentException("a control character in the header " + name);
      }
    }
    List<Field> more = new ArrayList<>(fields);
    more.add(new Field(name, value));
    return new Headers(more);
  }

  List<Field> fields() {
    return fields;
  }

  Optional<String> first(String name) {
    for (Field field : fields) {
      if (field.name.equalsIgnoreCase(name)) {
        return Optional.of(field.value);
      }
    }
    return Optional.empty();
  }

  List<String> all(String name) {
    List<String> values = new ArrayList<>();
    for (Field field : fields) {
      if (field.name.equalsIgnoreCase(name)) {
        values.add(field.value);
      }
    }
    return values;
  }
}
