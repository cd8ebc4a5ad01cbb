package dev.stowage.transfer;

import dev.stowage.model.Document;

/// What a copy moved.
///
/// @param manifest the manifest of the image
/// @param toplevel the index it was chosen from, or the manifest itself
public record Copied(Document manifest, Document toplevel) {}
