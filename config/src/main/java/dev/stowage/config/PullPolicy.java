package dev.stowage.config;

import dev.stowage.model.MalformedException;
import java.util.Locale;

/// When an image that is wanted is pulled.
public enum PullPolicy {
  ALWAYS,
  /// Only where it is not in the store.
  MISSING,
  /// Where the registry has another one than the store.
  NEWER,
  NEVER;

  /// Reads the spellings that the peers take.
  public static PullPolicy parse(String text) throws MalformedException {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "always" -> ALWAYS;
      case "missing", "ifmissing", "ifnotpresent", "" -> MISSING;
      case "newer", "ifnewer" -> NEWER;
      case "never" -> NEVER;
      default ->
          throw new MalformedException(
              "unsupported pull policy \"" + text + "\": wanted always, missing, newer or never");
    };
  }
}
