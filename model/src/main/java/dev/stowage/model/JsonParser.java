package dev.stowage.model;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads one JSON document, with nothing after it.
///
/// Of a key that stands twice the last value counts, as in the peers' decoder. Bytes that are not
/// UTF-8 become the replacement character, as there.
final class JsonParser extends JsonScanner {
  private static final int[] NONE = {};

  /// Where fields of the object at hand stand; used again for the next.
  private int[] places = NONE;

  JsonParser(byte[] text) {
    super(text);
  }

  static Json parse(Bytes bytes) throws MalformedException {
    JsonParser parser = new JsonParser(bytes.content());
    parser.skipSpace();
    return parser.end(parser.value(0));
  }

  /// Reads a document whose objects, if it is an array of them, know only where their fields stand.
  static Json parseRecords(Bytes bytes) throws MalformedException {
    JsonParser parser = new JsonParser(bytes.content());
    parser.skipSpace();
    return parser.end(parser.peek() == '[' ? parser.records() : parser.value(0));
  }

  /// The value at a place of a text that is known to be well formed.
  static Json valueAt(byte[] text, int at) {
    JsonParser parser = new JsonParser(text);
    parser.at = at;
    try {
      return parser.value(0);
    } catch (MalformedException e) {
      throw new AssertionError("it was well formed", e);
    }
  }

  private Json end(Json value) throws MalformedException {
    skipSpace();
    if (at < text.length) {
      throw broken("wanted the end of the document");
    }
    return value;
  }

  private Json value(int depth) throws MalformedException {
    check(depth);
    int start = at;
    switch (peek()) {
      case '{':
        return object(depth);
      case '[':
        return array(depth);
      case '"':
        return new Json.Str(string());
      case 't':
        skipLiteral("true");
        return new Json.Bool(true);
      case 'f':
        skipLiteral("false");
        return new Json.Bool(false);
      case 'n':
        skipLiteral("null");
        return new Json.Null();
      default:
        skipNumber();
        return new Json.Num(decode(text, start, at, Form.PLAIN));
    }
  }

  private Json object(int depth) throws MalformedException {
    at++;
    Map<String, Json> fields = new LinkedHashMap<>();
    if (!ends('}')) {
      do {
        if (peek() != '"') {
          throw broken("wanted a key");
        }
        String key = string();
        skipColon();
        fields.put(key, value(depth + 1));
      } while (goesOn('}', "wanted a comma or the end of the object"));
    }
    return new Json.Obj(fields);
  }

  private Json array(int depth) throws MalformedException {
    at++;
    List<Json> items = new ArrayList<>();
    if (!ends(']')) {
      do {
        items.add(value(depth + 1));
      } while (goesOn(']', "wanted a comma or the end of the array"));
    }
    return new Json.Arr(items);
  }

  private Json records() throws MalformedException {
    at++;
    List<Json> items = new ArrayList<>();
    if (!ends(']')) {
      do {
        if (peek() != '{') {
          items.add(value(1));
          continue;
        }
        int start = at;
        int[] found = places();
        items.add(new Json.Obj(new JsonFields(text, start, at, found)));
      } while (goesOn(']', "wanted a comma or the end of the array"));
    }
    return new Json.Arr(items);
  }

  /// Goes past an object that stands in a text that is known to be well formed.
  ///
  /// @return where its fields stand
  int[] placesAt(int start) {
    at = start;
    try {
      return places();
    } catch (MalformedException e) {
      throw new AssertionError("it was well formed", e);
    }
  }

  private int[] places() throws MalformedException {
    at++;
    int count = 0;
    if (!ends('}')) {
      do {
        if (count == places.length) {
          places = Arrays.copyOf(places, Math.max(32, 2 * count));
        }
        int key = at;
        Form form = skipKey();
        places[count] = form == Form.PLAIN ? key : ~key;
        places[count + 1] = at;
        count += 2;
        skip(2);
      } while (goesOn('}', "wanted a comma or the end of the object"));
    }
    return Arrays.copyOf(places, count);
  }

  private String string() throws MalformedException {
    int start = at + 1;
    Form form = skipString();
    return decode(text, start, at - 1, form);
  }

  private static String decode(byte[] text, int from, int to, Form form) {
    return switch (form) {
      case PLAIN -> new String(text, from, to - from, StandardCharsets.ISO_8859_1);
      case DECODED -> decode(text, from, to);
      case ESCAPED -> unescape(text, from, to);
    };
  }

  private static String decode(byte[] text, int from, int to) {
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

  private static String unescape(byte[] text, int from, int to) {
    StringBuilder out = new StringBuilder(to - from);
    int plain = from;
    int i = from;
    while (i < to) {
      if (text[i] != '\\') {
        i++;
        continue;
      }
      out.append(decode(text, plain, i));
      byte c = text[i + 1];
      i += 2;
      switch (c) {
        case 'b' -> out.append('\b');
        case 'f' -> out.append('\f');
        case 'n' -> out.append('\n');
        case 'r' -> out.append('\r');
        case 't' -> out.append('\t');
        case 'u' -> {
          int code = 0;
          for (int digit = 0; digit < 4; digit++) {
            code = code << 4 | Character.digit(text[i++], 16);
          }
          out.append((char) code);
        }
        default -> out.append((char) c);
      }
      plain = i;
    }
    return out.append(decode(text, plain, to)).toString();
  }
}
