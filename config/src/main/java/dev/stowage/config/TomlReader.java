package dev.stowage.config;

import dev.stowage.model.MalformedException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads TOML 1.0, all of it, strictly: a document that breaks the rules is refused with file and
/// line. It is our own because every command reads storage.conf: the libraries measured cost 16 to
/// 23 ms of a command's start, this one or two. For the same reason nothing in this room matches
/// patterns with `switch`: its first use costs as much as a library.
///
/// @see <a href="https://toml.io/en/v1.0.0">TOML 1.0</a>
final class TomlReader {

  /// How deep arrays and inline tables may nest: real files reach 3, and each level takes stack.
  private static final int DEEPEST = 64;

  private static final int END = -1;

  /// How a table came to be, which decides how it may be added to.
  private enum Made {
    /// Named only as part of a longer header; a header of its own may still follow.
    IMPLIED,
    /// By its header, once.
    BY_HEADER,
    /// By dotted keys; no header may open it.
    BY_KEY,
    /// By braces; closed for ever.
    INLINE
  }

  /// A table under construction. Values are [Toml], [Draft], or [Tables].
  private static final class Draft {
    private final Map<String, Object> entries = new LinkedHashMap<>();
    private final String name;
    private int line;
    private Made made;

    private Draft(String name, int line, Made made) {
      this.name = name;
      this.line = line;
      this.made = made;
    }
  }

  /// An array of tables under construction.
  private static final class Tables {
    private final List<Draft> items = new ArrayList<>();
    private final int line;

    private Tables(int line) {
      this.line = line;
    }
  }

  private final Path file;
  private final String text;
  private int at;
  private int line = 1;
  private int depth;

  private TomlReader(Path file, String text) {
    this.file = file;
    this.text = text;
  }

