package dev.stowage.transfer.place;

import dev.stowage.archive.CompressingInputStream;
import dev.stowage.archive.Compression;
import dev.stowage.model.Bytes;
import dev.stowage.model.CorruptException;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageConfig;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.Json;
import dev.stowage.model.LayerCompression;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Manifest;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Reference;
import dev.stowage.model.Repository;
import dev.stowage.store.ImageRecord;
import dev.stowage.store.Layer;
import dev.stowage.store.Snapshot;
import dev.stowage.store.Store;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.Part;
import dev.stowage.transfer.PlainSizes;
import dev.stowage.transfer.form.LayerType;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/// An image in the local store, or a list of images there.
///
/// The store keeps layers unpacked. What a layer's plain tar was is known exactly; what its
/// compressed form was can be had again where [LayerForms] knows how: by compressing it once more,
/// if this program compressed it, or by fetching it from where it came from.
public final class StoreSource implements ImageSource {
  private static final String MANIFEST = "manifest";

  private final Store store;
  private final Snapshot now;
  private final ImageRecord image;
  private final LayerForms forms;
  private final Originals originals;
  private final Map<Digest, ImageRecord> holders = new ConcurrentHashMap<>();
  private final Map<Digest, Original> chosen = new ConcurrentHashMap<>();

  /// How the original form of a layer is had.
  private sealed interface Original {
    record Made(Part layer, String recipe) implements Original {}

    record Fetched(Repository place) implements Original {}

    record Unpacked(Part layer) implements Original {}
  }

  /// An image as a snapshot has it. Closing the source closes nothing.
  ///
  /// @param now a snapshot of the store
  /// @param originals the way to layers where they came from
  public StoreSource(
      Store store, Snapshot now, ImageRecord image, LayerForms forms, Originals originals) {
    this.store = store;
    this.now = now;
    this.image = image;
    this.forms = forms;
    this.originals = originals;
  }

  @Override
  public Document manifest() throws IOException {
    Document manifest = document(store.imageData(image, MANIFEST));
    holders.put(manifest.digest(), image);
    return manifest;
  }

  private static Document document(Bytes bytes) throws MalformedException {
    return new Document(Manifest.guessType(bytes), bytes);
  }

  @Override
  public Document manifest(Digest instance) throws IOException {
    List<ImageRecord> candidates = new ArrayList<>();
    candidates.add(image);
    candidates.addAll(now.imagesByDigest(instance));
    for (ImageRecord candidate : candidates) {
      for (String item : List.of("manifest-" + instance, MANIFEST)) {
        if (candidate.dataNames().contains(item)) {
          Document found = document(store.imageData(candidate, item));
          if (found.digest().equals(instance)) {
            holders.put(instance, candidate);
            return found;
          }
        }
      }
    }
    throw new NotFoundException(
        NotFoundException.Kind.MANIFEST,
        instance.toString(),
        "the local store lacks the image " + instance + ", which " + image + " lists");
  }

  @Override
  public InputStream blob(Descriptor blob) throws IOException {
    Optional<Original> original = Optional.ofNullable(chosen.get(blob.digest()));
    if (original.isPresent()) {
      return blob(blob, original.get());
    }
    for (ImageRecord holder : List.of(image, image(blob.digest()))) {
      if (holder.dataNames().contains(blob.digest().toString())) {
        return store.imageData(holder, blob.digest().toString()).stream();
      }
    }
    Optional<Part> layer = layer(blob.digest());
    if (layer.isPresent() && offer(layer.get()) != Offer.PLAIN) {
      return blob(blob);
    }
    throw lacks(blob);
  }

  private InputStream blob(Descriptor blob, Original original) throws IOException {
    if (original instanceof Original.Fetched(Repository place)) {
      return originals.open(place, blob);
    }
    if (original instanceof Original.Made(Part layer, String recipe)) {
      InputStream plain = plain(layer);
      Optional<CompressingInputStream> again = CompressingInputStream.again(plain, recipe);
      if (again.isEmpty()) {
        plain.close();
        throw lacks(blob);
      }
      return again.get();
    }
    return plain(((Original.Unpacked) original).layer());
  }

  /// The image that has a data item of this digest.
  private ImageRecord image(Digest item) {
    for (ImageRecord holder : holders.values()) {
      if (holder.dataNames().contains(item.toString())) {
        return holder;
      }
    }
    return image;
  }

  private NotFoundException lacks(Descriptor blob) {
    return new NotFoundException(
        NotFoundException.Kind.BLOB,
        blob.digest().toString(),
        "the local store keeps layers unpacked and lacks the blob " + blob.digest());
  }

  /// The layer that a manifest of the image describes by this digest.
  private Optional<Part> layer(Digest blob) throws IOException {
    if (!(Manifest.parse(manifest()) instanceof ImageManifest manifest) || !manifest.isImage()) {
      return Optional.empty();
    }
    List<Digest> diffIds =
        ImageConfig.parse(store.imageData(image, manifest.config().digest().toString())).diffIds();
    for (int i = 0; i < manifest.layers().size() && i < diffIds.size(); i++) {
      if (manifest.layers().get(i).digest().equals(blob)) {
        return Optional.of(Part.layer(manifest.layers().get(i), i).withDiffId(diffIds.get(i)));
      }
    }
    return Optional.empty();
  }

