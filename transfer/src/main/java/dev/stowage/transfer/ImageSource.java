package dev.stowage.transfer;

import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageSignature;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/// A place an image is read from. It is opened by [Location]'s reader, may be used by several
/// threads at once, and is closed by whoever opened it; streams taken from it are closed before it.
public interface ImageSource extends Closeable {

  /// The manifest or index that the location names.
  ///
  /// @throws dev.stowage.model.NotFoundException where there is none
  Document manifest() throws IOException;

  /// One manifest of an index.
  ///
  /// @return bytes whose digest is the one asked for
  Document manifest(Digest instance) throws IOException;

  /// The content of a blob as it is stored, usually compressed. Whether it is what its descriptor
  /// says is for the reader to verify.
  InputStream blob(Descriptor blob) throws IOException;

  /// The signatures of a manifest; empty where the place keeps none.
  List<ImageSignature> signatures(Digest manifest) throws IOException;
}
