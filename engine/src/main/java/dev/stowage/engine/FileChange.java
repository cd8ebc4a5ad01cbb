package dev.stowage.engine;

/// A path that one image has otherwise than another.
///
/// @param path absolute inside the image; bytes that are not UTF-8 stand as lone surrogates
public record FileChange(Kind kind, String path) {

  /// What is otherwise.
  public enum Kind {
    CHANGED('C'),
    ADDED('A'),
    DELETED('D');

    private final char letter;

    Kind(char letter) {
      this.letter = letter;
    }

    /// The letter that stands for it in listings.
    public char letter() {
      return letter;
    }
  }
}
