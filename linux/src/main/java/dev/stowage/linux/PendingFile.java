package dev.stowage.linux;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;

/// A file being written beside the place it is going to take.
///
/// Nobody sees it under its name before [#commit]; closed without a commit it vanishes.
public interface PendingFile extends Closeable {
  /// Where the content goes; closing it is not needed. It buffers nothing.
  OutputStream stream();

  /// Puts the file in its place, instead of what was there.
  void commit() throws IOException;

  /// Throws an uncommitted file away; does nothing after a commit.
  @Override
  void close() throws IOException;
}
