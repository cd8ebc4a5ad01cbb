package dev.stowage.model;

import org.jspecify.annotations.Nullable;

/// A tag of a repository: a word character, then up to 127 word characters, dots and hyphens.
///
/// @see <a
///   href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests">OCI
///   distribution</a>
public record Tag(String value) implements Comparable<Tag> {
  public static final Tag LATEST = new Tag("latest");

  private static final int LONGEST = 128;

  public Tag {
    if (!isTag(value)) {
      throw new IllegalArgumentException("not a tag: " + value);
    }
  }

  public static Tag parse(String text) throws MalformedException {
    if (!isTag(text)) {
      throw new MalformedException("invalid tag \"" + text + "\": invalid reference format");
    }
    return new Tag(text);
  }

  /// Whether the text has the form of a tag.
  public static boolean isTag(String text) {
    if (text.isEmpty() || text.length() > LONGEST) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean word =
          c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_';
      if (!word && (i == 0 || c != '.' && c != '-')) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int compareTo(Tag other) {
    return value.compareTo(other.value);
  }

  // The ones that the compiler gives to records cost a short command some milliseconds.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Tag tag && tag.value.equals(value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return value;
  }
}
