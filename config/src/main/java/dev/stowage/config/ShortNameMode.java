package dev.stowage.config;

import dev.stowage.model.MalformedException;

/// What happens when a short name could mean images of several registries.
public enum ShortNameMode {
  /// Ask on a terminal; fail elsewhere.
  ENFORCING,
  /// Ask on a terminal; try all of them elsewhere.
  PERMISSIVE,
  /// Try all of them.
  DISABLED;

  static ShortNameMode parse(Setting<String> text) throws MalformedException {
    return switch (text.value()) {
      case "enforcing" -> ENFORCING;
      case "permissive" -> PERMISSIVE;
      case "disabled" -> DISABLED;
      default ->
          throw new MalformedException(
              text.origin()
                  + ": invalid short-name mode: \""
                  + text.value()
                  + "\", wanted \"enforcing\", \"permissive\" or \"disabled\"");
    };
  }
}
