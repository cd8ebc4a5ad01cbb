package dev.stowage.transfer.place;

import dev.stowage.archive.Compression;
import dev.stowage.archive.DigestingInputStream;
import dev.stowage.archive.PlainTar;
import dev.stowage.archive.Stages;
import dev.stowage.model.Bytes;
import dev.stowage.model.CorruptException;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageConfig;
import dev.stowage.model.ImageId;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.Json;
import dev.stowage.model.LayerCompression;
import dev.stowage.model.LayerId;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Manifest;
import dev.stowage.model.MediaType;
import dev.stowage.model.MismatchException;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Reference;
import dev.stowage.model.UnsupportedException;
import dev.stowage.store.Blob;
import dev.stowage.store.Edit;
import dev.stowage.store.ImageRecord;
import dev.stowage.store.Layer;
import dev.stowage.store.LayerChain;
import dev.stowage.store.NewImage;
import dev.stowage.store.Scope;
import dev.stowage.store.Snapshot;
import dev.stowage.store.StagedLayer;
import dev.stowage.store.Store;
import dev.stowage.transfer.Accepts;
import dev.stowage.transfer.ImageSink;
import dev.stowage.transfer.Part;
import dev.stowage.transfer.Reused;
import dev.stowage.transfer.Standing;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// An image on its way into the local store. Layers are unpacked into staging while they arrive,
/// each checked against the diff ID that the configuration promises; the commit makes layers, image
/// and names visible in one write.
public final class StoreSink implements ImageSink {
  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

  private final Store store;
  private final Optional<Reference> name;
  private final Map<Integer, Staged> staged = new LinkedHashMap<>();
  private Optional<Config> config = Optional.empty();
  private final Set<Integer> absent = ConcurrentHashMap.newKeySet();
  private Optional<Accepted> accepted = Optional.empty();

  private record Config(Bytes bytes, Digest digest, ImageConfig parsed, List<LayerId> layers) {}

  /// @param blob what the contents are known to be unpacked from; not what a manifest says of a
  ///   layer that was here
  private record Staged(StagedLayer contents, Optional<Blob> blob) {}

  private record Accepted(
      ImageManifest manifest, Document toplevel, List<ImageSignature> signatures) {}

  /// Layers are kept unpacked, so that it is all one how they come.
  @Override
  public Accepts accepts() {
    return new Accepts(
        "containers-storage:" + (name.isPresent() ? name.get() : "@"),
        List.of(MediaType.OCI_MANIFEST, MediaType.DOCKER_MANIFEST),
        Accepts.ALL_COMPRESSIONS,
        LayerCompression.NONE,
        Accepts.Foreign.MOVED,
        Accepts.Signatures.HELD);
  }

  /// A sink for one image.
  ///
  /// @param name the name the image gets; whatever image has it loses it
  public StoreSink(Store store, Optional<Reference> name) {
    this.store = store;
    this.name = name;
  }

  /// The ID of the image, once the configuration has been put.
  public ImageId imageId() {
    return new ImageId(config().digest().hex());
  }

  @Override
  public Optional<Reused> reuse(Part part) throws IOException {
    if (encrypted(part)) {
      return Optional.empty(); // who has no key for it shall not get it from here either
    }
    LayerId id = layerId(part);
    Digest diffId = config().parsed().diffIds().get(part.position());
    if (store.read(now -> now.layer(id).isPresent())) {
      return Optional.of(Reused.PRESENT);
    }
    Optional<StagedLayer> kept = store.kept(diffId);
    if (kept.isPresent()) {
      remember(part, kept.get(), Optional.empty());
      return Optional.of(Reused.PRESENT);
    }
    if (sameContents(part, diffId)) {
      return Optional.of(Reused.PRESENT);
    }
    absent.add(part.position());
    return Optional.empty();
  }

  /// Takes the layer from one of the same contents that stands elsewhere in the store, if there is
  /// one.
  private boolean sameContents(Part part, Digest diffId) throws IOException {
    List<Layer> same = store.read(now -> now.layersByUncompressedDigest(diffId));
    for (Layer layer : same) {
      try (InputStream tar = store.diff(layer.id())) {
        accept(part, PlainTar.of(tar), blobOf(layer));
        return true;
      } catch (CorruptException
          | MismatchException
          | NotFoundException
          | NoSuchFileException damaged) {
        // Then it is fetched. It may also have been removed by somebody meanwhile.
      }
    }
    return false;
  }

