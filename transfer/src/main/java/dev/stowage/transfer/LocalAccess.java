package dev.stowage.transfer;

import dev.stowage.model.Platform;
import java.nio.file.Path;
import java.util.Optional;

/// How the places on this machine are read and written.
///
/// @param temporary the directory for what has to lie on a disk for a while: archives that come as
///   a stream or compressed, and layers whose size is not known until they are written
/// @param machine the platform of images that cannot tell their own
/// @param sharedBlobs the directory that several layouts keep their blobs in, in place of their own
///   `blobs`
/// @param daemon how the Docker daemon is reached
public record LocalAccess(
    Path temporary, Platform machine, Optional<Path> sharedBlobs, DaemonAccess daemon) {

  /// With nothing said beyond what has to be.
  public static LocalAccess of(Path temporary, Platform machine) {
    return new LocalAccess(temporary, machine, Optional.empty(), DaemonAccess.DEFAULT);
  }

  public LocalAccess withSharedBlobs(Path directory) {
    return new LocalAccess(temporary, machine, Optional.of(directory), daemon);
  }

  public LocalAccess withDaemon(DaemonAccess access) {
    return new LocalAccess(temporary, machine, sharedBlobs, access);
  }
}
