package dev.stowage.engine;

import dev.stowage.config.SyncList;
import dev.stowage.model.Reference;
import java.nio.file.Path;

/// What is to be synchronized.
// Whoever makes a list of their own is one of this project's modules; others need not.
@SuppressWarnings("exports")
public sealed interface SyncSource {

  /// A repository of a registry with all of its tags, or, where the name has a tag or a digest,
  /// that one image.
  record AtRegistry(Reference name) implements SyncSource {}

  /// All images in a tree of `dir:` directories.
  record InDirectories(Path top) implements SyncSource {}

  /// What a list says.
  record Listed(SyncList list) implements SyncSource {}
}
