package dev.stowage.archive;

import dev.stowage.model.Digest;
import java.util.SortedSet;

/// What unpacking a layer found out about it.
///
/// @param diffId the digest of the archive, not compressed: `diff-digest` of the store
/// @param size the length of the archive, not compressed, with all that follows its end, in bytes:
///   `diff-size` of the store
/// @param contentSize the lengths of all files in it together, in bytes
/// @param uids the users that own something in the archive, as it numbers them; whiteouts do not
///   count
/// @param gids the groups likewise
public record Unpacked(
    Digest diffId, long size, long contentSize, SortedSet<Long> uids, SortedSet<Long> gids) {}
