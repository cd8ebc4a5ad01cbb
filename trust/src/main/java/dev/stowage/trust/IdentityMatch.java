package dev.stowage.trust;

import dev.stowage.model.MalformedException;
import dev.stowage.model.Reference;
import java.util.Optional;
import java.util.regex.Pattern;

/// Which name a signature has to be for, so that it counts for an image.
///
/// @see <a
///   href="https://github.com/containers/container-libs/blob/main/image/docs/containers-policy.json.5.md">
///   containers-policy.json(5), signedIdentity</a>
public sealed interface IdentityMatch {

  /// The very name of the image, which has a tag or a digest.
  record Exact() implements IdentityMatch {
    @Override
    public boolean matches(Optional<Reference> image, Reference signed) {
      return image.isPresent() && same(image.get(), signed);
    }
  }

  /// The very name where the image is named by a tag; the same repository where it is named by a
  /// digest alone. What a policy means where it says nothing.
  record RepoDigestOrExact() implements IdentityMatch {
    @Override
    public boolean matches(Optional<Reference> image, Reference signed) {
      return image.isPresent() && repoDigestOrExact(image.get(), signed);
    }
  }

  /// The same repository, whatever the tag.
  record SameRepository() implements IdentityMatch {
    @Override
    public boolean matches(Optional<Reference> image, Reference signed) {
      return image.isPresent() && image.get().repository().equals(signed.repository());
    }
  }

  /// One name, whatever the image is called.
  record ExactReference(Reference wanted) implements IdentityMatch {
    @Override
    public boolean matches(Optional<Reference> image, Reference signed) {
      return same(wanted, signed);
    }
  }

  /// One repository, whatever the image is called.
  record ExactRepository(Reference wanted) implements IdentityMatch {
    @Override
    public boolean matches(Optional<Reference> image, Reference signed) {
      return wanted.repository().equals(signed.repository());
    }
  }

  /// As [RepoDigestOrExact], with the beginning of the image's name replaced first: for mirrors.
  record Remapped(String prefix, String signedPrefix) implements IdentityMatch {
    private static final String HOST =
        "(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
            + "(?:\\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*"
            + "|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?";
    private static final String COMPONENT = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
    private static final Pattern PREFIX =
        Pattern.compile(HOST + "(?:/" + COMPONENT + "(?:/" + COMPONENT + ")*)?");

    /// @throws MalformedException if one of them can begin no name
    static Remapped of(String prefix, String signedPrefix) throws MalformedException {
      for (String each : new String[] {prefix, signedPrefix}) {
        if (each.length() > 255 || !PREFIX.matcher(each).matches()) {
          throw new MalformedException("prefix \"" + each + "\" is not valid");
        }
      }
      return new Remapped(prefix, signedPrefix);
    }

    @Override
    public boolean matches(Optional<Reference> image, Reference signed) {
      if (image.isEmpty()) {
        return false;
      }
      Optional<Reference> renamed = renamed(image.get());
      return renamed.isPresent() && repoDigestOrExact(renamed.get(), signed);
    }

    private Optional<Reference> renamed(Reference image) {
      String name = image.repository().toString();
      if (!name.equals(prefix) && !name.startsWith(prefix + "/")) {
        return Optional.of(image);
      }
      String text = signedPrefix + image.toString().substring(prefix.length());
      try {
        Reference renamed = Reference.parse(text);
        return renamed.toString().equals(text) ? Optional.of(renamed) : Optional.empty();
      } catch (MalformedException e) {
        return Optional.empty();
      }
    }
  }

  /// Whether a signature for a name counts for an image.
  ///
  /// @param image the image's own name, where its place gives it one
  /// @param signed the name that the signature is for
  boolean matches(Optional<Reference> image, Reference signed);

  /// As [#matches(Optional, Reference)], for a name as a signature writes it.
  default boolean matches(Optional<Reference> image, String signed) {
    try {
      return matches(image, Reference.parse(signed));
    } catch (MalformedException e) {
      return false;
    }
  }

  private static boolean same(Reference image, Reference signed) {
    return !nameOnly(image) && !nameOnly(signed) && image.toString().equals(signed.toString());
  }

  private static boolean repoDigestOrExact(Reference image, Reference signed) {
    if (nameOnly(signed)) {
      return false;
    }
    if (image.tag().isPresent()) {
      return image.toString().equals(signed.toString());
    }
    // That the digest of the signature is the image's is judged with the signature.
    return image.digest().isPresent() && image.repository().equals(signed.repository());
  }

  private static boolean nameOnly(Reference name) {
    return name.tag().isEmpty() && name.digest().isEmpty();
  }
}
