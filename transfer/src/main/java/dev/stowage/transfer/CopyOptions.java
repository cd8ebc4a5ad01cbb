package dev.stowage.transfer;

import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.Family;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.LayerCompression;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Platform;
import dev.stowage.model.PlatformChoice;
import dev.stowage.transfer.seal.DecryptionKey;
import dev.stowage.transfer.seal.EncryptionKey;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// How an image is copied.
///
/// @param instances what is taken of an index
/// @param form what the copy is to look like
/// @param digests whether the copy may have other digests than its source
/// @param signing what becomes of signatures
/// @param sealing which layers are encrypted and decrypted
/// @param atOnce how many blobs move side by side
public record CopyOptions(
    Instances instances, Form form, Digests digests, Signing signing, Sealing sealing, int atOnce) {

  /// What the field's tools do where nothing is said.
  public static final int USUAL_AT_ONCE = 6;

  public CopyOptions {
    if (atOnce < 1) {
      throw new IllegalArgumentException("at least one blob at once: " + atOnce);
    }
  }

  /// Takes the image for a platform, as it is.
  public static CopyOptions of(PlatformChoice platforms) {
    return of(new Instances.One(platforms));
  }

  /// Takes these instances, as they are.
  public static CopyOptions of(Instances instances) {
    return new CopyOptions(
        instances, Form.AS_IT_IS, Digests.MAY_CHANGE, Signing.KEEP, Sealing.NONE, USUAL_AT_ONCE);
  }

  public CopyOptions withInstances(Instances wanted) {
    return new CopyOptions(wanted, form, digests, signing, sealing, atOnce);
  }

  public CopyOptions withForm(Form wanted) {
    return new CopyOptions(instances, wanted, digests, signing, sealing, atOnce);
  }

  public CopyOptions withDigests(Digests wanted) {
    return new CopyOptions(instances, form, wanted, signing, sealing, atOnce);
  }

  public CopyOptions withSigning(Signing wanted) {
    return new CopyOptions(instances, form, digests, wanted, sealing, atOnce);
  }

  public CopyOptions withSealing(Sealing wanted) {
    return new CopyOptions(instances, form, digests, signing, wanted, atOnce);
  }

  public CopyOptions withAtOnce(int blobs) {
    return new CopyOptions(instances, form, digests, signing, sealing, blobs);
  }

  /// What is taken of an index. Of a source that is one image, that image is taken.
  public sealed interface Instances {
    /// All images and the index as it is.
    Instances ALL = new All();

    /// The index as it is and no image: they are in the place already.
    Instances INDEX_ONLY = new IndexOnly();

    /// The image that fits a platform best; the copy is no index.
    record One(PlatformChoice platforms) implements Instances {}

    /// The images with these digests or for these platforms.
    record Chosen(List<Digest> digests, List<Platform> platforms, Rest rest) implements Instances {
      public Chosen {
        digests = List.copyOf(digests);
        platforms = List.copyOf(platforms);
      }
    }

    record All() implements Instances {}

    record IndexOnly() implements Instances {}

    /// What becomes of the entries of images that are not copied.
    enum Rest {
      /// They stay, so that the index keeps its digest.
      STAYS_LISTED,
      /// They go, so that the index lists what is there.
      GOES
    }
  }

  /// What the copy is to look like.
  ///
  /// @param manifest the family of its documents, where one is asked for
  /// @param packing how its layers are compressed
  /// @param besides compressions in which an index is to list an image for every platform, too;
  ///   images that it lacks are added to it
  public record Form(Optional<Family> manifest, Packing packing, List<LayerCompression> besides) {
    /// As it is, as far as the place allows.
    public static final Form AS_IT_IS = new Form(Optional.empty(), Packing.KEPT, List.of());

    public Form {
      besides = List.copyOf(besides);
    }

    public Form withManifest(Family wanted) {
      return new Form(Optional.of(wanted), packing, besides);
    }

    public Form withPacking(Packing wanted) {
      return new Form(manifest, wanted, besides);
    }

    public Form withBesides(List<LayerCompression> wanted) {
      return new Form(manifest, packing, wanted);
    }
  }

  /// How layers are compressed.
  public sealed interface Packing {
    /// As they are; those the place does not hold so, in its own usual way.
    Packing KEPT = new Kept(OptionalInt.empty());

    /// The format's own number for what is compressed; its usual one where it is empty.
    OptionalInt level();

    /// As they are; those the place does not hold so, in its own usual way.
    ///
    /// @param level the format's own number for those that have to be compressed; its usual one
    ///   where it is empty
    record Kept(OptionalInt level) implements Packing {}

    /// All that are moved, so.
    ///
    /// @param compression gzip, zstd or none
    /// @param level the format's own number; its usual one where it is empty
    record As(LayerCompression compression, OptionalInt level, Others others) implements Packing {}

    /// What becomes of layers that the place has already in another compression.
    enum Others {
      /// They are reused as they are.
      REUSED,
      /// They are moved anew.
      REPLACED
    }
  }

  /// Whether the copy may have other digests than its source.
  public enum Digests {
    MAY_CHANGE,
    /// No: the copy fails where something would have to change.
    PRESERVED
  }

  /// What becomes of signatures.
  ///
  /// @param present those that the source has
  /// @param signers who signs the copy, in turn
  public record Signing(Present present, List<Signer> signers) {
    public static final Signing KEEP = new Signing(Present.KEPT, List.of());
    public static final Signing REMOVE = new Signing(Present.REMOVED, List.of());

    public Signing {
      signers = List.copyOf(signers);
    }

    public Signing with(List<Signer> wanted) {
      return new Signing(present, wanted);
    }

    /// What becomes of the signatures that the source has.
    public enum Present {
      /// They go along; a copy that would invalidate them fails.
      KEPT,
      REMOVED
    }
  }

  /// One who signs manifests.
  @FunctionalInterface
  public interface Signer {
    /// A signature of the document as it is written at the destination.
    ImageSignature sign(Document manifest) throws IOException;
  }

  /// Which layers are encrypted and decrypted.
  ///
  /// @param encryptTo for whom layers are encrypted; nobody where it is empty
  /// @param layers the layers to encrypt, counted from the lowest, 0, or, below zero, from the
  ///   topmost, -1; all where it is empty
  /// @param decryptWith what encrypted layers are decrypted with; they stay encrypted where it is
  ///   empty
  public record Sealing(
      List<EncryptionKey> encryptTo, List<Integer> layers, List<DecryptionKey> decryptWith) {
    public static final Sealing NONE = new Sealing(List.of(), List.of(), List.of());

    public Sealing {
      encryptTo = List.copyOf(encryptTo);
      layers = List.copyOf(layers);
      decryptWith = List.copyOf(decryptWith);
    }

    /// The positions of the layers to encrypt.
    ///
    /// @param count how many layers there are
    Set<Integer> layersOf(int count) throws MalformedException {
      Set<Integer> chosen = new HashSet<>();
      for (int layer : layers) {
        int position = layer < 0 ? layer + count : layer;
        if (position < 0 || position >= count) {
          throw new MalformedException(
              "when choosing layers to encrypt, layer index "
                  + layer
                  + " out of range ("
                  + count
                  + " layers exist)");
        }
        chosen.add(position);
      }
      if (layers.isEmpty()) {
        for (int i = 0; i < count; i++) {
          chosen.add(i);
        }
      }
      return chosen;
    }
  }
}
