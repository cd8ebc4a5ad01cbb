package dev.stowage.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.linux.LocalDisk;
import dev.stowage.linux.LockMethod;
import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.LayerCompression;
import dev.stowage.model.Manifest;
import dev.stowage.model.MediaType;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Platform;
import dev.stowage.model.PlatformChoice;
import dev.stowage.model.Reference;
import dev.stowage.model.Repository;
import dev.stowage.model.StowageException;
import dev.stowage.model.UnsupportedException;
import dev.stowage.store.Driver;
import dev.stowage.store.ImageRecord;
import dev.stowage.store.Snapshot;
import dev.stowage.store.Store;
import dev.stowage.store.StoreOptions;
import dev.stowage.testkit.ImageGenerator;
import dev.stowage.testkit.TestImage;
import dev.stowage.transfer.CopyOptions.Digests;
import dev.stowage.transfer.CopyOptions.Packing;
import dev.stowage.transfer.Outcome.Means;
import dev.stowage.transfer.place.LayerForms;
import dev.stowage.transfer.place.Originals;
import dev.stowage.transfer.place.StoreSink;
import dev.stowage.transfer.place.StoreSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreSourceTest {
  private static final CopyOptions OPTIONS =
      CopyOptions.of(PlatformChoice.of(new Platform("linux", "amd64", "")));

  @TempDir Path directory;
  private Store store;
  private Repository origin;

  @BeforeEach
  void open() throws IOException {
    origin = Reference.parse("registry.example/it/app").repository();
    store =
        Store.open(
            StoreOptions.of(directory.resolve("root"), directory.resolve("run"), Driver.OVERLAY),
            new LocalDisk(LockMethod.OPEN_FILE));
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private static TestImage image(ImageGenerator.Packing packing) {
    return ImageGenerator.of(ImageGenerator.Format.OCI, packing)
        .layer(Map.of("etc/name", Bytes.utf8("lower".repeat(3000))))
        .randomLayer("data/blob", 70_000, 9)
        .build();
  }

  private Copied pull(TestImage image) throws IOException {
    return pull(MemoryPlace.with(image));
  }

  private Copied pull(MemoryPlace from) throws IOException {
    try (StoreSink sink = new StoreSink(store, Optional.of(Reference.parse("localhost/app:v1")))) {
      return Copier.copy(from, sink, OPTIONS, Listener.NONE);
    }
  }

  private StoreSource source(Originals originals) throws IOException {
    Snapshot now = store.read(snapshot -> snapshot);
    ImageRecord record = now.imageNamed("localhost/app:v1").orElseThrow();
    return new StoreSource(store, now, record, LayerForms.read(store), originals);
  }

  private static List<Means> means(Copied copied) {
    List<Means> means = new ArrayList<>();
    copied.layers().forEach(layer -> means.add(layer.means()));
    return means;
  }

  /// A registry that has what it has, and counts what is fetched.
  private static final class Shelf implements Originals {
    private final MemoryPlace place;
    private int fetched;

    Shelf(MemoryPlace place) {
      this.place = place;
    }

    @Override
    public boolean has(Repository where, Descriptor blob) {
      return where.host().equals("registry.example") && place.blobs.containsKey(blob.digest());
    }

    @Override
    public InputStream open(Repository where, Descriptor blob) {
      fetched++;
      return place.blob(blob);
    }
  }

  @Test
  void layersThatNobodyKnowsAnythingOfAreCompressed() throws IOException {
    TestImage image = image(ImageGenerator.Packing.GZIP);
    pull(image);
    MemoryPlace to = new MemoryPlace();
    Copied pushed = Copier.copy(source(Originals.NONE), to, OPTIONS, Listener.NONE);
    assertEquals(List.of(Means.COMPRESSED, Means.COMPRESSED), means(pushed));
    assertFalse(pushed.unchanged());
    ImageManifest manifest = (ImageManifest) Manifest.parse(to.named().orElseThrow());
    assertEquals(Digest.of(image.config()), manifest.config().digest());
  }

  @Test
  void layersThatThisProgramCompressedAreMadeAgainExactly() throws IOException {
    pull(image(ImageGenerator.Packing.GZIP));
    MemoryPlace first = new MemoryPlace();
    Copied pushed = Copier.copy(source(Originals.NONE), first, OPTIONS, Listener.NONE);
    LayerForms.learn(store, pushed, origin);
    Copied pulled = pull(first);
    LayerForms.learn(store, pulled, origin);
    MemoryPlace second = new MemoryPlace();
    Copied again =
        Copier.copy(
            source(Originals.NONE), second, OPTIONS.withDigests(Digests.PRESERVED), Listener.NONE);
    assertEquals(List.of(Means.RECREATED, Means.RECREATED), means(again));
    assertEquals(pushed.manifest().digest(), second.named().orElseThrow().digest());
  }

  @Test
  void layersThatLieWhereTheyCameFromAreFetchedAgain() throws IOException {
    TestImage image = image(ImageGenerator.Packing.GZIP);
    MemoryPlace from = MemoryPlace.with(image);
    LayerForms.learn(store, pull(from), origin);
    Shelf shelf = new Shelf(from);
    MemoryPlace to = new MemoryPlace();
    Copied pushed = Copier.copy(source(shelf), to, OPTIONS, Listener.NONE);
    assertEquals(List.of(Means.FETCHED_AGAIN, Means.FETCHED_AGAIN), means(pushed));
    assertEquals(image.manifest().bytes(), to.named().orElseThrow().bytes());
    assertEquals(2, shelf.fetched);
    Copied present = Copier.copy(source(shelf), to, OPTIONS, Listener.NONE);
    assertEquals(List.of(Means.PRESENT, Means.PRESENT), means(present));
    assertEquals(2, shelf.fetched);
  }

  @Test
  void aPlainLayerThatWasPulledPlainStaysPlain() throws IOException {
    TestImage image = image(ImageGenerator.Packing.PLAIN);
    Copied pulled = pull(image);
    MemoryPlace unknown = new MemoryPlace();
    Copied compressed = Copier.copy(source(Originals.NONE), unknown, OPTIONS, Listener.NONE);
    assertEquals(List.of(Means.COMPRESSED, Means.COMPRESSED), means(compressed));
    LayerForms.learn(store, pulled, origin);
    MemoryPlace to = new MemoryPlace();
    Copied pushed = Copier.copy(source(Originals.NONE), to, OPTIONS, Listener.NONE);
    assertTrue(pushed.unchanged());
  }

  @Test
  void whatMustNotChangeIsRefusedWhereItWould() throws IOException {
    pull(image(ImageGenerator.Packing.GZIP));
    StowageException refused =
        assertThrows(
            UnsupportedException.class,
            () ->
                Copier.copy(
                    source(Originals.NONE),
                    new MemoryPlace(),
                    OPTIONS.withDigests(Digests.PRESERVED),
                    Listener.NONE));
    assertTrue(
        String.valueOf(refused.getMessage())
            .startsWith(
                "Copying this image would require changing layer representation, which we cannot"
                    + " do: \"Instructed to preserve digests\""));
  }

  @Test
  void everyFormIsAProperOne() throws IOException {
    TestImage image = image(ImageGenerator.Packing.GZIP);
    pull(image);
    for (LayerCompression compression :
        List.of(LayerCompression.NONE, LayerCompression.GZIP, LayerCompression.ZSTD)) {
      MemoryPlace to = new MemoryPlace();
      Copier.copy(
          source(Originals.NONE),
          to,
          OPTIONS.withForm(
              CopyOptions.Form.AS_IT_IS.withPacking(
                  new Packing.As(compression, OptionalInt.empty(), Packing.Others.REPLACED))),
          Listener.NONE);
      try (Store other =
              Store.open(
                  StoreOptions.of(
                      directory.resolve(compression + "/root"),
                      directory.resolve(compression + "/run"),
                      Driver.OVERLAY),
                  new LocalDisk(LockMethod.OPEN_FILE));
          StoreSink sink = new StoreSink(other, Optional.empty())) {
        Copier.copy(to, sink, OPTIONS, Listener.NONE);
        assertEquals(Digest.of(image.config()).hex(), sink.imageId().value());
      }
    }
  }

  @Test
  void anArchiveGetsTheTarsThemselves() throws IOException {
    TestImage image = image(ImageGenerator.Packing.GZIP);
    pull(image);
    MemoryPlace to =
        new MemoryPlace(
            MemoryPlace.accepts(List.of(MediaType.DOCKER_MANIFEST), LayerCompression.NONE));
    Copied saved = Copier.copy(source(Originals.NONE), to, OPTIONS, Listener.NONE);
    for (int i = 0; i < image.diffIds().size(); i++) {
      assertEquals(image.diffIds().get(i), saved.layers().get(i).result().digest());
    }
  }

  @Test
  void signaturesComeOutAsTheyWentIn() throws IOException {
    TestImage image = image(ImageGenerator.Packing.GZIP);
    MemoryPlace from = MemoryPlace.with(image);
    List<ImageSignature> signatures =
        List.of(
            new ImageSignature.Simple(Bytes.owning(new byte[] {(byte) 0x90, 1})),
            new ImageSignature.Simple(Bytes.owning(new byte[] {(byte) 0x90, 2, 3})));
    from.signatures.put(image.manifest().digest(), signatures);
    pull(from);
    try (StoreSource source = source(Originals.NONE)) {
      Document manifest = source.manifest();
      assertEquals(signatures, source.signatures(manifest.digest()));
    }
  }

  @Test
  void whatIsNotThereIsNotFound() throws IOException {
    pull(image(ImageGenerator.Packing.GZIP));
    try (StoreSource source = source(Originals.NONE)) {
      Digest other = Digest.of(Bytes.utf8("other"));
      assertThrows(NotFoundException.class, () -> source.manifest(other));
      assertThrows(
          NotFoundException.class,
          () -> source.blob(new Descriptor(MediaType.OCI_LAYER_GZIP, other, 3)));
    }
  }

  /// An image that says of blobs of its own that they are forms of another image's layers.
  private static TestImage claimsLayersOf(TestImage honest) {
    TestImage own =
        ImageGenerator.of(ImageGenerator.Format.OCI, ImageGenerator.Packing.GZIP)
            .layer(Map.of("etc/name", Bytes.utf8("forged")))
            .randomLayer("data/blob", 70_000, 10)
            .build();
    String manifest =
        own.manifest()
            .bytes()
            .utf8()
            .replace(Digest.of(own.config()).toString(), Digest.of(honest.config()).toString())
            .replace("\"size\":" + own.config().length(), "\"size\":" + honest.config().length());
    return new TestImage(
        new Document(MediaType.OCI_MANIFEST, Bytes.utf8(manifest)),
        honest.config(),
        own.layers(),
        own.layerDescriptors(),
        honest.diffIds());
  }

  @Test
  void aBlobThatWasNeverUnpackedIsNotBelievedToBeALayer() throws IOException {
    TestImage honest = image(ImageGenerator.Packing.GZIP);
    pull(honest);
    TestImage forged = claimsLayersOf(honest);
    Copied pulled = pull(MemoryPlace.with(forged));
    assertEquals(List.of(Means.PRESENT, Means.PRESENT), means(pulled));
    LayerForms.learn(store, pulled, origin);
    assertEquals(Optional.empty(), store.note("layer-forms", 1 << 20));
    pull(honest);
    MemoryPlace to = new MemoryPlace();
    to.add(forged); // so that its blobs are there to be reused
    Copied pushed = Copier.copy(source(Originals.NONE), to, OPTIONS, Listener.NONE);
    for (Outcome layer : pushed.layers()) {
      assertFalse(forged.layerDescriptors().contains(layer.result()));
    }
  }

  private List<Optional<Digest>> recordedBlobs() throws IOException {
    List<Optional<Digest>> blobs = new ArrayList<>();
    store.read(now -> now).layers().forEach(layer -> blobs.add(layer.compressedDigest()));
    return blobs;
  }

  @Test
  void contentsThatAnEarlierPullLeftAreNotRecordedAsUnpackedFromAnotherBlob() throws IOException {
    TestImage honest = image(ImageGenerator.Packing.GZIP);
    MemoryPlace from = MemoryPlace.with(honest);
    try (StoreSink broken = new StoreSink(store, Optional.empty())) {
      Descriptor config = ((ImageManifest) Manifest.parse(honest.manifest())).config();
      broken.put(Part.config(config), honest.config().stream());
      for (int i = 0; i < honest.layers().size(); i++) {
        Descriptor layer = honest.layerDescriptors().get(i);
        broken.put(Part.layer(layer, i), from.blob(layer));
      }
    }
    Copied pulled = pull(MemoryPlace.with(claimsLayersOf(honest)));
    assertEquals(List.of(Means.PRESENT, Means.PRESENT), means(pulled));
    assertEquals(List.of(Optional.empty(), Optional.empty()), recordedBlobs());
  }

  @Test
  void contentsFromElsewhereInTheStoreAreRecordedWithTheBlobTheyTrulyCameFrom() throws IOException {
    TestImage honest = image(ImageGenerator.Packing.GZIP);
    TestImage swapped =
        ImageGenerator.of(ImageGenerator.Format.OCI, ImageGenerator.Packing.GZIP)
            .randomLayer("data/blob", 70_000, 9)
            .layer(Map.of("etc/name", Bytes.utf8("lower".repeat(3000))))
            .build();
    pull(honest);
    Copied pulled = pull(MemoryPlace.with(claimsLayersOf(swapped)));
    assertEquals(List.of(Means.PRESENT, Means.PRESENT), means(pulled));
    List<Optional<Digest>> blobs = recordedBlobs();
    assertEquals(4, blobs.size());
    for (Descriptor layer : honest.layerDescriptors()) {
      assertEquals(2, Collections.frequency(blobs, Optional.of(layer.digest())));
    }
  }

  @Test
  void aDamagedFileOfFactsIsNoFailure() throws IOException {
    TestImage image = image(ImageGenerator.Packing.GZIP);
    LayerForms.learn(store, pull(image), origin);
    Bytes whole = store.note("layer-forms", 1 << 20).orElseThrow();
    store.putNote("layer-forms", Bytes.utf8("nonsense\n\u0000 x\n" + whole.utf8().substring(9)));
    try (StoreSource source = source(Originals.NONE)) {
      assertEquals(List.of(), source.origins(image.layerDescriptors().getFirst()));
      assertEquals(List.of(origin), source.origins(image.layerDescriptors().getLast()));
    }
  }
}
