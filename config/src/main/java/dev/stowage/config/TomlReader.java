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
  private final TomlText text;
  private int depth;

  private TomlReader(Path file, TomlText text) {
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
    String marked = text.startsWith("\uFEFF") ? text.substring(1) : text;
    return new TomlReader(file, new TomlText(file, marked)).document();
  }

  private Toml.Table document() throws MalformedException {
    Draft root = new Draft("", 1, Made.BY_HEADER);
    Draft current = root;
    while (true) {
      text.skipEmptyLines();
      int c = text.peek();
      if (c == TomlText.END) {
        return finished(root);
      }
      if (c == '[') {
        text.pass();
        if (text.peek() == '[') {
          text.pass();
          current = openArrayTable(root);
        } else {
          current = openTable(root);
        }
      } else {
        keyAndValue(current);
      }
      text.endOfLine();
    }
  }

  private Draft openTable(Draft root) throws MalformedException {
    int here = text.line();
    List<String> key = headerKey();
    text.expect(']', "a table's header ends with ]");
    Draft parent = descend(root, key);
    String last = key.getLast();
    Object old = parent.entries.get(last);
    if (old instanceof Draft table && table.made == Made.IMPLIED) {
      table.made = Made.BY_HEADER;
      table.line = here;
      return table;
    }
    if (old != null) {
      throw text.fault("[" + String.join(".", key) + "] is already there");
    }
    Draft table = new Draft(dotted(parent.name, last), here, Made.BY_HEADER);
    parent.entries.put(last, table);
    return table;
  }

  private Draft openArrayTable(Draft root) throws MalformedException {
    int here = text.line();
    List<String> key = headerKey();
    text.expect(']', "the header of an array's table ends with ]]");
    text.expect(']', "the header of an array's table ends with ]]");
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
      throw text.fault("[[" + String.join(".", key) + "]] is already there as something else");
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
        Draft next = new Draft(dotted(table.name, part), text.line(), Made.IMPLIED);
        table.entries.put(part, next);
        table = next;
      } else if (old instanceof Draft next && next.made != Made.INLINE) {
        table = next;
      } else if (old instanceof Tables tables) {
        table = tables.items.getLast();
      } else {
        throw text.fault(part + " is already there and cannot be extended");
      }
    }
    return table;
  }

  private List<String> headerKey() throws MalformedException {
    text.skipBlanks();
    return dottedKey();
  }

  private void keyAndValue(Draft table) throws MalformedException {
    int here = text.line();
    List<String> key = dottedKey();
    text.expect('=', "a key is followed by =");
    text.skipBlanks();
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
        throw text.fault(part + " is already there and cannot be extended by a dotted key");
      }
    }
    String last = key.getLast();
    if (holder.entries.containsKey(last)) {
      throw text.fault(dotted(holder.name, last) + " is set twice");
    }
    holder.entries.put(last, value(dotted(holder.name, last)));
  }

  private List<String> dottedKey() throws MalformedException {
    List<String> parts = new ArrayList<>();
    while (true) {
      text.skipBlanks();
      parts.add(keyPart());
      text.skipBlanks();
      if (text.peek() != '.') {
        return parts;
      }
      text.pass();
    }
  }

  private String keyPart() throws MalformedException {
    int c = text.peek();
    if (c == '"' || c == '\'') {
      if (text.atLongString()) {
        throw text.fault("a key cannot be a string of several lines");
      }
      return text.string();
    }
    String word = text.bareWord();
    if (word.isEmpty()) {
      throw text.fault("wanted a key, found " + TomlText.shown(text.peek()));
    }
    return word;
  }

  private Object value(String name) throws MalformedException {
    int here = text.line();
    int c = text.peek();
    switch (c) {
      case '"', '\'':
        return new Toml.Text(text.string(), here);
      case '[':
        return array(name);
      case '{':
        return inlineTable(name);
      default:
        String word = text.word();
        if (word.isEmpty()) {
          throw text.fault("wanted a value for " + name + ", found " + TomlText.shown(c));
        }
        Toml scalar = TomlScalars.read(word, here);
        if (scalar == null) {
          throw text.fault(
              name + " has the value " + word + ", which is no TOML; a string needs quotes");
        }
        return scalar;
    }
  }

  private Toml array(String name) throws MalformedException {
    int here = text.line();
    deeper();
    text.pass();
    List<Toml> items = new ArrayList<>();
    text.skipEmptyLines();
    while (text.peek() != ']') {
      items.add(frozen(value(name)));
      text.skipEmptyLines();
      if (text.peek() == ',') {
        text.pass();
        text.skipEmptyLines();
      } else if (text.peek() != ']') {
        throw text.fault(
            "wanted , or ] in the array " + name + ", found " + TomlText.shown(text.peek()));
      }
    }
    text.pass();
    depth--;
    return new Toml.Array(List.copyOf(items), here);
  }

  private Draft inlineTable(String name) throws MalformedException {
    deeper();
    text.pass();
    Draft table = new Draft(name, text.line(), Made.BY_KEY);
    text.skipBlanks();
    if (text.peek() == '}') {
      text.pass();
    } else {
      while (true) {
        text.skipBlanks();
        keyAndValue(table);
        text.skipBlanks();
        int c = text.peek();
        if (c != '}' && c != ',') {
          throw text.fault("wanted , or } in the table " + name + ", found " + TomlText.shown(c));
        }
        text.pass();
        if (c == '}') {
          break;
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

  private void deeper() throws MalformedException {
    if (++depth > DEEPEST) {
      throw text.fault("nests deeper than " + DEEPEST + " levels");
    }
  }

  private static String dotted(String table, String key) {
    return table.isEmpty() ? key : table + "." + key;
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