  /// What a layer was unpacked from, where that is recorded. It holds for every layer of the same
  /// contents.
  private static Optional<Blob> blobOf(Layer layer) {
    return layer.compressedDigest().isPresent() && layer.compressedSize().isPresent()
        ? Optional.of(
            new Blob(
                layer.compressedDigest().get(),
                layer.compressedSize().getAsLong(),
                layer.compression()))
        : Optional.empty();
  }

  private static boolean encrypted(Part part) {
    return part.descriptor().type().value().endsWith("+encrypted");
  }

  @Override
  public void put(Part part, InputStream content) throws IOException {
    if (encrypted(part)) {
      throw new UnsupportedException(
          "layer "
              + part.descriptor().digest()
              + " is encrypted, and the local store keeps layers unpacked: give a key to decrypt"
              + " it");
    }
    switch (part.role()) {
      case CONFIG -> putConfig(part.descriptor(), content);
      case LAYER -> {
        Compression.Decompressed opened = Compression.open(new LeftOpen(content));
        Blob blob =
            new Blob(part.descriptor().digest(), part.descriptor().size(), opened.compression());
        // What is put is held to its descriptor while it is read: not compressed, to its diff ID.
        PlainTar tar =
            opened.compression() == Compression.NONE
                ? PlainTar.heldTo(part.descriptor().digest(), opened.content())
                : PlainTar.of(opened.content());
        accept(part, tar, Optional.of(blob));
        content.skip(Long.MAX_VALUE); // to its end, where the blob's own digest is judged
      }
    }
  }

  @Override
  public Descriptor putNew(Part part, InputStream content) throws IOException {
    DigestingInputStream digested = new DigestingInputStream(content, Digest.Algorithm.SHA256);
    Compression.Decompressed opened = Compression.open(new LeftOpen(digested));
    StagedLayer contents = unpack(part, PlainTar.of(opened.content()));
    digested.skip(Long.MAX_VALUE);
    Descriptor found =
        new Descriptor(part.descriptor().type(), digested.digest(), digested.count());
    Blob blob = new Blob(found.digest(), found.size(), opened.compression());
    remember(part, contents, Optional.of(blob));
    return found;
  }

  private void putConfig(Descriptor descriptor, InputStream content) throws IOException {
    Bytes bytes =
        BoundedRead.stream(content, ImageConfig.LARGEST, "configuration " + descriptor.digest());
    ImageConfig parsed = ImageConfig.parse(bytes);
    List<LayerId> layers = new ArrayList<>();
    Optional<LayerId> parent = Optional.empty();
    for (Digest diffId : parsed.diffIds()) {
      LayerId id = LayerChain.next(parent, diffId);
      layers.add(id);
      parent = Optional.of(id);
    }
    config = Optional.of(new Config(bytes, descriptor.digest(), parsed, layers));
  }

  private void accept(Part part, PlainTar tar, Optional<Blob> blob) throws IOException {
    remember(part, unpack(part, tar), blob);
  }

  private StagedLayer unpack(Part part, PlainTar tar) throws IOException {
    StagedLayer contents = store.stage(tar, this::stages);
    Digest promised = config().parsed().diffIds().get(part.position());
    if (!contents.digest().equals(promised)) {
      contents.discard();
      throw new MismatchException(
          "the contents of layer " + part.descriptor().digest(),
          promised.toString(),
          contents.digest().toString());
    }
    absent.remove(part.position());
    return contents;
  }

  /// While fewer layers are left than there are processors, each is worked on by two.
  private Stages stages() {
    return absent.size() < PROCESSORS ? Stages.TWO : Stages.ONE;
  }

  private synchronized void remember(Part part, StagedLayer contents, Optional<Blob> blob) {
    staged.put(part.position(), new Staged(contents, blob));
  }

  private LayerId layerId(Part part) throws MalformedException {
    List<LayerId> layers = config().layers();
    if (part.position() >= layers.size()) {
      throw new MalformedException(
          "the manifest has more layers than the configuration has diff IDs ("
              + layers.size()
              + ")");
    }
    return layers.get(part.position());
  }

