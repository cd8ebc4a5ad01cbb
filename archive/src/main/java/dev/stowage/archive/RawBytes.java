package dev.stowage.archive;

import java.io.IOException;

/// One who wants to see the bytes of an archive that are not content: headers, padding, what
/// follows the end, and the whole of sparse files, whose content cannot tell how it was stored.
@FunctionalInterface
interface RawBytes {
  RawBytes IGNORED = (bytes, offset, length) -> {};

  /// Takes the next bytes; the array belongs to the caller.
  void accept(byte[] bytes, int offset, int length) throws IOException;
}
