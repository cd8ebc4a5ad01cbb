package dev.stowage.registry;

import java.util.Optional;

/// The text of a registry's `Warning` header: `299 - "text"`, and no other form.
///
/// @see <a
///   href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#warnings">OCI
///   distribution, warnings</a>
final class RegistryWarning {
  private static final String START = "299 - \"";

  private RegistryWarning() {}

  static Optional<String> parse(String header) {
    if (!header.startsWith(START) || header.length() <= START.length() || !header.endsWith("\"")) {
      return Optional.empty();
    }
    StringBuilder text = new StringBuilder(header.length());
    boolean escaped = false;
    for (int i = START.length(); i < header.length() - 1; i++) {
      char c = header.charAt(i);
      if (Character.isISOControl(c) && c != '\t' || c == '"' && !escaped) {
        return Optional.empty();
      }
      escaped = c == '\\' && !escaped;
      if (!escaped) {
        text.append(c);
      }
    }
    return escaped ? Optional.empty() : Optional.of(text.toString());
  }
}
