package dev.stowage.config;

import dev.stowage.model.Bytes;
import dev.stowage.model.Credentials;
import dev.stowage.model.Digest;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Repository;
import dev.stowage.model.Tag;
import dev.stowage.model.VersionRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Which images of which registries are to be synchronized, as a YAML file lists them.
///
/// @param registries in the order of the file
/// @see <a
///   href="https://github.com/containers/skopeo/blob/main/docs/skopeo-sync.1.md">skopeo-sync(1)</a>
public record SyncList(List<Registry> registries) {

  /// The largest file that is read, in bytes; a list of 20,000 tags has about 1 MiB.
  private static final long LARGEST = 4L << 20;

  public SyncList {
    registries = List.copyOf(registries);
  }

  /// What is wanted of one registry, and how it is called.
  ///
  /// @param images none where the file names none
  /// @param credentials who is calling; as elsewhere where it is empty
  /// @param security whether the server has to prove its name; as elsewhere where it is empty
  /// @param certificates the one directory of certificates to use
  public record Registry(
      String host,
      List<Images> images,
      Optional<Credentials> credentials,
      Optional<RegistryEntry.Security> security,
      Optional<Path> certificates) {
    public Registry {
      images = List.copyOf(images);
    }
  }

  /// What is wanted of one repository.
  public record Images(Repository repository, Which which) {}

  /// Which images of a repository.
  public sealed interface Which {
    /// Those of all tags.
    record All() implements Which {}

    /// Those of some tags and digests.
    record Named(List<Tag> tags, List<Digest> digests) implements Which {
      public Named {
        tags = List.copyOf(tags);
        digests = List.copyOf(digests);
      }
    }

    /// Those of tags in which the pattern is found.
    record Matching(Pattern pattern) implements Which {}

    /// Those of tags that are versions in a range.
    record Within(VersionRange range) implements Which {}
  }

  /// Reads a file; nothing in it is passed over.
  ///
  /// @throws MalformedException with file and line
  public static SyncList read(Path file) throws IOException {
    if (Files.size(file) > LARGEST) {
      throw new MalformedException(file + ": larger than " + LARGEST + " bytes");
    }
    try {
      return parse(Bytes.owning(Files.readAllBytes(file)));
    } catch (MalformedException e) {
      throw new MalformedException(file + ": " + e.getMessage(), e.position(), e);
    }
  }

  /// Reads the text of a file.
  ///
  /// @throws MalformedException with the line
  public static SyncList parse(Bytes text) throws MalformedException {
    return SyncListText.read(text);
  }
}
