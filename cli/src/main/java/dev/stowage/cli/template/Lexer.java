package dev.stowage.cli.template;

import java.util.ArrayList;
import java.util.List;

/// Cuts a template into tokens.
final class Lexer {
  private final String name;
  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int depth;

  private Lexer(String name, String text) {
    this.name = name;
    this.text = text;
  }

  static List<Token> tokens(String name, String text) throws TemplateException {
    return new Lexer(name, text).run();
  }

  private List<Token> run() throws TemplateException {
    boolean trimLeft = false;
    while (true) {
      int open = text.indexOf("{{", at);
      int end = open < 0 ? text.length() : open;
      boolean trimsBefore = open >= 0 && trimMarkerAt(open + 2);
      int from = trimLeft ? skipSpace(at, end) : at;
      int to = trimsBefore ? trimmedEnd(from, end) : end;
      if (to > from) {
        add(Token.Kind.TEXT, from, to);
      }
      if (open < 0) {
        at = text.length();
        add(Token.Kind.END, at, at);
        return tokens;
      }
      int inside = open + 2 + (trimsBefore ? 2 : 0);
      if (text.startsWith("/*", inside)) {
        trimLeft = comment(inside);
      } else {
        add(Token.Kind.OPEN, open, open + 2);
        at = inside;
        trimLeft = action();
      }
    }
  }

  private boolean trimMarkerAt(int position) {
    return position + 1 < text.length()
        && text.charAt(position) == '-'
        && isSpace(text.charAt(position + 1));
  }

  private int skipSpace(int from, int end) {
    int position = from;
    while (position < end && isSpace(text.charAt(position))) {
      position++;
    }
    return position;
  }

  private int trimmedEnd(int from, int end) {
    int position = end;
    while (position > from && isSpace(text.charAt(position - 1))) {
      position--;
    }
    return position;
  }

  /// @return whether white space after it is trimmed
  private boolean comment(int from) throws TemplateException {
    int close = text.indexOf("*/", from + 2);
    if (close < 0) {
      throw wrong("unclosed comment", from);
    }
    at = close + 2;
    boolean trims =
        at + 1 < text.length() && isSpace(text.charAt(at)) && text.startsWith("-}}", at + 1);
    at += trims ? 2 : 0;
    if (!text.startsWith("}}", at)) {
      throw wrong("comment ends before closing delimiter", from);
    }
    at += 2;
    return trims;
  }

  /// @return whether white space after it is trimmed
  private boolean action() throws TemplateException {
    depth = 0;
    while (true) {
      if (at >= text.length()) {
        throw wrong("unclosed action", at);
      }
      if (text.startsWith("}}", at)) {
        checkClosed();
        add(Token.Kind.CLOSE, at, at + 2);
        at += 2;
        return false;
      }
      char c = text.charAt(at);
      if (isSpace(c)) {
        int end = skipSpace(at, text.length());
        if (text.startsWith("-}}", end)) {
          checkClosed();
          add(Token.Kind.CLOSE, end + 1, end + 3);
          at = end + 3;
          return true;
        }
        token(Token.Kind.SPACE, end);
      } else {
        inside(c);
      }
    }
  }

  private void checkClosed() throws TemplateException {
    if (depth > 0) {
      throw wrong("unclosed left paren", at);
    }
  }

  private void inside(char c) throws TemplateException {
    switch (c) {
      case '"' -> token(Token.Kind.STRING, quoted('"', "unterminated quoted string"));
      case '\'' -> token(Token.Kind.CHARACTER, quoted('\'', "unterminated character constant"));
      case '`' -> {
        int end = text.indexOf('`', at + 1);
        if (end < 0) {
          throw wrong("unterminated raw quoted string", at);
        }
        token(Token.Kind.RAW_STRING, end + 1);
      }
      case '|' -> token(Token.Kind.PIPE, at + 1);
      case ',' -> token(Token.Kind.COMMA, at + 1);
      case '=' -> token(Token.Kind.ASSIGN, at + 1);
      case '(' -> {
        depth++;
        token(Token.Kind.LEFT_PARENTHESIS, at + 1);
      }
      case ')' -> {
        depth--;
        if (depth < 0) {
          throw wrong("unexpected right paren", at);
        }
        token(Token.Kind.RIGHT_PARENTHESIS, at + 1);
      }
      case ':' -> {
        if (!text.startsWith(":=", at)) {
          throw wrong("expected :=", at);
        }
        token(Token.Kind.DECLARE, at + 2);
      }
      case '$' -> token(Token.Kind.VARIABLE, wordEnd(at + 1));
      case '.' -> {
        int next = at + 1;
        if (next < text.length() && isDigit(text.charAt(next))) {
          token(Token.Kind.NUMBER, numberEnd());
        } else {
          int end = wordEnd(next);
          token(end == next ? Token.Kind.DOT : Token.Kind.FIELD, end);
        }
      }
      default -> {
        if (isDigit(c) || c == '+' || c == '-') {
          token(Token.Kind.NUMBER, numberEnd());
        } else if (isWord(c)) {
          word();
        } else if (c > 0x20 && c < 0x7f) {
          token(Token.Kind.OTHER, at + 1);
        } else {
          throw wrong(unrecognized(c), at);
        }
      }
    }
  }

  private static String unrecognized(char c) {
    String code = Integer.toHexString(c).toUpperCase(java.util.Locale.ROOT);
    return "unrecognized character in action: U+"
        + "0".repeat(Math.max(0, 4 - code.length()))
        + code
        + " '"
        + c
        + "'";
  }

  private void word() {
    int end = wordEnd(at);
    Token.Kind kind =
        switch (text.substring(at, end)) {
          case "block",
              "break",
              "continue",
              "define",
              "else",
              "end",
              "if",
              "range",
              "template",
              "with" ->
              Token.Kind.KEYWORD;
          case "nil" -> Token.Kind.NIL;
          case "true", "false" -> Token.Kind.TRUTH;
          default -> Token.Kind.NAME;
        };
    token(kind, end);
  }

  private int quoted(char quote, String complaint) throws TemplateException {
    for (int end = at + 1; end < text.length(); end++) {
      char c = text.charAt(end);
      if (c == '\\') {
        end++;
      } else if (c == '\n') {
        break;
      } else if (c == quote) {
        return end + 1;
      }
    }
    throw wrong(complaint, at);
  }

  private int numberEnd() throws TemplateException {
    int end = at;
    if (text.charAt(end) == '+' || text.charAt(end) == '-') {
      end++;
    }
    int digits = end;
    while (end < text.length()) {
      char c = text.charAt(end);
      boolean sign =
          (c == '+' || c == '-') && (text.charAt(end - 1) == 'e' || text.charAt(end - 1) == 'E');
      if (!isWord(c) && c != '.' && !sign) {
        break;
      }
      end++;
    }
    if (end == digits) {
      throw wrong("bad number syntax: " + GoText.quote(text.substring(at, end)), at);
    }
    return end;
  }

  private int wordEnd(int from) {
    int end = from;
    while (end < text.length() && isWord(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private void token(Token.Kind kind, int end) {
    add(kind, at, end);
    at = end;
  }

  private void add(Token.Kind kind, int from, int to) {
    tokens.add(new Token(kind, text.substring(from, to), from));
  }

  private TemplateException wrong(String message, int position) {
    return new TemplateException(
        "template: " + name + ":" + Template.line(text, position) + ": " + message);
  }

  private static boolean isWord(char c) {
    return c == '_' || Character.isLetterOrDigit(c);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
  }
}
