package dev.stowage.transfer;

import dev.stowage.archive.DigestingInputStream;
import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.LayerCompression;
import dev.stowage.model.Manifest;
import dev.stowage.model.MediaType;
import dev.stowage.model.UnsupportedException;
import dev.stowage.testkit.TestImage;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A place in memory, source and sink, that is stricter than the world: it refuses manifests of
/// which a part is missing, and whatever comes in another order than is promised.
final class MemoryPlace implements ImageSource, ImageSink {
  final Map<Digest, Bytes> blobs = new ConcurrentHashMap<>();
  final Map<Digest, Document> manifests = new ConcurrentHashMap<>();
  final Map<Digest, List<ImageSignature>> signatures = new ConcurrentHashMap<>();
  final List<Part> put = new ArrayList<>();
  private final Accepts accepts;
  private Optional<Document> named = Optional.empty();
  private Optional<Document> pending = Optional.empty();
  private boolean configured;

  MemoryPlace() {
    this(
        new Accepts(
            "memory:place",
            Accepts.ALL_MANIFESTS,
            Accepts.ALL_COMPRESSIONS,
            LayerCompression.GZIP,
            Accepts.Foreign.LEFT_WHERE_THEY_ARE,
            Accepts.Signatures.HELD));
  }

  MemoryPlace(Accepts accepts) {
    this.accepts = accepts;
  }

  static Accepts accepts(List<MediaType> manifests, LayerCompression... layers) {
    return new Accepts(
        "memory:place",
        manifests,
        Set.of(layers),
        layers[0],
        Accepts.Foreign.MOVED,
        new Accepts.Signatures.Refused("Storing signatures in memory is not supported"));
  }

  static MemoryPlace with(TestImage image) {
    MemoryPlace place = new MemoryPlace();
    place.add(image);
    place.name(image.manifest());
    return place;
  }

  void add(TestImage image) {
    manifests.put(image.manifest().digest(), image.manifest());
    image.blobs().forEach(blob -> blobs.put(Digest.of(blob), blob));
  }

  void name(Document document) {
    manifests.put(document.digest(), document);
    named = Optional.of(document);
  }

  @Override
  public Accepts accepts() {
    return accepts;
  }

  @Override
  public Optional<Reused> reuse(Part part) {
    return blobs.containsKey(part.descriptor().digest())
        ? Optional.of(Reused.PRESENT)
        : Optional.empty();
  }

  @Override
  public void expect(ImageManifest manifest) {
    if (!configured) {
      throw new AssertionError("the configuration comes first");
    }
  }

  @Override
  public void put(Part part, InputStream content) throws IOException {
    Bytes bytes = Bytes.owning(content.readAllBytes());
    Descriptor promised = part.descriptor();
    if (!Digest.of(bytes).equals(promised.digest()) || bytes.length() != promised.size()) {
      throw new AssertionError("a stream that did not verify itself: " + part);
    }
    keep(part, bytes);
  }

  private synchronized void keep(Part part, Bytes bytes) {
    blobs.put(Digest.of(bytes), bytes);
    put.add(part);
    configured |= part.role() == Part.Role.CONFIG;
  }

  @Override
  public Descriptor putNew(Part part, InputStream content) throws IOException {
    DigestingInputStream digested = new DigestingInputStream(content, Digest.Algorithm.SHA256);
    Bytes bytes = Bytes.owning(digested.readAllBytes());
    keep(part, bytes);
    return new Descriptor(part.descriptor().type(), digested.digest(), digested.count());
  }

  @Override
  public void putManifest(Document manifest, Standing standing, List<ImageSignature> signatures)
      throws IOException {
    if (!accepts.manifests().contains(manifest.type())) {
      throw new UnsupportedException("the place does not hold " + manifest.type());
    }
    ImageManifest parsed = (ImageManifest) Manifest.parse(manifest);
    List<Descriptor> parts = new ArrayList<>(parsed.layers());
    parts.add(parsed.config());
    for (Descriptor part : parts) {
      if (part.urls().isEmpty() && !blobs.containsKey(part.digest())) {
        throw new AssertionError("a manifest without its part " + part);
      }
    }
    store(manifest, signatures);
    if (!(standing instanceof Standing.Listed)) {
      pending = Optional.of(manifest);
    }
  }

  private void store(Document document, List<ImageSignature> own) {
    manifests.put(document.digest(), document);
    signatures.put(document.digest(), List.copyOf(own));
  }

  @Override
  public void putIndex(Document index, List<ImageSignature> signatures) {
    store(index, signatures);
    pending = Optional.of(index);
  }

  @Override
  public void commit() {
    named = Optional.of(pending.orElseThrow(() -> new AssertionError("nothing to commit")));
  }

  Optional<Document> named() {
    return named;
  }

  @Override
  public Document manifest() {
    return named.orElseThrow();
  }

  @Override
  public Document manifest(Digest instance) {
    return Optional.ofNullable(manifests.get(instance)).orElseThrow();
  }

  @Override
  public InputStream blob(Descriptor blob) {
    return Optional.ofNullable(blobs.get(blob.digest()))
        .orElseThrow(() -> new AssertionError("asked for what is not there: " + blob))
        .stream();
  }

  @Override
  public List<ImageSignature> signatures(Digest manifest) {
    return signatures.getOrDefault(manifest, List.of());
  }

  @Override
  public void close() {}
}
