package dev.stowage.engine;

import dev.stowage.model.Family;
import dev.stowage.transfer.Location;
import java.util.List;
import java.util.Optional;

/// What an image is made into.
public sealed interface Mutation {

  /// The same with layers on top.
  ///
  /// @param tars files, compressed or not; `-` is standard input
  /// @param note whether annotations tell what it was based on
  /// @param family the words of an image that is based on nothing
  record Append(List<String> tars, BaseNote note, Family family) implements Mutation {
    public Append {
      tars = List.copyOf(tars);
    }
  }

  /// Whether annotations tell which image another one is based on.
  enum BaseNote {
    NONE,
    ANNOTATED
  }

  /// The same with layers on top, and saying something else about itself.
  ///
  /// @param tars files, compressed or not; `-` is standard input
  record Edit(List<ConfigEdit> edits, List<String> tars) implements Mutation {
    public Edit {
      edits = List.copyOf(edits);
      tars = List.copyOf(tars);
    }
  }

  /// The same with one layer, of what can be seen through all.
  record Flatten() implements Mutation {}

  /// The same with one layer in place of the uppermost ones.
  record Squash(Upper upper) implements Mutation {}

  /// Which layers are the uppermost ones.
  sealed interface Upper {
    /// As many as this.
    record Last(int count) implements Upper {}

    /// Those that another image, which the image is based on, does not have.
    record Above(Location base) implements Upper {}
  }

  /// What it has on top of one image, on top of another.
  ///
  /// @param oldBase what it is based on; empty for what its annotations tell
  /// @param newBase empty for what the image that its annotations name is now
  record Rebase(Optional<Location> oldBase, Optional<Location> newBase) implements Mutation {}
}
