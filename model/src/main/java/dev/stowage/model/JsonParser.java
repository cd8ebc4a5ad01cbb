package dev.stowage.model;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads one JSON document, strictly: nothing after it, no laxity in numbers, literals and escapes.
///
/// Of a key that stands twice the last value counts, as in the peers' decoder. Bytes that are not
/// UTF-8 become the replacement character, as there.
final class JsonParser {
  /// The deepest nesting that is read: far beyond any document of this field, far below what a
  /// thread's stack holds.
  static final int DEEPEST = 200;

  private final byte[] text;
  private int at;

  private JsonParser(byte[] text) {
    this.text = text;
  }

  static Json parse(Bytes bytes) throws MalformedException {
    JsonParser parser = new JsonParser(bytes.content());
    parser.skipSpace();
    Json value = parser.value(0);
    parser.skipSpace();
    if (parser.at < parser.text.length) {
      throw parser.broken("wanted the end of the document");
    }
    return value;
  }

  private Json value(int depth) throws MalformedException {
    if (depth > DEEPEST) {
      throw broken("nested deeper than " + DEEPEST + " levels");
    }
    switch (peek()) {
      case '{':
        return object(depth);
      case '[':
        return array(depth);
      case '"':
        return new Json.Str(string());
      case 't':
        literal("true");
        return new Json.Bool(true);
      case 'f':
        literal("false");
        return new Json.Bool(false);
      case 'n':
        literal("null");
        return new Json.Null();
      default:
        return number();
    }
  }

  private Json object(int depth) throws MalformedException {
    at++;
    Map<String, Json> fields = new LinkedHashMap<>();
    skipSpace();
    if (peek() == '}') {
      at++;
      return new Json.Obj(fields);
    }
    while (true) {
      if (peek() != '"') {
        throw broken("wanted a key");
      }
      String key = string();
      skipSpace();
      if (peek() != ':') {
        throw broken("wanted a colon");
      }
      at++;
      skipSpace();
      fields.put(key, value(depth + 1));
      skipSpace();
      int next = peek();
      if (next != ',' && next != '}') {
        throw broken("wanted a comma or the end of the object");
      }
      at++;
      if (next == '}') {
        return new Json.Obj(fields);
      }
      skipSpace();
    }
  }

  private Json array(int depth) throws MalformedException {
    at++;
    List<Json> items = new ArrayList<>();
    skipSpace();
    if (peek() == ']') {
      at++;
      return new Json.Arr(items);
    }
    while (true) {
      items.add(value(depth + 1));
      skipSpace();
      int next = peek();
      if (next != ',' && next != ']') {
        throw broken("wanted a comma or the end of the array");
      }
      at++;
      if (next == ']') {
        return new Json.Arr(items);
      }
      skipSpace();
    }
  }

  private String string() throws MalformedException {
    int start = ++at;
    boolean ascii = true;
    while (at < text.length) {
      byte b = text[at];
      if (b == '"') {
        String plain = decode(start, at, ascii);
        at++;
        return plain;
      }
      if (b == '\\') {
        return escaped(start);
      }
      if (b >= 0 && b < 0x20) {
        throw broken("a control character in a string");
      }
      ascii &= b >= 0;
      at++;
    }
    throw broken("a string that does not end");
  }

  private String escaped(int start) throws MalformedException {
    StringBuilder out = new StringBuilder(decode(start, at, false));
    int plain = at;
    while (at < text.length) {
      byte b = text[at];
      if (b == '"') {
        out.append(decode(plain, at, false));
        at++;
        return out.toString();
      }
      if (b >= 0 && b < 0x20) {
        throw broken("a control character in a string");
      }
      if (b == '\\') {
        out.append(decode(plain, at, false));
        at++;
        out.append(escape());
        plain = at;
      } else {
        at++;
      }
    }
    throw broken("a string that does not end");
  }

  private char escape() throws MalformedException {
    int c = peek();
    at++;
    return switch (c) {
      case '"', '\\', '/' -> (char) c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        int code = 0;
        for (int i = 0; i < 4; i++) {
          int digit = Character.digit(peek(), 16);
          if (digit < 0) {
            throw broken("wanted a hexadecimal digit");
          }
          code = code << 4 | digit;
          at++;
        }
        yield (char) code;
      }
      default -> throw broken("an unknown escape");
    };
  }

  private String decode(int from, int to, boolean ascii) {
    if (ascii) {
      return new String(text, from, to - from, StandardCharsets.ISO_8859_1);
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE)
          .decode(ByteBuffer.wrap(text, from, to - from))
          .toString();
    } catch (CharacterCodingException e) {
      throw new AssertionError("malformed input is replaced", e);
    }
  }

  private Json number() throws MalformedException {
    int start = at;
    if (peek() == '-') {
      at++;
    }
    if (peek() == '0') {
      at++;
    } else {
      digits("wanted a value");
    }
    if (at < text.length && text[at] == '.') {
      at++;
      digits("wanted a digit");
    }
    if (at < text.length && (text[at] == 'e' || text[at] == 'E')) {
      at++;
      if (peek() == '+' || peek() == '-') {
        at++;
      }
      digits("wanted a digit");
    }
    return new Json.Num(decode(start, at, true));
  }

  private void digits(String complaint) throws MalformedException {
    int start = at;
    while (at < text.length && text[at] >= '0' && text[at] <= '9') {
      at++;
    }
    if (at == start) {
      throw broken(complaint);
    }
  }

  private void literal(String word) throws MalformedException {
    for (int i = 0; i < word.length(); i++) {
      if (peek() != word.charAt(i)) {
        throw broken("wanted " + word);
      }
      at++;
    }
  }

  private void skipSpace() {
    while (at < text.length) {
      byte b = text[at];
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        return;
      }
      at++;
    }
  }

  private int peek() throws MalformedException {
    if (at >= text.length) {
      throw broken("it ends too early");
    }
    return text[at];
  }

  private MalformedException broken(String complaint) {
    return new MalformedException("invalid JSON at byte " + at + ": " + complaint, at, null);
  }
}
