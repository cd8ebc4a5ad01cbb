package dev.stowage.transfer.place;

import dev.stowage.model.MalformedException;
import dev.stowage.model.Reference;
import dev.stowage.store.StoreOptions;
import dev.stowage.transfer.Location;
import dev.stowage.trust.ImageIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// What images at a location are to a policy.
public final class Identities {
  private Identities() {}

  /// What the image at a location is.
  ///
  /// @param store the one that is meant where a location names none
  public static ImageIdentity of(Location location, StoreOptions store) throws IOException {
    String shown = location.toString();
    if (location instanceof Location.AtRegistry at) {
      return ImageIdentity.inRegistry(at.name());
    }
    if (location instanceof Location.InStore at) {
      return inStore(at, store);
    }
    if (location instanceof Location.InLayout at) {
      return ImageIdentity.atPath("oci", explicit(at.directory()), shown);
    }
    if (location instanceof Location.InOciArchive at) {
      return ImageIdentity.atPath("oci-archive", explicit(at.file()), shown);
    }
    if (location instanceof Location.InDirectory at) {
      return ImageIdentity.atPath("dir", explicit(at.directory()), shown);
    }
    if (location instanceof Location.InDockerArchive at) {
      return ImageIdentity.unscoped("docker-archive", name(at.choice()), shown);
    }
    if (location instanceof Location.AtDaemon at) {
      return ImageIdentity.inDaemon(at.localName(), shown);
    }
    return ImageIdentity.unscoped("tarball", Optional.empty(), shown);
  }

  private static ImageIdentity inStore(Location.InStore at, StoreOptions store) {
    Path root = store.graphRoot();
    String driver = store.driver().text();
    if (at.store().isPresent()) {
      root = at.store().get().root();
      driver = at.store().get().driver().orElse(driver);
    }
    int mark = at.name().lastIndexOf('@');
    String last = at.name().substring(mark + 1);
    boolean hasId = mark >= 0 && last.indexOf(':') < 0;
    String named = hasId ? at.name().substring(0, mark) : at.name();
    return ImageIdentity.inStore(
        driver, root, name(named), hasId ? Optional.of(last) : Optional.empty(), at.toString());
  }

  private static Optional<Reference> name(String text) {
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(Reference.parse(text).tagged());
    } catch (MalformedException e) {
      return Optional.empty(); // no name, so no scope of a name
    }
  }

  private static Optional<Reference> name(Location.Choice choice) {
    return choice instanceof Location.Choice.Named named ? name(named.name()) : Optional.empty();
  }

  /// The path without symbolic links. The last name may be missing; what stands before it may not.
  private static Path explicit(Path path) throws IOException {
    if (Files.exists(path)) {
      return path.toRealPath();
    }
    Path absolute = path.toAbsolutePath().normalize();
    Path parent = absolute.getParent();
    Path name = absolute.getFileName();
    return parent == null || name == null || !Files.exists(parent)
        ? absolute
        : parent.toRealPath().resolve(name.toString());
  }
}
