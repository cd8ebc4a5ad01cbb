package dev.stowage.transfer;

import dev.stowage.model.Document;

/// What a copy moved.
///
/// @param manifest the manifest of the image, as it was written; of several images the index
/// @param toplevel what the source had: the index the image was chosen from, or its manifest
public record Copied(Document manifest, Document toplevel) {}
