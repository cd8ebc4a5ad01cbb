package dev.stowage.transfer.place;

import dev.stowage.model.UnsupportedException;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.LocalAccess;
import dev.stowage.transfer.Location;
import java.io.Closeable;
import java.io.IOException;

/// Opens the places on this machine that images are read from.
public final class Sources {
  private Sources() {}

  /// Opens a place; whoever calls closes what is returned.
  ///
  /// @throws UnsupportedException for a registry, which [RegistryDesk] opens, and for a local
  ///   store, which needs to be opened first
  public static ImageSource open(Location location, LocalAccess access) throws IOException {
    if (location instanceof Location.InLayout layout) {
      OciImages images = OciImages.inDirectory(layout.directory(), access);
      return owned(images, () -> images.source(images.choose(layout.choice())));
    }
    if (location instanceof Location.InOciArchive archive) {
      OciImages images = OciImages.inArchive(archive.file(), access);
      return owned(images, () -> images.source(images.choose(archive.choice())));
    }
    if (location instanceof Location.InDockerArchive archive) {
      DockerImages images = DockerImages.open(archive.file(), access);
      return owned(images, () -> images.source(images.choose(archive.choice())));
    }
    if (location instanceof Location.InDirectory(var directory)) {
      return new DirectorySource(directory);
    }
    if (location instanceof Location.AtDaemon at) {
      DockerImages images = DaemonImages.read(at, access);
      return owned(images, () -> images.source(images.choose(Location.Choice.ONLY)));
    }
    if (location instanceof Location.InTarballs tarballs) {
      return TarballSource.open(tarballs, access);
    }
    throw elsewhere(location);
  }

  /// The objection to a place that somebody else opens.
  static UnsupportedException elsewhere(Location location) {
    return new UnsupportedException(
        location
            + " is opened through "
            + (location instanceof Location.AtRegistry ? "a registry desk" : "an open store"));
  }

  /// Opens a place for a copy to a local store. The documents it makes up are those that Podman
  /// would make up.
  public static ImageSource openForStore(Location location, LocalAccess access) throws IOException {
    if (location instanceof Location.InDockerArchive archive) {
      DockerImages images = DockerImages.open(archive.file(), access);
      return owned(images, () -> images.sourceForStore(images.choose(archive.choice())));
    }
    if (location instanceof Location.AtDaemon at) {
      DockerImages images = DaemonImages.read(at, access);
      return owned(images, () -> images.sourceForStore(images.choose(Location.Choice.ONLY)));
    }
    return open(location, access);
  }

  /// Finds an image.
  @FunctionalInterface
  private interface Choosing {
    ImageSource choose() throws IOException;
  }

  /// An image of a place that is closed with it, or at once where there is no such image.
  private static ImageSource owned(Closeable place, Choosing choosing) throws IOException {
    try {
      return new Closing(choosing.choose(), place);
    } catch (IOException | RuntimeException | Error e) {
      place.close();
      throw e;
    }
  }
}
