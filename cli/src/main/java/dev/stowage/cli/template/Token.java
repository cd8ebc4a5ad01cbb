package dev.stowage.cli.template;

/// A word of a template.
///
/// @param position its offset in the template, in characters
record Token(Kind kind, String text, int position) {

  enum Kind {
    TEXT,
    OPEN,
    CLOSE,
    SPACE,
    PIPE,
    COMMA,
    OTHER,
    LEFT_PARENTHESIS,
    RIGHT_PARENTHESIS,
    DECLARE,
    ASSIGN,
    FIELD,
    VARIABLE,
    NAME,
    KEYWORD,
    DOT,
    NIL,
    TRUTH,
    NUMBER,
    CHARACTER,
    STRING,
    RAW_STRING,
    END
  }

  boolean is(Kind wanted) {
    return kind == wanted;
  }

  boolean isKeyword(String word) {
    return kind == Kind.KEYWORD && text.equals(word);
  }

  /// The token as messages call it.
  @Override
  public String toString() {
    return switch (kind) {
      case END -> "EOF";
      case KEYWORD, DOT, NIL -> "<" + text + ">";
      default ->
          text.length() > 10 ? GoText.quote(text.substring(0, 10)) + "..." : GoText.quote(text);
    };
  }
}
