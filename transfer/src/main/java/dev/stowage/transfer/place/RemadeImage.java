package dev.stowage.transfer.place;

import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.Family;
import dev.stowage.model.ImageIndex;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Manifest;
import dev.stowage.model.MediaType;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Repository;
import dev.stowage.model.UnsupportedException;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.Part;
import dev.stowage.transfer.form.IndexText;
import dev.stowage.transfer.form.ManifestText;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/// An image, or an index of images, with documents of its own over layers of other places. The
/// layers stay where they are until somebody asks for them; the places stay open and are whoever's
/// opened them.
public final class RemadeImage implements ImageSource {
  private final Document toplevel;
  private final Map<Digest, Document> manifests = new HashMap<>();
  private final Map<Digest, Bytes> configs = new HashMap<>();
  private final Map<Digest, Layer> layers = new HashMap<>();

  /// A layer where it is.
  ///
  /// @param part what it is there
  /// @param packing whether it may be compressed where it is not
  public record Layer(ImageSource source, Part part, Packing packing) {
    /// A layer that stays as it is.
    public Layer(ImageSource source, Part part) {
      this(source, part, Packing.KEPT);
    }
  }

  /// Whether a layer that comes uncompressed may be compressed.
  public enum Packing {
    KEPT,
    /// As the destination likes it: nobody knows the layer yet.
    OPEN
  }

  /// One image.
  ///
  /// @param layers lowest first
  public record One(Document manifest, Bytes config, List<Layer> layers) {
    public One {
      layers = List.copyOf(layers);
    }

    /// An image made of another, which it keeps what is not named here of.
    ///
    /// @param layers lowest first
    /// @throws UnsupportedException where the family of the manifest has no word for a layer
    public static One of(
        ImageManifest before, Bytes config, List<Layer> layers, Map<String, String> annotations)
        throws MalformedException, UnsupportedException {
      List<Descriptor> descriptors = new ArrayList<>(layers.size());
      for (Layer layer : layers) {
        descriptors.add(layer.part().descriptor());
      }
      Descriptor described =
          new Descriptor(before.config().type(), Digest.of(config), config.length());
      return new One(
          ManifestText.remade(before, described, descriptors, annotations), config, layers);
    }
  }

  /// What begins a chain of images: a manifest without layers.
  public static ImageManifest nothing(Family family) throws MalformedException {
    Descriptor config =
        new Descriptor(
            family == Family.OCI ? MediaType.OCI_CONFIG : MediaType.DOCKER_CONFIG,
            Digest.of(Bytes.utf8("")),
            0);
    try {
      return (ImageManifest) Manifest.parse(ManifestText.of(family, config, List.of()));
    } catch (UnsupportedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// An index whose images were made anew.
  ///
  /// @param now what has become of them, by the digests that they had
  /// @param gone the places, from 0, of entries that go
  public static RemadeImage of(ImageIndex index, Map<Digest, One> now, Set<Integer> gone)
      throws MalformedException {
    Map<Digest, IndexText.Instance> instances = new HashMap<>();
    now.forEach(
        (before, image) ->
            instances.put(before, new IndexText.Instance(image.manifest(), Map.of())));
    Document document =
        IndexText.rewrite(index, Family.of(index.document().type()), instances, gone, List.of());
    return new RemadeImage(document, List.copyOf(now.values()));
  }

  /// An image.
  public static RemadeImage of(One image) {
    return new RemadeImage(image.manifest(), List.of(image));
  }

  /// @param toplevel the manifest of the only image, or the index of all
  public RemadeImage(Document toplevel, List<One> images) {
    this.toplevel = toplevel;
    for (One image : images) {
      manifests.put(image.manifest().digest(), image.manifest());
      configs.put(Digest.of(image.config()), image.config());
      for (Layer layer : image.layers()) {
        layers.put(layer.part().descriptor().digest(), layer);
      }
    }
  }

  @Override
  public Document manifest() {
    return toplevel;
  }

  @Override
  public Document manifest(Digest instance) throws IOException {
    Document manifest = manifests.get(instance);
    if (manifest == null) {
      throw missing(instance);
    }
    return manifest;
  }

  private static NotFoundException missing(Digest digest) {
    return new NotFoundException(
        NotFoundException.Kind.BLOB,
        digest.toString(),
        "no blob with digest \"" + digest + "\" found");
  }

  private Layer layer(Digest digest) throws IOException {
    Layer layer = layers.get(digest);
    if (layer == null) {
      throw missing(digest);
    }
    return layer;
  }

  @Override
  public InputStream blob(Descriptor blob) throws IOException {
    Bytes config = configs.get(blob.digest());
    if (config != null) {
      return config.stream();
    }
    Layer layer = layer(blob.digest());
    return layer.source().blob(layer.part().descriptor());
  }

  @Override
  public List<ImageSignature> signatures(Digest manifest) {
    return List.of(); // they would not fit what has been changed
  }

  @Override
  public OptionalLong sizeOf(Digest blob) throws IOException {
    return layers.containsKey(blob) ? layer(blob).source().sizeOf(blob) : OptionalLong.empty();
  }

  @Override
  public Offer offer(Part part) throws IOException {
    Layer layer = layer(part.descriptor().digest());
    return isOpen(layer) ? Offer.PLAIN : layer.source().offer(layer.part());
  }

  @Override
  public InputStream plain(Part part) throws IOException {
    Layer layer = layer(part.descriptor().digest());
    return isOpen(layer)
        ? layer.source().blob(layer.part().descriptor())
        : layer.source().plain(layer.part());
  }

  private static boolean isOpen(Layer layer) {
    return layer.packing() == Packing.OPEN
        && layer.part().descriptor().type().equals(MediaType.OCI_LAYER);
  }

  @Override
  public List<Descriptor> variants(Part part) throws IOException {
    Layer layer = layer(part.descriptor().digest());
    return layer.source().variants(layer.part());
  }

  @Override
  public List<Repository> origins(Descriptor blob) throws IOException {
    Layer layer = layers.get(blob.digest());
    return layer == null ? List.of() : layer.source().origins(layer.part().descriptor());
  }

  @Override
  public void close() {}
}
