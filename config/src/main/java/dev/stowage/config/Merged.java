package dev.stowage.config;

import dev.stowage.model.MalformedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One table out of several files, of which later ones override earlier ones key by key.
record Merged(List<Toml.Table> tables) {

  /// The tables of that name, wherever they are.
  Merged table(String name) throws MalformedException {
    List<Toml.Table> found = new ArrayList<>();
    for (Toml.Table table : tables) {
      Optional<Toml.Table> inner = table.table(name);
      if (inner.isPresent()) {
        found.add(inner.get());
      }
    }
    return new Merged(found);
  }

  /// The last text of that name; an empty one counts as none, and hides earlier ones.
  Optional<Setting<String>> text(String key) throws MalformedException {
    Optional<Setting<String>> last = Optional.empty();
    for (Toml.Table table : tables) {
      Optional<Setting<String>> text = table.text(key);
      if (text.isPresent()) {
        last = text;
      }
    }
    return last.isPresent() && last.get().value().isEmpty() ? Optional.empty() : last;
  }

  Optional<Setting<Boolean>> truth(String key) throws MalformedException {
    Optional<Setting<Boolean>> last = Optional.empty();
    for (Toml.Table table : tables) {
      Optional<Setting<Boolean>> truth = table.truth(key);
      if (truth.isPresent()) {
        last = truth;
      }
    }
    return last;
  }

  Optional<Setting<Long>> whole(String key) throws MalformedException {
    Optional<Setting<Long>> last = Optional.empty();
    for (Toml.Table table : tables) {
      Optional<Setting<Long>> number = table.whole(key);
      if (number.isPresent()) {
        last = number;
      }
    }
    return last;
  }

  /// The items of the arrays of that name. An array replaces what earlier files said, unless it
  /// holds `{append=true}`; that then holds for all files after it, until one says otherwise.
  List<Setting<String>> list(String key) throws MalformedException {
    List<Setting<String>> items = new ArrayList<>();
    boolean append = false;
    for (Toml.Table table : tables) {
      Optional<Toml> found = table.find(key);
      if (found.isEmpty()) {
        continue;
      }
      if (!(found.get() instanceof Toml.Array(List<Toml> values, int _))) {
        throw table.wrong(key, found.get(), "an array of strings");
      }
      List<Setting<String>> own = new ArrayList<>();
      for (Toml value : values) {
        if (value instanceof Toml.Text(String text, int line)) {
          own.add(new Setting<>(text, table.origin(line)));
        } else if (value instanceof Toml.Table attributes) {
          append = attribute(attributes, append);
        } else {
          throw table.wrong(key, value, "an array of strings");
        }
      }
      if (!append) {
        items.clear();
      }
      items.addAll(own);
    }
    return items;
  }

  private static boolean attribute(Toml.Table attributes, boolean before)
      throws MalformedException {
    for (String name : attributes.entries().keySet()) {
      if (!name.equals("append")) {
        throw attributes.complaint(
            "unsupported key \"" + name + "\" in an array's attributes: only append is known");
      }
    }
    Optional<Setting<Boolean>> append = attributes.truth("append");
    return append.isPresent() ? append.get().value() : before;
  }

  /// The texts of the tables themselves, by their keys.
  Map<String, Setting<String>> texts() throws MalformedException {
    Map<String, Setting<String>> texts = new LinkedHashMap<>();
    for (Toml.Table table : tables) {
      for (String key : table.entries().keySet()) {
        Optional<Setting<String>> text = table.text(key);
        if (text.isPresent()) {
          texts.put(key, text.get());
        }
      }
    }
    return texts;
  }
}
