package dev.stowage.transfer;

import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.Repository;
import dev.stowage.model.UnsupportedException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.OptionalLong;

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

  /// The source that one image of an index is read from: its manifest by its digest, its parts and
  /// signatures. It is this one, unless the images come from several places. It is closed with
  /// this.
  default ImageSource instance(Digest instance) throws IOException {
    return this;
  }

  /// The content of a blob as it is stored, usually compressed. Whether it is what its descriptor
  /// says is for the reader to verify.
  InputStream blob(Descriptor blob) throws IOException;

  /// The signatures of a manifest; empty where the place keeps none.
  List<ImageSignature> signatures(Digest manifest) throws IOException;

  /// How long a blob is, where the place can tell without reading it. Old manifests do not.
  default OptionalLong sizeOf(Digest blob) throws IOException {
    return OptionalLong.empty();
  }

  /// In which forms the place can hand out a layer.
  default Offer offer(Part layer) throws IOException {
    return Offer.EXACT;
  }

  /// The plain tar of a layer whose [#offer] is not [Offer#EXACT].
  default InputStream plain(Part layer) throws IOException {
    throw new UnsupportedException("the place hands " + layer + " out as it is");
  }

  /// The same layer in other compressions, as far as such are known. Whoever goes to may have one
  /// of them already.
  default List<Descriptor> variants(Part layer) throws IOException {
    return List.of();
  }

  /// Repositories of registries in which a blob is known to lie.
  default List<Repository> origins(Descriptor blob) throws IOException {
    return List.of();
  }

  /// In which forms a layer can be had.
  enum Offer {
    /// As its descriptor says, through [#blob].
    EXACT,
    /// Only as its plain tar, through [#plain].
    PLAIN,
    /// As its plain tar, and as its descriptor says by compressing it once more.
    RECREATED,
    /// As its plain tar, and as its descriptor says by fetching it from where it came from.
    FETCHED_AGAIN
  }
}
