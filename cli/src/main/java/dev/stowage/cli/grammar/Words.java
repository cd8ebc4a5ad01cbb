package dev.stowage.cli.grammar;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The words of a command line, understood: flags with their values, and what is left.
public final class Words {
  private final Map<String, Flag> known = new HashMap<>();
  private final Map<String, List<String>> values = new HashMap<>();
  private final List<String> arguments = new ArrayList<>();

  /// Makes flags known; of two with one name the first counts.
  void know(List<Flag> flags) {
    for (Flag flag : flags) {
      known.putIfAbsent(flag.name(), flag);
    }
  }

  void set(Flag flag, String value) {
    if (flag.kind() != Flag.Kind.LIST) {
      values.remove(flag.name());
    }
    values.computeIfAbsent(flag.name(), name -> new ArrayList<>()).add(value);
  }

  void argue(String argument) {
    arguments.add(argument);
  }

  /// What was given besides flags.
  public List<String> arguments() {
    return arguments;
  }

  /// Whether the flag stands on the command line.
  public boolean given(String flag) {
    return values.containsKey(flag);
  }

  /// Whether a switch is on.
  public boolean on(String flag) {
    return Parser.truth(text(flag)) == Parser.Truth.YES;
  }

  /// The value of a flag, given or initial.
  public String text(String flag) {
    List<String> given = values.get(flag);
    return given == null ? flag(flag).initial() : given.getLast();
  }

  /// The values of a flag that may be given several times.
  public List<String> texts(String flag) {
    List<String> given = values.get(flag);
    return given == null ? List.of() : given;
  }

  private Flag flag(String name) {
    Flag flag = known.get(name);
    if (flag == null) {
      throw new IllegalArgumentException("the command has no flag --" + name);
    }
    return flag;
  }
}
