package dev.stowage.config;

import dev.stowage.model.MalformedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A value of a TOML document, with the line it stands on.
///
/// @see <a href="https://toml.io/en/v1.0.0">TOML 1.0</a>
sealed interface Toml {

  /// The most bytes a configuration file may have: hand-written files have some kilobytes, and a
  /// file beyond this is not one of them.
  int MOST_BYTES = 4 << 20;

  /// The line, counted from 1.
  int line();

  /// What this value is, in words for a complaint.
  String kind();

  record Text(String value, int line) implements Toml {
    @Override
    public String kind() {
      return "a string";
    }
  }

  record Whole(long value, int line) implements Toml {
    @Override
    public String kind() {
      return "a whole number";
    }
  }

  record Real(double value, int line) implements Toml {
    @Override
    public String kind() {
      return "a floating-point number";
    }
  }

  record Truth(boolean value, int line) implements Toml {
    @Override
    public String kind() {
      return "true or false";
    }
  }

  /// A date, a time or both, as written.
  record Moment(String text, int line) implements Toml {
    @Override
    public String kind() {
      return "a date or time";
    }
  }

  record Array(List<Toml> items, int line) implements Toml {
    @Override
    public String kind() {
      return "an array";
    }
  }

  /// A table of a file.
  ///
  /// @param name the dotted name the table has in the file; empty for the file itself
  /// @param entries in the order of the file
  record Table(Path file, String name, Map<String, Toml> entries, int line) implements Toml {

    @Override
    public String kind() {
      return "a table";
    }

    /// The value at a key. As in the peers, a key written with other capitals is found too, if
    /// there is none written exactly so.
    Optional<Toml> find(String key) {
      Toml exact = entries.get(key);
      if (exact != null) {
        return Optional.of(exact);
      }
      for (Map.Entry<String, Toml> entry : entries.entrySet()) {
        if (entry.getKey().equalsIgnoreCase(key)) {
          return Optional.of(entry.getValue());
        }
      }
      return Optional.empty();
    }

    Optional<Setting<String>> text(String key) throws MalformedException {
      @Nullable Toml found = find(key).orElse(null);
      if (found == null) {
        return Optional.empty();
      }
      if (found instanceof Text(String text, int at)) {
        return Optional.of(new Setting<>(text, origin(at)));
      }
      throw wrong(key, found, "a string in quotes");
    }

    Optional<Setting<Boolean>> truth(String key) throws MalformedException {
      @Nullable Toml found = find(key).orElse(null);
      if (found == null) {
        return Optional.empty();
      }
      if (found instanceof Truth(boolean truth, int at)) {
        return Optional.of(new Setting<>(truth, origin(at)));
      }
      throw wrong(key, found, "true or false, without quotes");
    }

    Optional<Setting<Long>> whole(String key) throws MalformedException {
      @Nullable Toml found = find(key).orElse(null);
      if (found == null) {
        return Optional.empty();
      }
      if (found instanceof Whole(long number, int at)) {
        return Optional.of(new Setting<>(number, origin(at)));
      }
      throw wrong(key, found, "a whole number");
    }

    /// The array at a key, whose items have to be strings.
    Optional<Setting<List<String>>> texts(String key) throws MalformedException {
      @Nullable Toml found = find(key).orElse(null);
      if (found == null) {
        return Optional.empty();
      }
      List<String> texts = new ArrayList<>();
      if (!(found instanceof Array(List<Toml> items, int at))) {
        throw wrong(key, found, "an array of strings");
      }
      for (Toml item : items) {
        if (!(item instanceof Text(String text, int _))) {
          throw wrong(key, item, "an array of strings");
        }
        texts.add(text);
      }
      return Optional.of(new Setting<>(List.copyOf(texts), origin(at)));
    }

    Optional<Table> table(String key) throws MalformedException {
      @Nullable Toml found = find(key).orElse(null);
      if (found == null) {
        return Optional.empty();
      }
      if (found instanceof Table table) {
        return Optional.of(table);
      }
      throw wrong(key, found, "a table");
    }

    /// The array of tables at a key; empty where there is none.
    List<Table> tables(String key) throws MalformedException {
      @Nullable Toml found = find(key).orElse(null);
      if (found == null) {
        return List.of();
      }
      List<Table> tables = new ArrayList<>();
      if (!(found instanceof Array(List<Toml> items, int _))) {
        throw wrong(key, found, "an array of tables, [[" + key + "]]");
      }
      for (Toml item : items) {
        if (!(item instanceof Table table)) {
          throw wrong(key, item, "an array of tables, [[" + key + "]]");
        }
        tables.add(table);
      }
      return tables;
    }

    Origin origin(int at) {
      return new Origin.InFile(file, at);
    }

    MalformedException wrong(String key, Toml found, String wanted) {
      String whole = name.isEmpty() ? key : name + "." + key;
      return new MalformedException(
          file + ":" + found.line() + ": " + whole + " is " + found.kind() + ", wanted " + wanted);
    }

    /// A complaint about this table as a whole.
    MalformedException complaint(String finding) {
      return new MalformedException(file + ":" + line + ": " + finding);
    }
  }

  /// Reads a file; empty where there is none.
  static Optional<Table> read(Path file) throws IOException {
    byte[] bytes;
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new MalformedException(
            file + ": larger than " + MOST_BYTES + " bytes, so it is no configuration file");
      }
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException | NotDirectoryException e) {
      return Optional.empty();
    }
    return Optional.of(TomlReader.read(file, bytes));
  }
}
