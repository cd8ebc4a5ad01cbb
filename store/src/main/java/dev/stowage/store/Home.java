package dev.stowage.store;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Where a record stands: which store, and which of its files.
///
/// @param root the root of the store, what `graphroot` names
public record Home(Path root, Shelf shelf) {

  /// One of the files of records.
  public enum Shelf {
    /// The file that outlives a boot.
    STABLE,
    /// The file of a directory of its own for images.
    IMAGE_STORE,
    /// The file of what need not outlive a crash.
    VOLATILE,
    /// A file of an additional store, which nothing may change.
    READ_ONLY
  }

  public boolean readOnly() {
    return shelf == Shelf.READ_ONLY;
  }

  // The ones that the compiler gives to records cost a short command some milliseconds.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Home home && home.shelf == shelf && home.root.equals(root);
  }

  @Override
  public int hashCode() {
    return root.hashCode();
  }
}
