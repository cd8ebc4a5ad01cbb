package dev.stowage.transfer;

import dev.stowage.model.Document;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.ImageSignature;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/// A place an image is written to. Nothing is visible there before [#commit]; closing without a
/// commit leaves nothing behind but content that a later attempt can use.
///
/// The configuration is put first, because a place may derive from it which layers it has; then the
/// layers, by several threads at once; then the manifest; then the commit.
public interface ImageSink extends Closeable {

  /// Whether the place has this content already and takes it from there.
  Reuse reuse(Part part) throws IOException;

  /// Is told what will come, when the configuration has been put.
  ///
  /// @throws dev.stowage.model.StowageException where the place can tell already that it will
  ///   refuse this manifest, before content has moved in vain
  void expect(ImageManifest manifest) throws IOException;

  /// Takes content in. The stream verifies itself: it fails before it ends where it is not what the
  /// descriptor says. It is read to its end and not closed.
  void put(Part part, InputStream content) throws IOException;

  /// Takes the manifest in.
  ///
  /// @param toplevel the index that the manifest was chosen from, or the manifest itself
  void putManifest(Document manifest, Document toplevel, List<ImageSignature> signatures)
      throws IOException;

  /// Makes the image visible, durably and at once.
  void commit() throws IOException;

  /// The answer to the question whether content has to be moved.
  enum Reuse {
    /// The place has it.
    PRESENT,
    /// The place lacks it.
    ABSENT
  }
}
