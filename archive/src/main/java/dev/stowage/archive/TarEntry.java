package dev.stowage.archive;

import dev.stowage.linux.DeviceNumber;
import dev.stowage.linux.Mode;
import dev.stowage.model.Bytes;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// One entry of a tar archive, as its headers state it.
///
/// Names are text as [dev.stowage.linux.FileNames] spells it, and as they stand in the archive:
/// they may be absolute, climb with `..` or be empty.
///
/// @param flag the type flag, for messages about a kind that is not known
/// @param linkName where a link points to; empty for everything else
/// @param size how long the content is, in bytes, holes included; 0 for what has no content
/// @param modified as stated, to the nanosecond, possibly before 1970
/// @param device of a device; `0:0` otherwise
/// @param attributes the extended attributes (`SCHILY.xattr.*`), by name
/// @param sparse where the data of a sparse file lies; empty for every other file
public record TarEntry(
    EntryKind kind,
    byte flag,
    String name,
    String linkName,
    Mode mode,
    long uid,
    long gid,
    long size,
    Instant modified,
    Optional<Instant> accessed,
    DeviceNumber device,
    Map<String, Bytes> attributes,
    Optional<SparseMap> sparse) {

  public boolean isRegular() {
    return kind == EntryKind.REGULAR;
  }
}
