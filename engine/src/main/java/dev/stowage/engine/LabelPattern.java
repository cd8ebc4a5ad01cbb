package dev.stowage.engine;

import java.util.Map;

/// The value of a `label` filter: a key, which may hold shell wild cards, and the value it must
/// have; an empty value is any.
record LabelPattern(String key, String value) {

  static LabelPattern parse(String text) {
    int at = text.indexOf('=');
    return at < 0
        ? new LabelPattern(text, "")
        : new LabelPattern(text.substring(0, at), text.substring(at + 1));
  }

  boolean matchesAny(Map<String, String> labels) {
    for (Map.Entry<String, String> label : labels.entrySet()) {
      if ((value.isEmpty() || value.equals(label.getValue())) && matches(label.getKey())) {
        return true;
      }
    }
    return false;
  }

  private boolean matches(String label) {
    return label.equals(key)
        || key.indexOf('*') >= 0
            && Glob.matches("*" + key.replace('/', '|') + "*", label.replace('/', '|'));
  }
}
