package dev.stowage.transfer;

import dev.stowage.model.Event;
import dev.stowage.model.Reference;

/// One who is told how a transfer goes, on the thread that works: an answer that takes long delays
/// the work.
@FunctionalInterface
public interface Listener {

  /// One who does not listen.
  Listener NONE = progress -> {};

  void on(Progress progress);

  /// A step of a transfer.
  sealed interface Progress {

    /// A name is tried.
    record Trying(Reference name) implements Progress {}

    /// A blob begins to move. `Finished` or `Failed` follows.
    record Started(Part part) implements Progress {}

    /// A blob has moved this far.
    ///
    /// @param bytes how many of the blob's stored bytes have been read
    record Moved(Part part, long bytes) implements Progress {}

    /// A blob need not move.
    record Reused(Part part) implements Progress {}

    /// A blob is where it should be.
    record Finished(Part part) implements Progress {}

    /// A blob will not arrive in this attempt.
    record Failed(Part part) implements Progress {}

    /// All content is there; the image is being made visible.
    record Committing() implements Progress {}

    /// Something the user may like to know.
    record Noted(String text) implements Progress {}

    /// Something the user should know that is no failure.
    record Warned(String text) implements Progress {}

    /// Something has changed durably.
    record Changed(Event event) implements Progress {}
  }
}
