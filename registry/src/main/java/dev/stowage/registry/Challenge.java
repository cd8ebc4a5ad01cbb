package dev.stowage.registry;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// One way to authenticate that a server offers.
///
/// @param scheme lower case, for example `bearer`
/// @param parameters by their lower-case names
/// @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1">RFC 9110,
///   WWW-Authenticate</a>
record Challenge(String scheme, Map<String, String> parameters) {
  static final String BASIC = "basic";
  static final String BEARER = "bearer";

  /// Servers offer one or two.
  private static final int MOST = 20;

  Challenge {
    parameters = Map.copyOf(parameters);
  }

  Optional<String> parameter(String name) {
    return Optional.ofNullable(parameters.get(name));
  }

  /// All challenges of an answer, over all its header fields. What cannot be understood ends the
  /// field it stands in, without harm to what stood before.
  static List<Challenge> of(Headers headers) {
    List<Challenge> challenges = new ArrayList<>();
    for (String field : headers.all("WWW-Authenticate")) {
      new Parser(field).addTo(challenges);
    }
    return challenges;
  }

  private static final class Parser {
    private final String text;
    private int at;

    Parser(String text) {
      this.text = text;
    }

    void addTo(List<Challenge> challenges) {
      while (challenges.size() < MOST) {
        skipBlanks(true);
        String scheme = token();
        if (scheme.isEmpty()) {
          return;
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        boolean understood = at == text.length() || blank(peek()) || peek() == ',';
        boolean more = understood;
        while (more) {
          more = parameter(parameters);
        }
        challenges.add(new Challenge(scheme.toLowerCase(Locale.ROOT), parameters));
        if (!understood) {
          return;
        }
      }
    }

    /// Reads one `name=value`; at the name of the next scheme it stays before it and says no.
    private boolean parameter(Map<String, String> parameters) {
      skipBlanks(true);
      int before = at;
      String name = token();
      if (name.isEmpty()) {
        at = text.length();
        return false;
      }
      skipBlanks(false);
      if (at == text.length() || peek() != '=') {
        at = before;
        return false;
      }
      at++;
      while (at < text.length() && peek() == '=') {
        at++;
      }
      skipBlanks(false);
      if (at < text.length() && peek() == '"') {
        parameters.put(name.toLowerCase(Locale.ROOT), quoted());
        return true;
      }
      String value = token();
      if (!value.isEmpty()) {
        parameters.put(name.toLowerCase(Locale.ROOT), value);
      }
      return true;
    }

    private String quoted() {
      StringBuilder value = new StringBuilder();
      at++;
      while (at < text.length()) {
        char c = text.charAt(at++);
        if (c == '"') {
          return value.toString();
        }
        if (c == '\\' && at < text.length()) {
          c = text.charAt(at++);
        }
        value.append(c);
      }
      return value.toString();
    }

    private String token() {
      int start = at;
      while (at < text.length() && tokenCharacter(peek())) {
        at++;
      }
      return text.substring(start, at);
    }

    private void skipBlanks(boolean commas) {
      while (at < text.length() && (blank(peek()) || commas && peek() == ',')) {
        at++;
      }
    }

    private char peek() {
      return text.charAt(at);
    }

    private static boolean blank(char c) {
      return c == ' ' || c == '\t';
    }

    private static boolean tokenCharacter(char c) {
      return c > ' ' && c < 0x7f && "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0;
    }
  }
}
