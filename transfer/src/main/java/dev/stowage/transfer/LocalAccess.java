package dev.stowage.transfer;

import java.nio.file.Path;
import java.util.Optional;

/// How the places on this machine are read and written.
///
/// @param temporary the directory for what has to lie on a disk for a while: archives that come as
///   a stream or compressed, and layers whose size is not known until they are written
/// @param sharedBlobs the directory that several layouts keep their blobs in, in place of their own
///   `blobs`
/// @param daemon where the Docker daemon listens, `unix:///path` or `tcp://host:port`; its usual
///   socket where it is empty
public record LocalAccess(Path temporary, Optional<Path> sharedBlobs, Optional<String> daemon) {

  /// With nothing said but where temporary files go.
  public static LocalAccess of(Path temporary) {
    return new LocalAccess(temporary, Optional.empty(), Optional.empty());
  }

  public LocalAccess withSharedBlobs(Path directory) {
    return new LocalAccess(temporary, Optional.of(directory), daemon);
  }

  public LocalAccess withDaemon(String host) {
    return new LocalAccess(temporary, sharedBlobs, Optional.of(host));
  }
}
