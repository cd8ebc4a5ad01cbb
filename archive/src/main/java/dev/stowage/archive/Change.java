package dev.stowage.archive;

/// One difference that a layer makes.
///
/// @param path absolute, as seen from a container
public record Change(Kind kind, String path) {

  /// What happened to a path.
  public enum Kind {
    ADDED("A"),
    CHANGED("C"),
    DELETED("D");

    private final String letter;

    Kind(String letter) {
      this.letter = letter;
    }

    /// The letter that stands for it in listings.
    public String letter() {
      return letter;
    }
  }

  @Override
  public String toString() {
    return kind.letter + " " + path;
  }
}
