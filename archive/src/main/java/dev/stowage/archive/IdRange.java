package dev.stowage.archive;

import java.util.List;
import java.util.OptionalLong;

/// A run of user or group IDs of a container and what they are on the host.
public record IdRange(long container, long host, long size) {

  /// What an ID of the container is on the host; an empty list maps every ID to itself.
  static OptionalLong toHost(List<IdRange> ranges, long id) {
    if (ranges.isEmpty()) {
      return OptionalLong.of(id);
    }
    for (IdRange range : ranges) {
      if (id >= range.container && id - range.container < range.size) {
        return OptionalLong.of(range.host + (id - range.container));
      }
    }
    return OptionalLong.empty();
  }

  /// What an ID of the host is in the container; an empty list maps every ID to itself.
  static OptionalLong toContainer(List<IdRange> ranges, long id) {
    if (ranges.isEmpty()) {
      return OptionalLong.of(id);
    }
    for (IdRange range : ranges) {
      if (id >= range.host && id - range.host < range.size) {
        return OptionalLong.of(range.container + (id - range.host));
      }
    }
    return OptionalLong.empty();
  }
}
