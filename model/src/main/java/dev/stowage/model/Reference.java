package dev.stowage.model;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The full name of an image: a repository with a tag, a digest, both or neither.
///
/// @see <a
///   href="https://github.com/containers/container-libs/blob/main/image/docs/containers-transports.5.md">
///   containers-transports(5), docker-reference</a>
public record Reference(Repository repository, Optional<Tag> tag, Optional<Digest> digest)
    implements Comparable<Reference> {

  /// Reads `[host/]path[:tag][@digest]`; a name without a host belongs to docker.io.
  public static Reference parse(String text) throws MalformedException {
    Parts parts = Parts.of(text);
    try {
      return new Reference(Repository.parse(parts.name()), parts.tag(), parts.digest());
    } catch (MalformedException e) {
      throw new MalformedException("parsing \"" + text + "\": " + e.getMessage(), e.position(), e);
    }
  }

  public static Reference of(Repository repository, Tag tag) {
    return new Reference(repository, Optional.of(tag), Optional.empty());
  }

  public static Reference of(Repository repository, Digest digest) {
    return new Reference(repository, Optional.empty(), Optional.of(digest));
  }

  /// This reference, with the tag `latest` where it has neither tag nor digest.
  public Reference tagged() {
    return tag.isPresent() || digest.isPresent() ? this : of(repository, Tag.LATEST);
  }

  /// This reference, without its tag where it has a digest: the digest alone decides.
  public Reference withoutRedundantTag() {
    return tag.isPresent() && digest.isPresent()
        ? new Reference(repository, Optional.empty(), digest)
        : this;
  }

  /// The name as people write it: without `docker.io/library/`.
  public String familiar() {
    return suffixed(repository.familiar());
  }

  @Override
  public int compareTo(Reference other) {
    return toString().compareTo(other.toString());
  }

  // The ones that the compiler gives to records cost a short command some milliseconds.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Reference reference
        && reference.repository.equals(repository)
        && reference.tag.equals(tag)
        && reference.digest.equals(digest);
  }

  @Override
  public int hashCode() {
    return 31 * repository.hashCode() + 7 * tag.hashCode() + digest.hashCode();
  }

  @Override
  public String toString() {
    return suffixed(repository.toString());
  }

  private String suffixed(String name) {
    return name
        + (tag.isPresent() ? ":" + tag.get() : "")
        + (digest.isPresent() ? "@" + digest.get() : "");
  }

  /// The three parts of the text of a reference, before the name is looked at.
  record Parts(String name, Optional<Tag> tag, Optional<Digest> digest) {

    static Parts of(String text) throws MalformedException {
      if (text.isEmpty()) {
        throw new MalformedException("invalid reference format: an empty name", 0, null);
      }
      String rest = text;
      Optional<Digest> digest = Optional.empty();
      int at = rest.indexOf('@');
      if (at >= 0) {
        String written = rest.substring(at + 1);
        if (!Digest.isDigest(written)) {
          throw new MalformedException(
              "parsing \"" + text + "\": invalid reference format", at + 1L, null);
        }
        digest = Optional.of(Digest.parse(written));
        rest = rest.substring(0, at);
      }
      Optional<Tag> tag = Optional.empty();
      int colon = rest.lastIndexOf(':');
      if (colon >= 0 && rest.indexOf('/', colon) < 0) {
        String written = rest.substring(colon + 1);
        if (!Tag.isTag(written)) {
          throw new MalformedException(
              "parsing \"" + text + "\": invalid reference format", colon + 1L, null);
        }
        tag = Optional.of(new Tag(written));
        rest = rest.substring(0, colon);
      }
      return new Parts(rest, tag, digest);
    }
  }
}
