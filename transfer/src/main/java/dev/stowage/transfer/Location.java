package dev.stowage.transfer;

import dev.stowage.model.MalformedException;
import dev.stowage.model.Reference;
import dev.stowage.model.UnsupportedException;
import dev.stowage.model.Wanted;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A place an image can live in. As text it is `transport:details`, and the text of a location is
/// read again as the same place.
///
/// @see <a
///   href="https://github.com/containers/container-libs/blob/main/image/docs/containers-transports.5.md">
///   containers-transports(5)</a>
public sealed interface Location {

  /// The same place, its relative paths taken from a base directory.
  Location in(Path base);

  /// The name that an image from here gets in the local store, as far as that can be told without
  /// looking into the place; none where the place gives it none, as a directory does.
  Optional<Reference> localName() throws MalformedException;

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
          "ostree",
          "atomic");

  /// In a registry.
  ///
  /// @param name with a tag or a digest; with neither, an image that is to be written there under
  ///   its digest alone, whatever that will be
  record AtRegistry(Reference name) implements Location {
    /// What stands behind a name that is to be written without a tag.
    static final String UNKNOWN_DIGEST = "@@unknown-digest@@";

    @Override
    public Location in(Path base) {
      return this;
    }

    @Override
    public Optional<Reference> localName() {
      return Optional.of(name.tagged());
    }

    @Override
    public String toString() {
      boolean bare = name.tag().isEmpty() && name.digest().isEmpty();
      return "docker://" + name + (bare ? UNKNOWN_DIGEST : "");
    }
  }

  /// In a local store.
  ///
  /// @param store which one; empty for the one this machine is configured for
  /// @param name how the store calls it: a name, `name@ID` or `@ID`
  record InStore(Optional<StorePlace> store, String name) implements Location {
    /// In the store that this machine is configured for.
    public InStore(String name) {
      this(Optional.empty(), name);
    }

    @Override
    public Location in(Path base) {
      return this;
    }

    @Override
    public Optional<Reference> localName() throws MalformedException {
      return Optional.of(Reference.parse(name).tagged());
    }

    @Override
    public String toString() {
      return "containers-storage:" + (store.isPresent() ? store.get() : "") + name;
    }
  }

  /// In a directory laid out as the OCI image layout.
  ///
  /// @param choice which of its images; a name is an `org.opencontainers.image.ref.name`
  record InLayout(Path directory, Choice choice) implements Location {
    /// The only image of a layout, or the one of a name.
    public InLayout(Path directory, Optional<String> name) {
      this(directory, name.isPresent() ? new Choice.Named(name.get()) : Choice.ONLY);
    }

    @Override
    public Location in(Path base) {
      return new InLayout(base.resolve(directory), choice);
    }

    @Override
    public Optional<Reference> localName() throws MalformedException {
      return choice instanceof Choice.Named(String name)
          ? Optional.of(Reference.parse(name).tagged())
          : Optional.empty();
    }

    @Override
    public String toString() {
      return "oci:" + directory + choice;
    }
  }

  /// In a tar file of an OCI image layout.
  ///
  /// @param choice as in a layout
  record InOciArchive(Path file, Choice choice) implements Location {
    @Override
    public Location in(Path base) {
      return new InOciArchive(base.resolve(file), choice);
    }

    @Override
    public Optional<Reference> localName() {
      return Optional.empty();
    }

    @Override
    public String toString() {
      return "oci-archive:" + file + choice;
    }
  }

  /// In a tar file as `docker save` writes it.
  ///
  /// @param choice which of its images; a name is a whole reference with its tag
  record InDockerArchive(Path file, Choice choice) implements Location {
    @Override
    public Location in(Path base) {
      return new InDockerArchive(base.resolve(file), choice);
    }

    @Override
    public Optional<Reference> localName() throws MalformedException {
      return choice instanceof Choice.Named(String name)
          ? Optional.of(Reference.parse(name))
          : Optional.empty();
    }

    @Override
    public String toString() {
      return "docker-archive:" + file + choice;
    }
  }

  /// In a plain directory of `manifest.json` and blobs named by their digests.
  record InDirectory(Path directory) implements Location {
    @Override
    public Location in(Path base) {
      return new InDirectory(base.resolve(directory));
    }

    @Override
    public Optional<Reference> localName() {
      return Optional.empty();
    }

    @Override
    public String toString() {
      return "dir:" + directory;
    }
  }

  /// In the store of a running Docker daemon.
  ///
  /// @param image its ID or its full name
  record AtDaemon(Wanted image) implements Location {
    @Override
    public Location in(Path base) {
      return this;
    }

    @Override
    public Optional<Reference> localName() {
      return image instanceof Wanted.ByName name ? Optional.of(name.reference()) : Optional.empty();
    }

    @Override
    public String toString() {
      String details =
          image instanceof Wanted.ById id
              ? "sha256:" + id.id()
              : image instanceof Wanted.ByName name ? name.reference().familiar() : image.text();
      return "docker-daemon:" + details;
    }
  }

  /// In tar files, each of which is to be one layer of an image without any history.
  ///
  /// @param files the layers from the lowest; `-` is standard input
  record InTarballs(List<String> files) implements Location {
    /// What stands for standard input.
    public static final String STANDARD_INPUT = "-";

    public InTarballs {
      files = List.copyOf(files);
    }

    @Override
    public Location in(Path base) {
      List<String> resolved = new ArrayList<>();
      for (String file : files) {
        resolved.add(file.equals(STANDARD_INPUT) ? file : base.resolve(file).toString());
      }
      return new InTarballs(resolved);
    }

    @Override
    public Optional<Reference> localName() {
      return Optional.empty();
    }

    @Override
    public String toString() {
      return "tarball:" + String.join(":", files);
    }
  }

  /// Which of several images in one place is meant.
  sealed interface Choice {
    /// The only one there is; where one is written, one without a name.
    Choice ONLY = new Only();

    /// The only one there is.
    record Only() implements Choice {
      @Override
      public String toString() {
        return "";
      }
    }

    /// The one of a name.
    record Named(String name) implements Choice {
      @Override
      public String toString() {
        return ":" + name;
      }
    }

    /// The one at a position, counted from 0.
    record Numbered(int index) implements Choice {
      @Override
      public String toString() {
        return ":@" + index;
      }
    }
  }

  /// A local store, as `[driver@root+runroot:options]` says it.
  ///
  /// @param driver the storage driver; empty where none is named
  /// @param runRoot where what need not outlive a boot is kept; empty for the configured place
  /// @param options options of the driver, `key=value` each
  record StorePlace(
      Optional<String> driver, Path root, Optional<Path> runRoot, List<String> options) {
    public StorePlace {
      options = List.copyOf(options);
    }

    @Override
    public String toString() {
      return "["
          + (driver.isPresent() ? driver.get() + "@" : "")
          + root
          + (runRoot.isPresent() ? "+" + runRoot.get() : "")
          + (options.isEmpty() ? "" : ":" + String.join(",", options))
          + "]";
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

  /// Reads `transport:details`. Nothing is looked at but the text.
  ///
  /// @throws UnsupportedException for a transport that others have
  static Location parse(String text) throws MalformedException, UnsupportedException {
    return LocationText.parse(text);
  }
}
