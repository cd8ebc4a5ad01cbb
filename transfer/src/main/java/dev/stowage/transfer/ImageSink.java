package dev.stowage.transfer;

import dev.stowage.model.Descriptor;
import dev.stowage.model.Document;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.ImageSignature;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/// A place an image is written to. Nothing is visible there before [#commit]; closing without a
/// commit leaves nothing behind but content that a later attempt can use.
///
/// The configuration is put first, because a place may derive from it which layers it has; then the
/// layers, by several threads at once; then the manifest. Of several images in one index this
/// happens one image after the other, and the index follows. Then the commit. The [Copier] decides
/// what is moved and in which form; the place moves bytes.
public interface ImageSink extends Closeable {

  /// What the place can hold.
  Accepts accepts();

  /// Takes content from where the place has it already, in the form described.
  ///
  /// @return how it came to be there; empty where it has to be moved
  Optional<Reused> reuse(Part part) throws IOException;

  /// Is told what will come, when the configuration has been put. Digests and sizes of layers may
  /// yet change on the way; their number and their order do not.
  ///
  /// @throws dev.stowage.model.StowageException where the place can tell already that it will
  ///   refuse this manifest, before content has moved in vain
  void expect(ImageManifest manifest) throws IOException;

  /// Takes content in that is as its descriptor says. The stream verifies itself: it fails before
  /// it ends where it is not. It is read to its end and not closed.
  void put(Part part, InputStream content) throws IOException;

  /// Takes content in whose digest and size are known only when all of it has been written, because
  /// it is compressed or encrypted on the way. The stream is read to its end and not closed.
  ///
  /// @param part what is made into it: the media type of the descriptor is that of the content, its
  ///   digest and size are of what it was made from
  /// @return the descriptor with the digest and size that the content was found to have
  Descriptor putNew(Part part, InputStream content) throws IOException;

  /// Takes the manifest of one image in, whose parts have all been put or were there.
  ///
  /// @throws dev.stowage.model.UnsupportedException where the place refuses this form of a
  ///   manifest; the same image may then be put in another
  void putManifest(Document manifest, Standing standing, List<ImageSignature> signatures)
      throws IOException;

  /// Takes the index in that lists the images that have been put as [Standing#LISTED].
  ///
  /// @throws dev.stowage.model.UnsupportedException where the place holds none
  void putIndex(Document index, List<ImageSignature> signatures) throws IOException;

  /// Makes the image visible, durably and at once.
  ///
  /// @throws dev.stowage.model.UnsupportedException where the place refuses this form of a
  ///   manifest; the same image may then be put in another and be committed
  void commit() throws IOException;
}
