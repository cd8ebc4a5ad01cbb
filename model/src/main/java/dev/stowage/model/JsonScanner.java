package dev.stowage.model;

/// Walks over one JSON document, strictly: no laxity in numbers, literals and escapes.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc8259">RFC 8259</a>
class JsonScanner {
  /// The deepest nesting that is read: far beyond any document of this field, far below what a
  /// thread's stack holds.
  static final int DEEPEST = 200;

  final byte[] text;
  int at;

  JsonScanner(byte[] text) {
    this.text = text;
  }

  /// What the bytes of a string have to go through to become its text.
  enum Form {
    /// Nothing: all are ASCII.
    PLAIN,
    DECODED,
    ESCAPED
  }

  /// Goes past a value.
  final void skip(int depth) throws MalformedException {
    check(depth);
    switch (peek()) {
      case '{':
        at++;
        if (!ends('}')) {
          do {
            skipKey();
            skip(depth + 1);
          } while (goesOn('}', "wanted a comma or the end of the object"));
        }
        return;
      case '[':
        at++;
        if (!ends(']')) {
          do {
            skip(depth + 1);
          } while (goesOn(']', "wanted a comma or the end of the array"));
        }
        return;
      case '"':
        skipString();
        return;
      case 't':
        skipLiteral("true");
        return;
      case 'f':
        skipLiteral("false");
        return;
      case 'n':
        skipLiteral("null");
        return;
      default:
        skipNumber();
    }
  }

  final void check(int depth) throws MalformedException {
    if (depth > DEEPEST) {
      throw broken("nested deeper than " + DEEPEST + " levels");
    }
  }

  /// Whether an object or array has nothing in it; goes past its end then, to its first item
  /// otherwise.
  final boolean ends(char end) throws MalformedException {
    skipSpace();
    if (peek() != end) {
      return false;
    }
    at++;
    return true;
  }

  /// Whether another item follows; goes to it then, past the end otherwise.
  final boolean goesOn(char end, String complaint) throws MalformedException {
    skipSpace();
    int next = peek();
    if (next != ',' && next != end) {
      throw broken(complaint);
    }
    at++;
    if (next == end) {
      return false;
    }
    skipSpace();
    return true;
  }

  /// Goes past a key and its colon, to the value.
  final Form skipKey() throws MalformedException {
    if (peek() != '"') {
      throw broken("wanted a key");
    }
    Form form = skipString();
    skipColon();
    return form;
  }

  final void skipColon() throws MalformedException {
    skipSpace();
    if (peek() != ':') {
      throw broken("wanted a colon");
    }
    at++;
    skipSpace();
  }

  /// Goes past a string and its quotes.
  final Form skipString() throws MalformedException {
    byte[] bytes = text;
    Form form = Form.PLAIN;
    for (int i = at + 1; i < bytes.length; i++) {
      byte b = bytes[i];
      if (b == '"') {
        at = i + 1;
        return form;
      }
      if (b < 0x20) {
        if (b >= 0) {
          at = i;
          throw broken("a control character in a string");
        }
        form = form == Form.PLAIN ? Form.DECODED : form;
      } else if (b == '\\') {
        at = i + 1;
        skipEscape();
        i = at - 1;
        form = Form.ESCAPED;
      }
    }
    at = bytes.length;
    throw broken("a string that does not end");
  }

  private void skipEscape() throws MalformedException {
    int c = peek();
    at++;
    switch (c) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
        return;
      case 'u':
        for (int i = 0; i < 4; i++) {
          if (Character.digit(peek(), 16) < 0) {
            throw broken("wanted a hexadecimal digit");
          }
          at++;
        }
        return;
      default:
        throw broken("an unknown escape");
    }
  }

  final void skipNumber() throws MalformedException {
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

  final void skipLiteral(String word) throws MalformedException {
    for (int i = 0; i < word.length(); i++) {
      if (peek() != word.charAt(i)) {
        throw broken("wanted " + word);
      }
      at++;
    }
  }

  final void skipSpace() {
    while (at < text.length) {
      byte b = text[at];
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        return;
      }
      at++;
    }
  }

  final int peek() throws MalformedException {
    if (at >= text.length) {
      throw broken("it ends too early");
    }
    return text[at];
  }

  final MalformedException broken(String complaint) {
    return new MalformedException("invalid JSON at byte " + at + ": " + complaint, at, null);
  }
}