  @Override
  public void expect(ImageManifest manifest) throws IOException {
    if (manifest.layers().size() != config().layers().size()) {
      throw new MalformedException(
          "the manifest has "
              + manifest.layers().size()
              + " layers, the configuration "
              + config().layers().size()
              + " diff IDs");
    }
    if (manifest.layers().size() > store.mostLayers()) {
      throw new UnsupportedException(
          "the image has "
              + manifest.layers().size()
              + " layers, and the store's driver mounts at most "
              + store.mostLayers()
              + "; have it built with fewer");
    }
  }

  @Override
  public void putManifest(Document manifest, Standing standing, List<ImageSignature> signatures)
      throws IOException {
    if (!(Manifest.parse(manifest) instanceof ImageManifest image)) {
      throw new UnsupportedException(
          "the local store takes the manifest of one image, not an index");
    }
    expect(image);
    Document toplevel = standing instanceof Standing.PickedFrom(Document index) ? index : manifest;
    accepted = Optional.of(new Accepted(image, toplevel, List.copyOf(signatures)));
  }

  @Override
  public void putIndex(Document index, List<ImageSignature> signatures) throws IOException {
    throw new UnsupportedException("the local store takes one image, not an index");
  }

  @Override
  public void commit() throws IOException {
    store.write(
        Scope.IMAGES,
        edit -> {
          addTo(edit);
          return imageId();
        });
  }

  /// Commits as part of an edit of the store, whose scope is at least [Scope#IMAGES].
  public void addTo(Edit edit) throws IOException {
    Accepted image =
        accepted.orElseThrow(() -> new IllegalStateException("committed without a manifest"));
    NewImage record = record(image);
    adoptLayers(edit);
    ImageRecord _ = edit.putImage(record);
  }

  /// What is here by now stays; what is not is adopted from staging, lowest first.
  private void adoptLayers(Edit edit) throws IOException {
    List<LayerId> layers = config().layers();
    for (int position = 0; position < layers.size(); position++) {
      Snapshot now = edit.now();
      LayerId id = layers.get(position);
      Staged mine = staged.get(position);
      if (mine != null && now.layer(id).isEmpty()) {
        Optional<LayerId> parent =
            position == 0 ? Optional.empty() : Optional.of(layers.get(position - 1));
        edit.adopt(mine.contents(), id, parent, mine.blob());
      }
    }
  }

  private NewImage record(Accepted image) throws IOException {
    Map<String, Bytes> data = new LinkedHashMap<>();
    Document manifest = image.manifest().document();
    data.put(config().digest().toString(), config().bytes());
    if (!image.toplevel().bytes().equals(manifest.bytes())) {
      data.put("manifest-" + image.toplevel().digest(), image.toplevel().bytes());
    }
    data.put("manifest-" + manifest.digest(), manifest.bytes());
    data.put("manifest", manifest.bytes());
    data.put("signature-" + manifest.digest().hex(), joined(image.signatures()));
    List<LayerId> layers = config().layers();
    return new NewImage(
        imageId(),
        name.isPresent() ? List.of(name.get().toString()) : List.of(),
        layers.isEmpty() ? Optional.empty() : Optional.of(layers.getLast()),
        metadata(manifest.digest(), image.signatures()),
        created(),
        // As the peers: what was asked for, be it an index or one image's manifest.
        Optional.of(image.toplevel().digest()),
        data);
  }

  /// Signatures lie in one data item, one behind the other; the metadata tells where each ends.
  private static Bytes joined(List<ImageSignature> signatures) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (ImageSignature signature : signatures) {
      signature.stored().writeTo(all);
    }
    return Bytes.owning(all.toByteArray());
  }

  private static String metadata(Digest manifest, List<ImageSignature> signatures) {
    List<Json> sizes = new ArrayList<>(signatures.size());
    for (ImageSignature signature : signatures) {
      sizes.add(Json.of(signature.stored().length()));
    }
    Json.Obj ofManifest = Json.object().put(manifest.toString(), new Json.Arr(sizes)).build();
    return Json.object().put("signatures-sizes", ofManifest).build().compact();
  }

  private Optional<Instant> created() {
    Optional<String> text = config().parsed().created();
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(OffsetDateTime.parse(text.get()).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty(); // then the image is as old as its record
    }
  }

  private Config config() {
    return config.orElseThrow(() -> new IllegalStateException("the configuration comes first"));
  }

  @Override
  public void close() throws IOException {
    for (Staged each : staged.values()) {
      each.contents().close();
    }
  }
}
