package dev.stowage.store;

import dev.stowage.linux.Disk;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/// The stream that a layer is unpacked from, which fails before the layer has filled the disk.
///
/// How large a layer becomes is known only when it has been unpacked: a few megabytes may stand for
/// terabytes. So the free space is looked at while the layer arrives. A disk that is full harms
/// whoever else writes to it, and the store itself, which needs space to remove something.
final class SpaceWatch extends FilterInputStream {
  /// What is left free, in bytes: enough to write the records of a store with thousands of images.
  static final long RESERVE = 64L << 20;

  /// How much of an archive passes between two looks, in bytes. The inodes and directories made of
  /// that much take at most ten times the space.
  private static final long STEP = 4L << 20;

  private final Disk disk;
  private final Path place;
  private long unseen;

  SpaceWatch(InputStream in, Disk disk, Path place) {
    super(in);
    this.disk = disk;
    this.place = place;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int count = super.read(bytes, offset, length);
    unseen += Math.max(0, count);
    if (unseen >= STEP) {
      unseen = 0;
      long free = disk.freeSpace(place);
      if (free < RESERVE) {
        throw new FileSystemException(
            place.toString(),
            null,
            "the layer was not unpacked to its end, because it would fill the disk: "
                + (free >> 20)
                + " MiB are free, and "
                + (RESERVE >> 20)
                + " MiB have to stay so; remove images that are not needed, or give the store more"
                + " room");
      }
    }
    return count;
  }
}
