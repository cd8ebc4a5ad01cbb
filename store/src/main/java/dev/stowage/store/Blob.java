package dev.stowage.store;

import dev.stowage.archive.Compression;
import dev.stowage.model.Digest;

/// The blob a layer came from, as it came.
///
/// @param size in bytes
public record Blob(Digest digest, long size, Compression compression) {}
