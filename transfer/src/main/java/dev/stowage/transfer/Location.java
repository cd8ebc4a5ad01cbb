package dev.stowage.transfer;

import dev.stowage.model.MalformedException;
import dev.stowage.model.Reference;
import dev.stowage.model.UnsupportedException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A place an image can live in.
///
/// @see <a
///   href="https://github.com/containers/container-libs/blob/main/image/docs/containers-transports.5.md">
///   containers-transports(5)</a>
public sealed interface Location {

  /// The names of transports that Podman knows. A text that begins with one and a colon is a
  /// location, not a name.
  List<String> TRANSPORTS =
      List.of(
          "docker",
          "containers-storage",
          "oci",
          "dir",
          "oci-archive",
          "docker-archive",
          "docker-daemon",
          "tarball",
          "sif",
          "ostree");

  /// In a registry.
  ///
  /// @param name with a tag or a digest
  record AtRegistry(Reference name) implements Location {
    @Override
    public String toString() {
      return "docker://" + name;
    }
  }

  /// In the local store.
  ///
  /// @param name how the store calls it
  record InStore(String name) implements Location {
    @Override
    public String toString() {
      return "containers-storage:" + name;
    }
  }

  /// In a directory laid out as the OCI image layout.
  ///
  /// @param name the `org.opencontainers.image.ref.name` of the image, where one is chosen
  record InLayout(Path directory, Optional<String> name) implements Location {
    @Override
    public String toString() {
      return "oci:" + directory + (name.isPresent() ? ":" + name.get() : "");
    }
  }

  /// In a plain directory of `manifest.json` and blobs named by their digests.
  record InDirectory(Path directory) implements Location {
    @Override
    public String toString() {
      return "dir:" + directory;
    }
  }

  /// The transport that a text begins with, if it does.
  static Optional<String> transportOf(String text) {
    int colon = text.indexOf(':');
    if (colon > 0) {
      String word = text.substring(0, colon);
      if (TRANSPORTS.contains(word)) {
        return Optional.of(word);
      }
    }
    return Optional.empty();
  }

  /// Reads `transport:rest`.
  static Location parse(String text) throws MalformedException, UnsupportedException {
    String transport =
        transportOf(text)
            .orElseThrow(
                () ->
                    new MalformedException(
                        "invalid image name \""
                            + text
                            + "\": wanted transport:reference, for example docker://…"));
    String rest = text.substring(transport.length() + 1);
    return switch (transport) {
      case "docker" -> registry(text, rest);
      case "containers-storage" -> new InStore(rest);
      case "oci" -> layout(text, rest);
      case "dir" -> new InDirectory(path(text, rest));
      default ->
          throw new UnsupportedException(
              "the transport " + transport + ": is not supported (" + text + ")");
    };
  }

  private static Location registry(String text, String rest) throws MalformedException {
    if (!rest.startsWith("//")) {
      throw new MalformedException(
          "invalid image name \"" + text + "\": docker: must be followed by //");
    }
    Reference name = Reference.parse(rest.substring(2)).tagged();
    if (name.tag().isPresent() && name.digest().isPresent()) {
      throw new MalformedException(
          "invalid image name \""
              + text
              + "\": a tag and a digest at once are not supported by docker:");
    }
    return new AtRegistry(name);
  }

  private static Location layout(String text, String rest) throws MalformedException {
    int colon = rest.indexOf(':');
    Optional<String> name = colon < 0 ? Optional.empty() : Optional.of(rest.substring(colon + 1));
    return new InLayout(
        path(text, colon < 0 ? rest : rest.substring(0, colon)), name.filter(n -> !n.isEmpty()));
  }

  private static Path path(String text, String written) throws MalformedException {
    if (written.isEmpty() || written.indexOf('\0') >= 0) {
      throw new MalformedException("invalid image name \"" + text + "\": it names no directory");
    }
    return Path.of(written);
  }

  /// The name that an image from here gets in the local store; none where the place gives it none,
  /// as a directory does.
  default Optional<Reference> localName() throws MalformedException {
    return switch (this) {
      case AtRegistry(Reference name) -> Optional.of(name);
      case InStore(String name) -> Optional.of(Reference.parse(name).tagged());
      case InLayout(Path ignored, Optional<String> name) ->
          name.isPresent() ? Optional.of(Reference.parse(name.get()).tagged()) : Optional.empty();
      case InDirectory ignored -> Optional.empty();
    };
  }
}
