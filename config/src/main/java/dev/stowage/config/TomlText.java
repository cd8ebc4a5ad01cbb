package dev.stowage.config;

import dev.stowage.model.MalformedException;
import java.nio.file.Path;

/// The text of a TOML document and a place in it, which moves on over blanks, comments, lines,
/// words and strings.
final class TomlText {
  /// What stands behind the last character.
  static final int END = -1;

  private final Path file;
  private final String text;
  private int at;
  private int line = 1;

  TomlText(Path file, String text) {
    this.file = file;
    this.text = text;
  }

  /// The line of the place, from 1.
  int line() {
    return line;
  }

  /// The character at hand, or [#END].
  int peek() {
    return at < text.length() ? text.charAt(at) : END;
  }

  /// Passes the character at hand.
  void pass() {
    at++;
  }

  boolean atLongString() {
    return text.startsWith("\"\"\"", at) || text.startsWith("'''", at);
  }

  /// A key without quotes; empty where there is none.
  String bareWord() {
    int start = at;
    while (isBare(peek())) {
      at++;
    }
    return text.substring(start, at);
  }

  /// A value without quotes; empty where there is none.
  String word() {
    int start = at;
    passWord();
    // A date may be parted from its time by one space.
    if (at - start == 10 && text.charAt(start + 4) == '-' && peek() == ' ' && digitAt(at + 1)) {
      at++;
      passWord();
    }
    return text.substring(start, at);
  }

  private void passWord() {
    while (isBare(peek()) || peek() == '+' || peek() == '.' || peek() == ':') {
      at++;
    }
  }

  /// The string that begins here, of one line or of several.
  String string() throws MalformedException {
    if (peek() == '"') {
      return atLongString() ? longBasicString() : basicString();
    }
    return atLongString() ? longLiteralString() : literalString();
  }

  private String basicString() throws MalformedException {
    at++;
    StringBuilder out = new StringBuilder();
    while (true) {
      int c = peek();
      if (c == '"') {
        at++;
        return out.toString();
      }
      if (c == END || c == '\n' || c == '\r') {
        throw fault("a string is not closed by \" on its line");
      }
      if (c == '\\') {
        escape(out);
      } else {
        out.append(plain(c));
      }
    }
  }

  private String literalString() throws MalformedException {
    at++;
    int start = at;
    while (true) {
      int c = peek();
      if (c == '\'') {
        return text.substring(start, at++);
      }
      if (c == END || c == '\n' || c == '\r') {
        throw fault("a string is not closed by ' on its line");
      }
      plain(c);
    }
  }

  private String longBasicString() throws MalformedException {
    at += 3;
    skipFirstNewline();
    StringBuilder out = new StringBuilder();
    while (true) {
      int c = peek();
      if (c == '"' && text.startsWith("\"\"\"", at)) {
        closeLong('"', out);
        return out.toString();
      }
      if (c == END) {
        throw fault("a string is not closed by \"\"\"");
      }
      if (c == '\\' && continuesOnNextLine()) {
        at++;
        while (peek() == ' ' || peek() == '\t' || isNewline()) {
          if (isNewline()) {
            newline();
          } else {
            at++;
          }
        }
      } else if (c == '\\') {
        escape(out);
      } else if (isNewline()) {
        newline();
        out.append('\n');
      } else {
        out.append(plain(c));
      }
    }
  }

  private String longLiteralString() throws MalformedException {
    at += 3;
    skipFirstNewline();
    StringBuilder out = new StringBuilder();
    while (true) {
      int c = peek();
      if (c == '\'' && text.startsWith("'''", at)) {
        closeLong('\'', out);
        return out.toString();
      }
      if (c == END) {
        throw fault("a string is not closed by '''");
      }
      if (isNewline()) {
        newline();
        out.append('\n');
      } else {
        out.append(plain(c));
      }
    }
  }

  /// Passes the closing quotes, before which one or two quotes may belong to the string.
  private void closeLong(char quote, StringBuilder out) {
    at += 3;
    for (int i = 0; i < 2 && peek() == quote; i++) {
      at++;
      out.append(quote);
    }
  }

