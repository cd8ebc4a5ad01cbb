package dev.stowage.engine;

import dev.stowage.model.MalformedException;

/// One condition on the images that are listed or removed.
///
/// @param sense whether images have to meet the condition or must not
/// @see <a
///   href="https://github.com/containers/podman/blob/main/docs/source/markdown/podman-images.1.md.in">
///   podman-images(1), filters</a>
public record Filter(Key key, String value, Sense sense) {

  /// What a condition is about.
  public enum Key {
    AFTER("after"),
    BEFORE("before"),
    CONTAINERS("containers"),
    DANGLING("dangling"),
    DIGEST("digest"),
    ID("id"),
    INTERMEDIATE("intermediate"),
    LABEL("label"),
    MANIFEST("manifest"),
    READ_ONLY("readonly"),
    REFERENCE("reference"),
    SINCE("since"),
    UNTIL("until");

    private final String word;

    Key(String word) {
      this.word = word;
    }

    /// The word for it on a command line.
    public String word() {
      return word;
    }
  }

  /// Which way a condition counts.
  public enum Sense {
    WANTED,
    UNWANTED
  }

  public static Filter of(Key key, String value) {
    return new Filter(key, value, Sense.WANTED);
  }

  /// Reads `key=value` or `key!=value`.
  public static Filter parse(String text) throws MalformedException {
    int at = text.indexOf("!=");
    Sense sense = at >= 0 ? Sense.UNWANTED : Sense.WANTED;
    int length = 2;
    if (at < 0) {
      at = text.indexOf('=');
      length = 1;
    }
    if (at < 0) {
      throw invalid(text);
    }
    String word = text.substring(0, at);
    for (Key key : Key.values()) {
      if (key.word.equals(word)) {
        return new Filter(key, text.substring(at + length), sense);
      }
    }
    throw invalid(word);
  }

  private static MalformedException invalid(String text) {
    return new MalformedException(
        "invalid image filter \""
            + text
            + "\": must be in the format \"filter=value or filter!=value\"");
  }

  @Override
  public String toString() {
    return key.word + (sense == Sense.WANTED ? "=" : "!=") + value;
  }
}
