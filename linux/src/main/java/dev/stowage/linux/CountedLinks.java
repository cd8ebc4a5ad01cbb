package dev.stowage.linux;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The files with several names that have been counted, so that each is counted once. Any number of
/// threads may share it.
public final class CountedLinks {
  private final Set<Known> known = ConcurrentHashMap.newKeySet();

  private record Known(long device, long inode) {}

  /// Whether the file had not been counted yet; now it has.
  boolean count(long device, long inode) {
    return known.add(new Known(device, inode));
  }
}
