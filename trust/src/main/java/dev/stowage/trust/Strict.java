package dev.stowage.trust;

import dev.stowage.model.Bytes;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/// JSON read without any tolerance, as texts that decide about trust are: no key twice, none that
/// is unknown, none of another type.
final class Strict {
  private Strict() {}

  /// Reads a document in which no object has a key twice.
  static Json.Obj document(Bytes bytes) throws MalformedException {
    Json json = Json.parse(bytes);
    DuplicateKeys.refuse(bytes.utf8());
    return object(json);
  }

  static Json.Obj object(Json json) throws MalformedException {
    if (json instanceof Json.Obj object) {
      return object;
    }
    throw new MalformedException("JSON object expected, got " + shown(json));
  }

  private static String shown(Json json) {
    String text = json.compact();
    return text.length() > 60 ? text.substring(0, 60) + "…" : text;
  }

  /// Refuses keys other than the known ones.
  static Json.Obj only(Json.Obj object, Set<String> known) throws MalformedException {
    for (String key : object.fields().keySet()) {
      if (!known.contains(key)) {
        throw new MalformedException("Unknown key \"" + key + "\"");
      }
    }
    return object;
  }

  /// Demands these keys, every one, and no other.
  static Json.Obj exactly(Json.Obj object, String... keys) throws MalformedException {
    only(object, Set.copyOf(Arrays.asList(keys)));
    for (String key : keys) {
      if (object.get(key).isEmpty()) {
        throw new MalformedException("Key \"" + key + "\" missing in a JSON object");
      }
    }
    return object;
  }

  /// The text at a key that [#exactly] has found there.
  static String text(Json.Obj object, String key) throws MalformedException {
    return object.string(key).orElseThrow(() -> object.missing(key));
  }

  /// The object at a key that [#exactly] has found there.
  static Json.Obj child(Json.Obj object, String key) throws MalformedException {
    return object(object.get(key).orElseThrow(() -> object.missing(key)));
  }

  /// Decodes standard base64 with its padding; line breaks are passed over.
  static Bytes base64(String text) throws MalformedException {
    StringBuilder joined = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '\r' && c != '\n') {
        joined.append(c);
      }
    }
    try {
      if (joined.length() % 4 != 0) {
        throw new IllegalArgumentException("the padding is missing");
      }
      return Bytes.owning(Base64.getDecoder().decode(joined.toString()));
    } catch (IllegalArgumentException e) {
      throw new MalformedException(
          "illegal base64 data: " + e.getMessage(), MalformedException.UNKNOWN_POSITION, e);
    }
  }

  static List<Bytes> base64(List<String> texts) throws MalformedException {
    List<Bytes> decoded = new ArrayList<>();
    for (String text : texts) {
      decoded.add(base64(text));
    }
    return decoded;
  }
}
