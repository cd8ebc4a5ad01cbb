package dev.stowage.engine;

import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageConfig;
import dev.stowage.model.ImageId;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.LayerCompression;
import dev.stowage.model.MalformedException;
import dev.stowage.model.MediaType;
import dev.stowage.model.Reference;
import dev.stowage.model.Repository;
import dev.stowage.model.UnsupportedException;
import dev.stowage.store.Edit;
import dev.stowage.store.Ids;
import dev.stowage.store.ImageRecord;
import dev.stowage.store.NewImage;
import dev.stowage.store.Scope;
import dev.stowage.transfer.Accepts;
import dev.stowage.transfer.ImageSink;
import dev.stowage.transfer.Listener;
import dev.stowage.transfer.Listener.Progress;
import dev.stowage.transfer.Part;
import dev.stowage.transfer.Reused;
import dev.stowage.transfer.Standing;
import dev.stowage.transfer.place.StoreSink;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An index on its way into the local store with all that it lists. It becomes a list of manifests
/// whose bytes are the index's; its images become images of their own, each called by the
/// repository and its digest; what is no image, such as an attestation, is kept with the list. All
/// of it becomes visible in one write.
final class WholeIndexSink implements ImageSink {
  /// The most bytes of what is no image that are kept with a list: they are read whole whenever the
  /// list is. The attestations of a large index have some megabytes.
  static final int MOST_ATTACHED = 32 << 20;

  private final Engine engine;
  private final Optional<Reference> name;
  private final Optional<Repository> repository;
  private final Listener listener;
  private final Map<Digest, StoreSink> images = new LinkedHashMap<>();
  private Attachments attachments = Attachments.NONE;
  private long attached;
  private final List<Digest> leftOut = new ArrayList<>();

  private Optional<Incoming> incoming = Optional.empty();
  private Optional<Document> index = Optional.empty();
  private Optional<StoreSink> alone = Optional.empty();
  private Optional<ImageId> id = Optional.empty();

  /// What is arriving.
  ///
  /// @param image where it goes if it is an image
  /// @param blobs its contents if it is none
  private record Incoming(
      Part config, Bytes text, Optional<StoreSink> image, Map<Digest, Bytes> blobs) {}

  /// @param name what the list is to be called
  /// @param repository where the index comes from, if that is a registry
  WholeIndexSink(
      Engine engine, Optional<Reference> name, Optional<Repository> repository, Listener listener) {
    this.engine = engine;
    this.name = name;
    this.repository = repository;
    this.listener = listener;
  }

  /// The ID of the list, or of the image where it was one image alone, once it is committed.
  ImageId imageId() {
    return id.orElseThrow(() -> new IllegalStateException("not committed"));
  }

  @Override
  public Accepts accepts() {
    return new Accepts(
        "containers-storage:" + (name.isPresent() ? name.get() : "@"),
        Accepts.ALL_MANIFESTS,
        Accepts.ALL_COMPRESSIONS,
        LayerCompression.NONE,
        Accepts.Foreign.MOVED,
        Accepts.Signatures.HELD);
  }

  private Incoming incoming() {
    return incoming.orElseThrow(() -> new IllegalStateException("the configuration comes first"));
  }

  @Override
  public Optional<Reused> reuse(Part part) throws IOException {
    return incoming().image().isPresent() ? incoming().image().get().reuse(part) : Optional.empty();
  }

  @Override
  public void put(Part part, InputStream content) throws IOException {
    if (part.role() == Part.Role.CONFIG) {
      byte[] bytes = content.readNBytes(ImageConfig.LARGEST + 1);
      if (bytes.length > ImageConfig.LARGEST) {
        throw new MalformedException("a configuration of more than " + ImageConfig.LARGEST);
      }
      incoming =
          Optional.of(
              new Incoming(part, Bytes.owning(bytes), Optional.empty(), new LinkedHashMap<>()));
    } else if (incoming().image().isPresent()) {
      incoming().image().get().put(part, content);
    } else {
      attach(part.descriptor(), content);
    }
  }

  private void attach(Descriptor blob, InputStream content) throws IOException {
    synchronized (this) {
      attached += blob.size();
      if (attached > MOST_ATTACHED) {
        attached -= blob.size();
        content.skip(Long.MAX_VALUE); // to its end, where it is verified
        return;
      }
    }
    Bytes bytes = Bytes.owning(content.readAllBytes());
    synchronized (this) {
      incoming().blobs().put(blob.digest(), bytes);
    }
  }

  @Override
  public void expect(ImageManifest manifest) throws IOException {
    if (!isImage(manifest)) {
      return;
    }
    StoreSink image = new StoreSink(engine.store(), Optional.empty());
    Incoming before = incoming();
    image.put(before.config(), before.text().stream());
    image.expect(manifest);
    incoming =
        Optional.of(
            new Incoming(before.config(), before.text(), Optional.of(image), before.blobs()));
  }

  /// Whether it is one that the store can unpack.
  private static boolean isImage(ImageManifest manifest) {
    boolean image = manifest.isImage();
    for (Descriptor layer : manifest.layers()) {
      MediaType type = layer.type();
      image &=
          type.value().startsWith(MediaType.OCI_LAYER.value())
              || type.value().startsWith(MediaType.DOCKER_LAYER.value())
              || type.isForeignLayer();
    }
    return image;
  }