  @Override
  public Offer offer(Part layer) throws IOException {
    Descriptor form = layer.descriptor();
    if (layer.diffId().isEmpty()) {
      return Offer.EXACT; // it is not a layer of an image, and has to be a data item
    }
    if (form.digest().equals(layer.diffId().get())) {
      // The peers describe the layers of an image that was built here so; one that was pulled so
      // shall stay so.
      chosen.put(form.digest(), new Original.Unpacked(layer));
      return forms.placesOf(form.digest()).isEmpty() ? Offer.PLAIN : Offer.EXACT;
    }
    Optional<String> recipe = forms.recipeOf(form.digest());
    if (recipe.isPresent() && CompressingInputStream.knows(recipe.get())) {
      chosen.put(form.digest(), new Original.Made(layer, recipe.get()));
      return Offer.RECREATED;
    }
    for (Repository place : origins(form)) {
      if (originals.has(place, form)) {
        chosen.put(form.digest(), new Original.Fetched(place));
        return Offer.FETCHED_AGAIN;
      }
    }
    return Offer.PLAIN;
  }

  @Override
  public InputStream plain(Part layer) throws IOException {
    return store.diff(unpacked(layer).id());
  }

  /// How long plain tars of layers in the store are.
  public PlainSizes sizes() {
    return diffId -> {
      for (Layer layer : now.layersByUncompressedDigest(diffId)) {
        if (layer.uncompressedSize().isPresent()) {
          return layer.uncompressedSize();
        }
      }
      return OptionalLong.empty();
    };
  }

  private Layer unpacked(Part layer) throws IOException {
    Optional<Digest> diffId = layer.diffId();
    if (diffId.isPresent()) {
      List<Layer> same = now.layersByUncompressedDigest(diffId.get());
      if (!same.isEmpty()) {
        return same.getFirst();
      }
    }
    if (image.topLayer().isPresent()) {
      // A layer that was pulled in parts is not known by its diff ID.
      List<Layer> chain = now.chain(image.topLayer().get());
      if (layer.position() < chain.size()) {
        return chain.get(layer.position());
      }
    }
    throw new CorruptException(
        store.options().graphRoot(),
        "the store lacks layer " + layer.position() + " (" + layer.descriptor().digest() + ")");
  }

  @Override
  public List<Descriptor> variants(Part layer) throws IOException {
    if (layer.diffId().isEmpty()) {
      return List.of();
    }
    List<Descriptor> variants = new ArrayList<>();
    for (LayerForm form : forms.of(layer.diffId().get())) {
      add(variants, form.form());
    }
    Optional<LayerType> type = LayerType.of(layer.descriptor().type());
    for (Layer same : now.layersByUncompressedDigest(layer.diffId().get())) {
      Optional<Digest> digest = same.compressedDigest();
      Optional<LayerCompression> compression = compression(same.compression());
      if (type.isPresent()
          && digest.isPresent()
          && compression.isPresent()
          && type.get().compressed(compression.get()).expressible()) {
        add(
            variants,
            new Descriptor(
                type.get().compressed(compression.get()).mediaType(),
                digest.get(),
                same.compressedSize().orElse(0)));
      }
    }
    return variants;
  }

  private static void add(List<Descriptor> variants, Descriptor one) {
    for (Descriptor known : variants) {
      if (known.digest().equals(one.digest())) {
        return;
      }
    }
    if (one.size() > 0) {
      variants.add(one);
    }
  }

  private static Optional<LayerCompression> compression(Compression compression) {
    return switch (compression) {
      case GZIP -> Optional.of(LayerCompression.GZIP);
      case ZSTD -> Optional.of(LayerCompression.ZSTD);
      case NONE, XZ, BZIP2 -> Optional.empty();
    };
  }

  /// Where the blob is known to lie, and then the repositories that the image has its names from,
  /// where it may well lie.
  @Override
  public List<Repository> origins(Descriptor blob) {
    List<Repository> places = new ArrayList<>(forms.placesOf(blob.digest()));
    for (String name : image.names()) {
      try {
        Repository repository = Reference.parse(name).repository();
        if (!repository.host().equals("localhost") && !places.contains(repository)) {
          places.add(repository);
        }
      } catch (MalformedException e) {
        // It is no name of a repository.
      }
    }
    return places;
  }

  @Override
  public List<ImageSignature> signatures(Digest manifest) throws IOException {
    ImageRecord holder = holders.getOrDefault(manifest, image);
    Json.Obj metadata =
        holder.metadata().isEmpty()
            ? Json.object().build()
            : Json.parseObject(Bytes.utf8(holder.metadata()));
    Json.Obj byManifest = metadata.object("signatures-sizes").orElse(Json.object().build());
    String item = "signature-" + manifest.hex();
    List<Json> sizes = byManifest.array(manifest.toString());
    if (sizes.isEmpty()) {
      sizes = metadata.array("signature-sizes");
      item = "signatures";
    }
    if (sizes.isEmpty() || !holder.dataNames().contains(item)) {
      return List.of();
    }
    byte[] all = store.imageData(holder, item).toArray();
    List<ImageSignature> signatures = new ArrayList<>();
    int at = 0;
    for (Json size : sizes) {
      int length = size instanceof Json.Num(String text) ? length(text) : -1;
      if (length < 0 || length > all.length - at) {
        throw new CorruptException(
            store.options().graphRoot(), "the signatures of " + holder + " are cut off");
      }
      byte[] one = new byte[length];
      System.arraycopy(all, at, one, 0, length);
      signatures.add(ImageSignature.parse(Bytes.owning(one)));
      at += length;
    }
    return signatures;
  }

  private static int length(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  @Override
  public void close() {}
}