  static Toml.Table read(Path file, byte[] bytes) throws MalformedException {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedException(
          file + ": not UTF-8, which TOML has to be", MalformedException.UNKNOWN_POSITION, e);
    }
    return new TomlReader(file, text.startsWith("\uFEFF") ? text.substring(1) : text).document();
  }

  private Toml.Table document() throws MalformedException {
    Draft root = new Draft("", 1, Made.BY_HEADER);
    Draft current = root;
    while (true) {
      skipEmptyLines();
      int c = peek();
      if (c == END) {
        return finished(root);
      }
      if (c == '[') {
        at++;
        if (peek() == '[') {
          at++;
          current = openArrayTable(root);
        } else {
          current = openTable(root);
        }
      } else {
        keyAndValue(current);
      }
      endOfLine();
    }
  }

  private Draft openTable(Draft root) throws MalformedException {
    int here = line;
    List<String> key = headerKey();
    expect(']', "a table's header ends with ]");
    Draft parent = descend(root, key);
    String last = key.getLast();
    Object old = parent.entries.get(last);
    if (old instanceof Draft table && table.made == Made.IMPLIED) {
      table.made = Made.BY_HEADER;
      table.line = here;
      return table;
    }
    if (old != null) {
      throw fault("[" + String.join(".", key) + "] is already there");
    }
    Draft table = new Draft(dotted(parent.name, last), here, Made.BY_HEADER);
    parent.entries.put(last, table);
    return table;
  }

  private Draft openArrayTable(Draft root) throws MalformedException {
    int here = line;
    List<String> key = headerKey();
    expect(']', "the header of an array's table ends with ]]");
    expect(']', "the header of an array's table ends with ]]");
    Draft parent = descend(root, key);
    String last = key.getLast();
    Object old = parent.entries.get(last);
    Tables tables;
    if (old == null) {
      tables = new Tables(here);
      parent.entries.put(last, tables);
    } else if (old instanceof Tables existing) {
      tables = existing;
    } else {
      throw fault("[[" + String.join(".", key) + "]] is already there as something else");
    }
    Draft table = new Draft(dotted(parent.name, last), here, Made.BY_HEADER);
    tables.items.add(table);
    return table;
  }

  /// The table that holds the last part of a header's key.
  private Draft descend(Draft root, List<String> key) throws MalformedException {
    Draft table = root;
    for (int i = 0; i < key.size() - 1; i++) {
      String part = key.get(i);
      Object old = table.entries.get(part);
      if (old == null) {
        Draft next = new Draft(dotted(table.name, part), line, Made.IMPLIED);
        table.entries.put(part, next);
        table = next;
      } else if (old instanceof Draft next && next.made != Made.INLINE) {
        table = next;
      } else if (old instanceof Tables tables) {
        table = tables.items.getLast();
      } else {
        throw fault(part + " is already there and cannot be extended");
      }
    }
    return table;
  }

  private List<String> headerKey() throws MalformedException {
    skipBlanks();
    return dottedKey();
  }

  private void keyAndValue(Draft table) throws MalformedException {
    int here = line;
    List<String> key = dottedKey();
    expect('=', "a key is followed by =");
    skipBlanks();
    Draft holder = table;
    for (int i = 0; i < key.size() - 1; i++) {
      String part = key.get(i);
      Object old = holder.entries.get(part);
      if (old == null) {
        Draft next = new Draft(dotted(holder.name, part), here, Made.BY_KEY);
        holder.entries.put(part, next);
        holder = next;
      } else if (old instanceof Draft next && next.made == Made.BY_KEY) {
        holder = next;
      } else {
        throw fault(part + " is already there and cannot be extended by a dotted key");
      }
    }
    String last = key.getLast();
    if (holder.entries.containsKey(last)) {
      throw fault(dotted(holder.name, last) + " is set twice");
    }
    holder.entries.put(last, value(dotted(holder.name, last)));
  }

  private List<String> dottedKey() throws MalformedException {
    List<String> parts = new ArrayList<>();
    while (true) {
      skipBlanks();
      parts.add(keyPart());
      skipBlanks();
      if (peek() != '.') {
        return parts;
      }
      at++;
    }
  }

  private String keyPart() throws MalformedException {
    int c = peek();
    if (c == '"' || c == '\'') {
      if (text.startsWith("\"\"\"", at) || text.startsWith("'''", at)) {
        throw fault("a key cannot be a string of several lines");
      }
      return c == '"' ? basicString() : literalString();
    }
    int start = at;
    while (isBare(peek())) {
      at++;
    }
    if (at == start) {
      throw fault("wanted a key, found " + shown(peek()));
    }
    return text.substring(start, at);
  }

  private Object value(String name) throws MalformedException {
    int here = line;
    int c = peek();
    switch (c) {
      case '"':
        return new Toml.Text(
            text.startsWith("\"\"\"", at) ? longBasicString() : basicString(), here);
      case '\'':
        return new Toml.Text(
            text.startsWith("'''", at) ? longLiteralString() : literalString(), here);
      case '[':
        return array(name);
      case '{':
        return inlineTable(name);
      default:
        int start = at;
        while (isBare(peek()) || peek() == '+' || peek() == '.' || peek() == ':') {
          at++;
        }
        // A date may be parted from its time by one space.
        if (at - start == 10 && text.charAt(start + 4) == '-' && peek() == ' ' && digitAt(at + 1)) {
          at++;
          while (isBare(peek()) || peek() == '+' || peek() == '.' || peek() == ':') {
            at++;
          }
        }
        if (at == start) {
          throw fault("wanted a value for " + name + ", found " + shown(c));
        }
        String word = text.substring(start, at);
        Toml scalar = TomlScalars.read(word, here);
        if (scalar == null) {
          throw fault(
              name + " has the value " + word + ", which is no TOML; a string needs quotes");
        }
        return scalar;
    }
  }

  private Toml array(String name) throws MalformedException {
    int here = line;
    deeper();
    at++;
    List<Toml> items = new ArrayList<>();
    skipEmptyLines();
    while (peek() != ']') {
      items.add(frozen(value(name)));
      skipEmptyLines();
      if (peek() == ',') {
        at++;
        skipEmptyLines();
      } else if (peek() != ']') {
        throw fault("wanted , or ] in the array " + name + ", found " + shown(peek()));
      }
    }
    at++;
    depth--;
    return new Toml.Array(List.copyOf(items), here);
  }

  private Draft inlineTable(String name) throws MalformedException {
    deeper();
    at++;
    Draft table = new Draft(name, line, Made.BY_KEY);
    skipBlanks();
    if (peek() == '}') {
      at++;
    } else {
      while (true) {
        skipBlanks();
        keyAndValue(table);
        skipBlanks();
        int c = peek();
        at++;
        if (c == '}') {
          break;
        }
        if (c != ',') {
          at--;
          throw fault("wanted , or } in the table " + name + ", found " + shown(c));
        }
      }
    }
    depth--;
    close(table);
    return table;
  }

  private static void close(Draft table) {
    table.made = Made.INLINE;
    for (Object entry : table.entries.values()) {
      if (entry instanceof Draft inner) {
        close(inner);
      }
    }
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

  private void endOfLine() throws MalformedException {
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

  private void skipEmptyLines() throws MalformedException {
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

  private void skipBlanks() {
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

  private void expect(char wanted, String rule) throws MalformedException {
    if (peek() != wanted) {
      throw fault(rule + ", found " + shown(peek()));
    }
    at++;
  }

  private void deeper() throws MalformedException {
    if (++depth > DEEPEST) {
      throw fault("nests deeper than " + DEEPEST + " levels");
    }
  }

  private int peek() {
    return at < text.length() ? text.charAt(at) : END;
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

  private static String shown(int c) {
    return switch (c) {
      case END -> "the end of the file";
      case '\n', '\r' -> "the end of the line";
      default -> isControl(c) ? "U+" + Integer.toHexString(c) : "'" + (char) c + "'";
    };
  }

  private static String dotted(String table, String key) {
    return table.isEmpty() ? key : table + "." + key;
  }

  private MalformedException fault(String finding) {
    return new MalformedException(file + ":" + line + ": " + finding, at, null);
  }

  private Toml.Table finished(Draft draft) {
    Map<String, Toml> entries = new LinkedHashMap<>();
    for (Map.Entry<String, Object> entry : draft.entries.entrySet()) {
      entries.put(entry.getKey(), frozen(entry.getValue()));
    }
    return new Toml.Table(file, draft.name, entries, draft.line);
  }

  private Toml frozen(Object value) {
    if (value instanceof Toml ready) {
      return ready;
    }
    if (value instanceof Draft draft) {
      return finished(draft);
    }
    Tables tables = (Tables) value;
    List<Toml> items = new ArrayList<>();
    for (Draft item : tables.items) {
      items.add(finished(item));
    }
    return new Toml.Array(List.copyOf(items), tables.line);
  }
}
