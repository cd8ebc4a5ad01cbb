package dev.stowage.engine;

import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageConfig;
import dev.stowage.model.ImageId;
import dev.stowage.model.ImageIndex;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.Manifest;
import dev.stowage.model.MediaType;
import dev.stowage.model.MismatchException;
import dev.stowage.model.UnsupportedException;
import dev.stowage.store.ImageRecord;
import dev.stowage.store.Snapshot;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One snapshot of the store together with what has been read of its images so far. Manifests and
/// configurations are read when they are first asked for, and once.
final class View {
  /// The name of the data item that is an image's main manifest.
  static final String MAIN_MANIFEST = ImageRecord.MANIFEST_PREFIX;

  private final Snapshot snapshot;
  private final ImageData data;
  private final Map<ImageId, Document> manifests = new HashMap<>();
  private final Map<ImageId, Optional<ImageConfig>> lineages = new HashMap<>();
  private @Nullable Kinship kinship;

  View(Snapshot snapshot, ImageData data) {
    this.snapshot = snapshot;
    this.data = data;
  }

  Snapshot snapshot() {
    return snapshot;
  }

  /// How the images descend from each other; made once.
  synchronized Kinship kinship() {
    Kinship made = kinship;
    if (made == null) {
      made = new Kinship(this);
      kinship = made;
    }
    return made;
  }

  /// The main manifest.
  synchronized Document manifest(ImageRecord image) throws IOException {
    Document known = manifests.get(image.id());
    if (known == null) {
      known = document(image, MAIN_MANIFEST);
      manifests.put(image.id(), known);
    }
    return known;
  }

  /// The manifest of this digest that is kept for the image, where there is one.
  Optional<Document> manifest(ImageRecord image, Digest digest) throws IOException {
    String name = MAIN_MANIFEST + "-" + digest;
    return image.dataNames().contains(name) ? Optional.of(document(image, name)) : Optional.empty();
  }

  private Document document(ImageRecord image, String name) throws IOException {
    Bytes bytes = data.read(image, name);
    return new Document(Manifest.guessType(bytes), bytes);
  }

  /// Whether the image is a list of manifests. One whose manifest cannot be read is none, so that
  /// it can still be removed.
  boolean isList(ImageRecord image) {
    try {
      return standsForList(image);
    } catch (IOException e) {
      return false;
    }
  }

  /// Whether the image is a list of manifests. Of one with layers that does not note down where its
  /// instances are, the manifest need not be read: it never was made a list.
  ///
  /// @throws IOException if its manifest has to be read, and cannot be
  boolean standsForList(ImageRecord image) throws IOException {
    return (image.topLayer().isEmpty() || image.dataNames().contains(ListRecord.INSTANCES))
        && manifest(image).type().isIndex();
  }

  /// The list that the image is; nothing where it is none, or cannot be read.
  Optional<ImageIndex> list(ImageRecord image) {
    try {
      return standsForList(image) && Manifest.parse(manifest(image)) instanceof ImageIndex list
          ? Optional.of(list)
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// The configuration, checked against its digest.
  ///
  /// @throws UnsupportedException if the image has none: a list of manifests, or no image at all
  ImageConfig config(ImageRecord image) throws IOException {
    Descriptor config = configOf(image);
    String name = config.digest().toString();
    Bytes bytes = data.read(image, name);
    if (!Digest.of(bytes).equals(config.digest())
        && config.digest().algorithm() == Digest.Algorithm.SHA256) {
      throw new MismatchException(
          "the configuration of image " + image.id(), name, Digest.of(bytes).toString());
    }
    return ImageConfig.parse(bytes);
  }

  private Descriptor configOf(ImageRecord image) throws IOException {
    Document document = manifest(image);
    if (!(Manifest.parse(document) instanceof ImageManifest manifest)) {
      throw new UnsupportedException(
          "image " + image.id() + " is a list of manifests, which has no configuration");
    }
    MediaType type = manifest.config().type();
    if (document.type().equals(MediaType.OCI_MANIFEST) && !type.equals(MediaType.OCI_CONFIG)) {
      throw new UnsupportedException(
          "image " + image.id() + " is no image but an artifact: its configuration is a " + type);
    }
    return manifest.config();
  }

  /// The configuration as far as descent is concerned; nothing where the image has none or it
  /// cannot be read. Most images are called by the digest of their configuration, which saves
  /// reading the manifest.
  synchronized Optional<ImageConfig> lineage(ImageRecord image) {
    Optional<ImageConfig> known = lineages.get(image.id());
    if (known == null) {
      known = readLineage(image);
      lineages.put(image.id(), known);
    }
    return known;
  }

  private Optional<ImageConfig> readLineage(ImageRecord image) {
    List<String> names = image.dataNames();
    String usual = Digest.Algorithm.SHA256.prefix() + ":" + image.id();
    try {
      String name = names.contains(usual) ? usual : configOf(image).digest().toString();
      return Optional.of(ImageConfig.parse(data.read(image, name)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
