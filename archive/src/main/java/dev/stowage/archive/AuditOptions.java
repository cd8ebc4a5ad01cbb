package dev.stowage.archive;

/// How a tree is held against its tar-split.
///
/// @param form how the tree says what it deletes
/// @param privilege of whoever unpacked it
/// @param extras what is thought of files that the archive does not have
public record AuditOptions(
    Depth depth, LayerForm form, Privilege privilege, Owners owners, Extras extras) {

  /// How much is read.
  public enum Depth {
    /// What the file system knows of each file, as its size, and none of their contents.
    FACTS,
    /// The contents too.
    CONTENTS
  }

  /// Whether owners count, which they do not where they were mapped or could not be set.
  public enum Owners {
    COMPARED,
    PASSED_OVER
  }

  /// What is thought of files that the archive does not have.
  public enum Extras {
    FLAWS,
    /// They may be those of the layers beneath.
    PASSED_OVER
  }
}
