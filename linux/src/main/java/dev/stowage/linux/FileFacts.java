package dev.stowage.linux;

import java.time.Instant;

/// What the file system knows about one file at one moment; links are not followed.
///
/// @param size in bytes; of a symbolic link, the length of its target
/// @param modified the time of the last change of the content, in nanoseconds, possibly before 1970
/// @param changed the time of the last change of content or attributes, set by the kernel alone
/// @param device the file system the file lies on; with `inode` it identifies the file
/// @param links how many names the file has
/// @param node the device that a device node stands for, else `0:0`
public record FileFacts(
    FileKind kind,
    Mode mode,
    Owner owner,
    long size,
    Instant modified,
    Instant changed,
    DeviceNumber device,
    long inode,
    long links,
    DeviceNumber node) {

  public boolean isDirectory() {
    return kind == FileKind.DIRECTORY;
  }

  public boolean isRegular() {
    return kind == FileKind.REGULAR;
  }

  /// Whether the other facts are about the same file, under whatever name.
  public boolean sameFile(FileFacts other) {
    return inode == other.inode && device.equals(other.device);
  }
}