  @Override
  public Descriptor putNew(Part part, InputStream content) throws IOException {
    if (incoming().image().isEmpty()) {
      throw new UnsupportedException("what is no image is kept as it is: " + part);
    }
    return incoming().image().get().putNew(part, content);
  }

  @Override
  public void putManifest(Document manifest, Standing standing, List<ImageSignature> signatures)
      throws IOException {
    Incoming arrived = incoming();
    if (arrived.image().isEmpty()) {
      if (!(standing instanceof Standing.Listed)) {
        throw new UnsupportedException(
            "the local store takes images and indexes; an artifact is pulled by artifact pull");
      }
      attach(manifest, arrived);
      return;
    }
    StoreSink image = arrived.image().get();
    image.putManifest(manifest, Standing.ALONE, signatures);
    if (standing instanceof Standing.Listed) {
      images.put(manifest.digest(), image);
    } else {
      alone = Optional.of(image);
    }
  }

  private void attach(Document manifest, Incoming arrived) throws IOException {
    ImageManifest parsed = (ImageManifest) dev.stowage.model.Manifest.parse(manifest);
    Map<Digest, Bytes> blobs = new LinkedHashMap<>(arrived.blobs());
    blobs.put(parsed.config().digest(), arrived.text());
    List<Digest> layers = new ArrayList<>();
    boolean whole = true;
    for (Descriptor layer : parsed.layers()) {
      whole &= blobs.containsKey(layer.digest());
      if (!layers.contains(layer.digest())) {
        layers.add(layer.digest());
      }
    }
    if (!whole) {
      leftOut.add(manifest.digest());
      return;
    }
    attachments =
        attachments.with(
            manifest,
            new Attachments.Parts(Optional.of(parsed.config().digest()), layers),
            Map.of(),
            List.of(),
            blobs);
  }

  @Override
  public void putIndex(Document document, List<ImageSignature> signatures) {
    index = Optional.of(document);
    if (!signatures.isEmpty()) {
      listener.on(
          new Progress.Warned(
              "the signatures of the index "
                  + document.digest()
                  + " itself are left out; those of its images are kept"));
    }
  }

  @Override
  public void commit() throws IOException {
    for (Digest each : leftOut) {
      listener.on(
          new Progress.Warned(
              "what "
                  + each
                  + " speaks of is too large to be kept with the list and is left where it came"
                  + " from"));
    }
    ImageId made = new ImageId(Ids.random());
    id =
        Optional.of(
            engine
                .store()
                .write(
                    Scope.IMAGES,
                    edit -> alone.isPresent() ? addAlone(edit, alone.get()) : addAll(edit, made)));
  }

  private ImageId addAlone(Edit edit, StoreSink image) throws IOException {
    image.addTo(edit);
    if (name.isPresent()) {
      ImageRecord _ = edit.addNames(image.imageId(), List.of(name.get().toString()));
    }
    return image.imageId();
  }

  private ImageId addAll(Edit edit, ImageId made) throws IOException {
    Document document =
        index.orElseThrow(() -> new IllegalStateException("committed without an index"));
    Map<String, String> locations = new LinkedHashMap<>();
    Optional<Repository> called =
        name.isPresent() ? Optional.of(name.get().repository()) : Optional.empty();
    for (Map.Entry<Digest, StoreSink> each : images.entrySet()) {
      StoreSink image = each.getValue();
      image.addTo(edit);
      String place = "@" + image.imageId();
      if (called.isPresent()) {
        String own = Reference.of(called.get(), each.getKey()).toString();
        ImageRecord _ = edit.addNames(image.imageId(), List.of(own));
        // The digest tells which of the image's manifests is meant.
        place = own + place;
      }
      locations.put(each.getKey().toString(), ListPlaces.location(engine, place));
    }
    ListContents contents = ListContents.parse(document);
    for (ListEntry entry : contents.all()) {
      if (repository.isPresent() && !images.containsKey(entry.digest())) {
        // Podman 4.3 knows no artifacts of lists and fetches them from there.
        String _ =
            locations.putIfAbsent(
                entry.digest().toString(),
                "docker://" + Reference.of(repository.get(), entry.digest()).familiar());
      }
    }
    ImageId list = present(edit, document).orElse(made);
    Map<String, Bytes> data =
        new ListRecord(document, contents, locations, attachments).data(list, document);
    return edit.putImage(
            new NewImage(
                list,
                name.isPresent() ? List.of(name.get().toString()) : List.of(),
                Optional.empty(),
                "",
                Optional.empty(),
                Optional.of(document.digest()),
                data))
        .id();
  }

  /// The list that is called so by now, if it is the very same.
  private Optional<ImageId> present(Edit edit, Document document) {
    if (name.isEmpty()) {
      return Optional.empty();
    }
    Optional<ImageRecord> present = edit.now().imageNamed(name.get().toString());
    return present.isPresent()
            && present.get().topLayer().isEmpty()
            && present.get().dataDigest(View.MAIN_MANIFEST).equals(Optional.of(document.digest()))
        ? Optional.of(present.get().id())
        : Optional.empty();
  }

  @Override
  public void close() throws IOException {
    for (StoreSink image : images.values()) {
      image.close();
    }
    if (alone.isPresent()) {
      alone.get().close();
    }
    if (incoming.isPresent() && incoming.get().image().isPresent()) {
      incoming.get().image().get().close();
    }
  }
}
