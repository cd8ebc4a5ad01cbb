package dev.stowage.archive;

import java.io.Closeable;
import java.io.IOException;

/// The bytes of an archive in large pieces, so that each byte is copied, digested and counted once.
///
/// Every chunk but the last is full, hence no block of a tar archive is ever split between two. A
/// chunk is valid until the next is asked for.
interface Chunks extends Closeable {
  /// How long a full chunk is, in bytes: a multiple of tar's block that fits into a core's cache.
  int SIZE = 256 * 1024;

  /// Goes to the next chunk; false at the end.
  boolean next() throws IOException;

  /// Passes over what follows the current chunk, as far as that costs less than reading it.
  ///
  /// @param count a whole number of tar blocks
  /// @return how many bytes were passed over, again a whole number of blocks
  default long skip(long count) throws IOException {
    return 0;
  }

  byte[] bytes();

  int length();
}
