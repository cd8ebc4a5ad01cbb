package dev.stowage.trust;

import dev.stowage.model.Bytes;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// Refuses a JSON document in which an object has a key twice, of which readers choose differently.
final class DuplicateKeys {
  private DuplicateKeys() {}

  /// Looks through a document that is known to be valid JSON.
  static void refuse(String text) throws MalformedException {
    // What is open: the keys of an object, or nothing for an array.
    Deque<Optional<Set<String>>> open = new ArrayDeque<>();
    boolean key = false;
    for (int at = 0; at < text.length(); at++) {
      switch (text.charAt(at)) {
        case '{' -> {
          open.push(Optional.of(new HashSet<>()));
          key = true;
        }
        case '[' -> {
          open.push(Optional.empty());
          key = false;
        }
        case '}', ']' -> open.pop();
        case ',' -> key = open.getFirst().isPresent();
        case '"' -> {
          int end = endOfString(text, at);
          if (key && !open.getFirst().orElseThrow().add(decoded(text.substring(at, end)))) {
            throw new MalformedException("Duplicate key " + text.substring(at, end), at, null);
          }
          key = false;
          at = end - 1;
        }
        default -> {}
      }
    }
  }

  private static int endOfString(String text, int start) {
    int at = start + 1;
    while (text.charAt(at) != '"') {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    return at + 1;
  }

  private static String decoded(String literal) throws MalformedException {
    return Json.parse(Bytes.utf8(literal)) instanceof Json.Str(String value) ? value : literal;
  }
}
