package dev.stowage.store;

import dev.stowage.archive.Compression;

/// The numbers that `layers.json` has for compressions.
final class CompressionNumber {
  private CompressionNumber() {}

  static int of(Compression compression) {
    return switch (compression) {
      case NONE -> 0;
      case BZIP2 -> 1;
      case GZIP -> 2;
      case XZ -> 3;
      case ZSTD -> 4;
    };
  }

  /// An unknown number counts as no compression: the value only informs.
  static Compression compression(long number) {
    for (Compression compression : Compression.values()) {
      if (of(compression) == number) {
        return compression;
      }
    }
    return Compression.NONE;
  }
}
