package dev.stowage.transfer.place;

import dev.stowage.model.UnsupportedException;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.Location;
import java.io.IOException;

/// Opens the places on this machine that images are read from.
public final class Sources {
  private Sources() {}

  /// Opens a place; whoever calls closes what is returned.
  ///
  /// @throws UnsupportedException for a registry, which [RegistryDesk] opens
  public static ImageSource open(Location location) throws IOException {
    return switch (location) {
      case Location.AtRegistry at ->
          throw new UnsupportedException(at + " is opened through a registry desk");
      case Location.InLayout layout -> new LayoutSource(layout);
      case Location.InDirectory(var directory) -> new DirectorySource(directory);
      case Location.InStore at ->
          throw new UnsupportedException(
              "copying out of the local store (" + at + ") is not supported yet");
      case Location.InOciArchive at -> throw notYet(at);
      case Location.InDockerArchive at -> throw notYet(at);
      case Location.AtDaemon at -> throw notYet(at);
      case Location.InTarballs at -> throw notYet(at);
    };
  }

  private static UnsupportedException notYet(Location place) {
    return new UnsupportedException("reading " + place + " is not supported yet");
  }
}
