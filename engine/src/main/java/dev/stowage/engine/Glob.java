package dev.stowage.engine;

/// Shell patterns as Go's `path.Match` understands them: `*` and `?` stop at slashes, `[a-z]` and
/// `[^a-z]` stand for one character, `\` takes the next character literally. A pattern that is no
/// pattern matches nothing.
///
/// @see <a href="https://pkg.go.dev/path#Match">path.Match</a>
final class Glob {
  private static final int BROKEN = -2;
  private static final int NO = -1;

  private Glob() {}

  static boolean matches(String pattern, String text) {
    int p = 0;
    int t = 0;
    int retryPattern = -1;
    int retryText = -1;
    while (p < pattern.length() || t < text.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        retryPattern = p;
        retryText = t;
        p++;
        continue;
      }
      int next = p < pattern.length() && t < text.length() ? one(pattern, p, text.charAt(t)) : NO;
      if (next == BROKEN) {
        return false;
      }
      if (next != NO) {
        p = next;
        t++;
      } else if (retryPattern >= 0 && retryText < text.length() && text.charAt(retryText) != '/') {
        retryText++;
        t = retryText;
        p = retryPattern + 1;
      } else {
        return false;
      }
    }
    return true;
  }

  /// The place in the pattern after the item that the character matches, or why there is none.
  private static int one(String pattern, int at, char c) {
    char item = pattern.charAt(at);
    if (item == '?') {
      return c == '/' ? NO : at + 1;
    }
    if (item == '[') {
      return range(pattern, at + 1, c);
    }
    if (item == '\\') {
      if (at + 1 == pattern.length()) {
        return BROKEN;
      }
      return pattern.charAt(at + 1) == c ? at + 2 : NO;
    }
    return item == c ? at + 1 : NO;
  }

  private static int range(String pattern, int start, char c) {
    int at = start;
    boolean negated = at < pattern.length() && pattern.charAt(at) == '^';
    if (negated) {
      at++;
    }
    boolean found = false;
    int first = at;
    while (true) {
      if (at >= pattern.length()) {
        return BROKEN;
      }
      if (pattern.charAt(at) == ']' && at > first) {
        break;
      }
      at = literal(pattern, at);
      if (at < 0) {
        return BROKEN;
      }
      char low = pattern.charAt(at);
      char high = low;
      at++;
      if (at < pattern.length() && pattern.charAt(at) == '-') {
        at = literal(pattern, at + 1);
        if (at < 0) {
          return BROKEN;
        }
        high = pattern.charAt(at);
        at++;
      }
      found |= low <= c && c <= high;
    }
    return found != negated ? at + 1 : NO;
  }

  /// Where the character of a range stands, behind a backslash if there is one; negative if there
  /// is none.
  private static int literal(String pattern, int at) {
    if (at >= pattern.length() || pattern.charAt(at) == '-' || pattern.charAt(at) == ']') {
      return -1;
    }
    int place = pattern.charAt(at) == '\\' ? at + 1 : at;
    return place < pattern.length() ? place : -1;
  }
}
