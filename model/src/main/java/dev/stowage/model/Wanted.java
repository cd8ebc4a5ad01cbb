package dev.stowage.model;

import java.util.Optional;

/// What a user calls an image: its ID, its full name, or a short name that has to be resolved.
public sealed interface Wanted {

  /// The text as it was given.
  String text();

  /// A full image ID, 64 hexadecimal digits, with or without `sha256:` before them.
  record ById(String text, ImageId id) implements Wanted {}

  /// A name that begins with a registry's host. Where it has a digest, a tag beside it does not
  /// count.
  record ByName(String text, Reference reference) implements Wanted {}

  /// A name without a host, which may also be the beginning of an image ID.
  ///
  /// @param path the path as written
  record ByShortName(String text, String path, Optional<Tag> tag, Optional<Digest> digest)
      implements Wanted {

    /// The full name of this short name at a host.
    public Reference at(String host) throws MalformedException {
      return new Reference(Repository.parse(host + "/" + path), tag, digest);
    }
  }

  /// Tells the three apart.
  static Wanted parse(String text) throws MalformedException {
    String prefix = Digest.Algorithm.SHA256.prefix() + ":";
    if (text.startsWith(prefix)) {
      return new ById(text, new ImageId(Digest.parse(text).hex()));
    }
    if (Digest.isDigest(prefix + text)) {
      return new ById(text, new ImageId(text));
    }
    Reference.Parts parts = Reference.Parts.of(text);
    Reference normalized = Reference.parse(text);
    int slash = parts.name().indexOf('/');
    if (slash >= 0 && Repository.looksLikeHost(parts.name().substring(0, slash))) {
      return new ByName(text, normalized.withoutRedundantTag());
    }
    Optional<Tag> tag = parts.digest().isPresent() ? Optional.empty() : parts.tag();
    return new ByShortName(text, parts.name(), tag, parts.digest());
  }
}