  private void skipFirstNewline() {
    if (isNewline()) {
      newline();
    }
  }

  private boolean continuesOnNextLine() {
    int i = at + 1;
    while (i < text.length() && (text.charAt(i) == ' ' || text.charAt(i) == '\t')) {
      i++;
    }
    return i < text.length() && (text.charAt(i) == '\n' || text.startsWith("\r\n", i));
  }

  private void escape(StringBuilder out) throws MalformedException {
    at++;
    int c = peek();
    at++;
    switch (c) {
      case 'b' -> out.append('\b');
      case 't' -> out.append('\t');
      case 'n' -> out.append('\n');
      case 'f' -> out.append('\f');
      case 'r' -> out.append('\r');
      case '"' -> out.append('"');
      case '\\' -> out.append('\\');
      case 'u' -> out.appendCodePoint(codePoint(4));
      case 'U' -> out.appendCodePoint(codePoint(8));
      default -> throw fault("a string has the unknown escape \\" + shown(c));
    }
  }

  private int codePoint(int digits) throws MalformedException {
    long code = 0;
    for (int i = 0; i < digits; i++) {
      int digit = peek() == END || peek() > 'f' ? -1 : Character.digit(peek(), 16);
      if (digit < 0) {
        throw fault("an escape wants " + digits + " hexadecimal digits");
      }
      code = code * 16 + digit;
      at++;
    }
    if (code > Character.MAX_CODE_POINT || (code >= 0xD800 && code <= 0xDFFF)) {
      throw fault("an escape names no Unicode character");
    }
    return (int) code;
  }

  /// The character at hand, passed; control characters are refused.
  private char plain(int c) throws MalformedException {
    if (isControl(c)) {
      throw fault("a string holds the control character " + shown(c) + ", which needs an escape");
    }
    at++;
    return (char) c;
  }

  /// Passes what may follow at the end of a line, and the end.
  void endOfLine() throws MalformedException {
    skipBlanks();
    if (peek() == '#') {
      comment();
    }
    if (isNewline()) {
      newline();
    } else if (peek() != END) {
      throw fault("wanted the end of the line, found " + shown(peek()));
    }
  }

  /// Passes blanks, comments and ends of lines.
  void skipEmptyLines() throws MalformedException {
    while (true) {
      skipBlanks();
      if (peek() == '#') {
        comment();
      }
      if (!isNewline()) {
        return;
      }
      newline();
    }
  }

  private void comment() throws MalformedException {
    while (peek() != END && !isNewline()) {
      if (isControl(peek())) {
        throw fault("a comment holds the control character " + shown(peek()));
      }
      at++;
    }
  }

  /// Passes blanks.
  void skipBlanks() {
    while (peek() == ' ' || peek() == '\t') {
      at++;
    }
  }

  private boolean isNewline() {
    return peek() == '\n' || text.startsWith("\r\n", at);
  }

  private void newline() {
    at += peek() == '\n' ? 1 : 2;
    line++;
  }

  /// Passes this character.
  ///
  /// @throws MalformedException with the rule where there is another
  void expect(char wanted, String rule) throws MalformedException {
    if (peek() != wanted) {
      throw fault(rule + ", found " + shown(peek()));
    }
    at++;
  }

  private boolean digitAt(int index) {
    return index < text.length() && text.charAt(index) >= '0' && text.charAt(index) <= '9';
  }

  private static boolean isBare(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '-';
  }

  private static boolean isControl(int c) {
    return (c < ' ' && c != '\t') || c == 0x7F;
  }

  /// A character as a complaint shows it.
  static String shown(int c) {
    return switch (c) {
      case END -> "the end of the file";
      case '\n', '\r' -> "the end of the line";
      default -> isControl(c) ? "U+" + Integer.toHexString(c) : "'" + (char) c + "'";
    };
  }

  /// A complaint that names the file and the line.
  MalformedException fault(String finding) {
    return new MalformedException(file + ":" + line + ": " + finding, at, null);
  }
}
