package dev.stowage.engine;

import dev.stowage.model.Digest;
import dev.stowage.transfer.Location;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// What came of a synchronization.
///
/// @param sources how many repositories, or trees of directories, there were
/// @param images in the order they were found in; those that were given up are missing
/// @param unread why repositories could not be looked into, one for each
public record Synced(int sources, List<Item> images, List<IOException> unread) {

  public Synced {
    images = List.copyOf(images);
    unread = List.copyOf(unread);
  }

  /// What came of one image.
  ///
  /// @param number its place among all, from 1
  /// @param of how many there are
  /// @param moved how many bytes of layers were moved
  /// @param digest of what the destination has now
  /// @param failure why it has not
  public record Item(
      int number,
      int of,
      Location from,
      Location to,
      Fate fate,
      long moved,
      Optional<Digest> digest,
      Optional<IOException> failure) {}

  /// What became of an image.
  public enum Fate {
    COPIED,
    /// It was there.
    UNCHANGED,
    /// It would have been copied.
    TO_COPY,
    FAILED
  }

  /// How many images had a fate.
  public int count(Fate fate) {
    int count = 0;
    for (Item image : images) {
      count += image.fate() == fate ? 1 : 0;
    }
    return count;
  }

  /// Whether anything went wrong.
  public boolean failed() {
    return !unread.isEmpty() || count(Fate.FAILED) > 0;
  }

  /// One who is told how a synchronization goes, one call at a time.
  public interface Watcher {
    /// An image has met its fate.
    void on(Item image);

    /// A repository could not be looked into.
    void unread(IOException failure);
  }
}
