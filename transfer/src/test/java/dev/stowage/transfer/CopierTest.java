package dev.stowage.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.archive.Compression;
import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.Family;
import dev.stowage.model.ImageIndex;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.Json;
import dev.stowage.model.LayerCompression;
import dev.stowage.model.Manifest;
import dev.stowage.model.MediaType;
import dev.stowage.model.MismatchException;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Platform;
import dev.stowage.model.PlatformChoice;
import dev.stowage.model.UnsupportedException;
import dev.stowage.testkit.ImageGenerator;
import dev.stowage.testkit.ImageGenerator.Format;
import dev.stowage.testkit.TestImage;
import dev.stowage.transfer.CopyOptions.Digests;
import dev.stowage.transfer.CopyOptions.Form;
import dev.stowage.transfer.CopyOptions.Instances;
import dev.stowage.transfer.CopyOptions.Instances.Rest;
import dev.stowage.transfer.CopyOptions.Packing;
import dev.stowage.transfer.CopyOptions.Signing;
import dev.stowage.transfer.form.LayerType;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class CopierTest {
  private static final CopyOptions OPTIONS =
      CopyOptions.of(PlatformChoice.of(new Platform("linux", "amd64", "")));

  private static TestImage image(Format format, ImageGenerator.Packing packing) {
    return ImageGenerator.of(format, packing)
        .layer(Map.of("etc/name", Bytes.utf8("lower".repeat(1000))))
        .randomLayer("data/blob", 50_000, 7)
        .build();
  }

  private static TestImage oci() {
    return image(Format.OCI, ImageGenerator.Packing.GZIP);
  }

  private static Form packed(LayerCompression compression, Packing.Others others) {
    return Form.AS_IT_IS.withPacking(new Packing.As(compression, OptionalInt.empty(), others));
  }

  private static Copied copy(MemoryPlace from, MemoryPlace to, CopyOptions options)
      throws IOException {
    return Copier.copy(from, to, options, Listener.NONE);
  }

  private static ImageManifest manifest(MemoryPlace place) throws IOException {
    return (ImageManifest) Manifest.parse(place.named().orElseThrow());
  }

  /// Every layer is what the image's configuration promises, in the compression that its type says.
  private static void assertHolds(MemoryPlace place, ImageManifest manifest, TestImage image)
      throws IOException {
    assertEquals(Digest.of(image.config()), manifest.config().digest());
    for (int i = 0; i < manifest.layers().size(); i++) {
      Descriptor layer = manifest.layers().get(i);
      Bytes blob = Optional.ofNullable(place.blobs.get(layer.digest())).orElseThrow();
      assertEquals(layer.size(), blob.length());
      Compression.Decompressed opened = Compression.open(blob.stream());
      assertEquals(
          LayerCompression.of(layer.type()).name(), opened.compression().name(), layer.toString());
      try (InputStream content = opened.content()) {
        assertEquals(image.diffIds().get(i), Digest.of(Bytes.owning(content.readAllBytes())));
      }
    }
  }

  @Test
  void whatNeedNotChangeStaysAsItIs() throws IOException {
    for (Format format : Format.values()) {
      for (ImageGenerator.Packing packing : ImageGenerator.Packing.values()) {
        TestImage image = image(format, packing);
        MemoryPlace to = new MemoryPlace();
        Copied copied = copy(MemoryPlace.with(image), to, OPTIONS);
        assertEquals(image.manifest().bytes(), to.named().orElseThrow().bytes());
        assertTrue(copied.unchanged());
        for (Outcome layer : copied.layers()) {
          assertEquals(Outcome.Means.MOVED, layer.means());
        }
      }
    }
  }

  @Test
  void everyFormBecomesEveryOther() throws IOException {
    for (Format format : Format.values()) {
      for (ImageGenerator.Packing packing : ImageGenerator.Packing.values()) {
        for (Family family : Family.values()) {
          for (LayerCompression wanted :
              List.of(LayerCompression.NONE, LayerCompression.GZIP, LayerCompression.ZSTD)) {
            TestImage image = image(format, packing);
            MemoryPlace to = new MemoryPlace();
            CopyOptions options =
                OPTIONS.withForm(packed(wanted, Packing.Others.REPLACED).withManifest(family));
            if (family == Family.DOCKER && wanted == LayerCompression.ZSTD) {
              String refusal =
                  assertThrows(
                          UnsupportedException.class,
                          () -> copy(MemoryPlace.with(image), to, options))
                      .getMessage();
              assertEquals(
                  "compression using zstd required together with format "
                      + MediaType.DOCKER_MANIFEST
                      + ", which does not support it",
                  refusal);
              continue;
            }
            copy(MemoryPlace.with(image), to, options);
            ImageManifest written = manifest(to);
            assertEquals(family.manifest(), written.document().type());
            assertHolds(to, written, image);
            for (Descriptor layer : written.layers()) {
              LayerType type = LayerType.of(layer.type()).orElseThrow();
              assertEquals(family, type.family());
              assertEquals(wanted, type.compression());
            }
          }
        }
      }
    }
  }

  @Test
  void thereAndBackIsWhereItBegan() throws IOException {
    TestImage image = oci();
    MemoryPlace docker = new MemoryPlace();
    copy(
        MemoryPlace.with(image),
        docker,
        OPTIONS.withForm(Form.AS_IT_IS.withManifest(Family.DOCKER)));
    MemoryPlace back = new MemoryPlace();
    copy(docker, back, OPTIONS.withForm(Form.AS_IT_IS.withManifest(Family.OCI)));
    assertEquals(image.manifest().bytes().utf8(), back.named().orElseThrow().bytes().utf8());
  }

  @Test
  void aPlaceThatHoldsNoneOfItGetsWhatItHolds() throws IOException {
    TestImage image = oci();
    MemoryPlace to =
        new MemoryPlace(
            MemoryPlace.accepts(List.of(MediaType.DOCKER_MANIFEST), LayerCompression.NONE));
    Copied copied = copy(MemoryPlace.with(image), to, OPTIONS);
    assertEquals(MediaType.DOCKER_MANIFEST, to.named().orElseThrow().type());
    for (int i = 0; i < copied.layers().size(); i++) {
      assertEquals(Outcome.Means.DECOMPRESSED, copied.layers().get(i).means());
      assertEquals(image.diffIds().get(i), copied.layers().get(i).result().digest());
    }
  }

  @Test
  void layersThatAreThereAreNotMoved() throws IOException {
    TestImage image = oci();
    MemoryPlace to = new MemoryPlace();
    copy(MemoryPlace.with(image), to, OPTIONS);
    to.put.clear();
    Copied again = copy(MemoryPlace.with(image), to, OPTIONS);
    assertEquals(1, to.put.size(), "the configuration alone: " + to.put);
    for (Outcome layer : again.layers()) {
      assertEquals(Outcome.Means.PRESENT, layer.means());
    }
    Copied other =
        copy(
            MemoryPlace.with(image),
            to,
            OPTIONS.withForm(packed(LayerCompression.ZSTD, Packing.Others.REUSED)));
    assertTrue(other.unchanged(), "layers of another compression are reused");
    Copied forced =
        copy(
            MemoryPlace.with(image),
            to,
            OPTIONS.withForm(packed(LayerCompression.ZSTD, Packing.Others.REPLACED)));
    assertFalse(forced.unchanged());
  }

  @Test
  void preservedDigestsForbidEveryChange() throws IOException {
    TestImage image = oci();
    CopyOptions preserving = OPTIONS.withDigests(Digests.PRESERVED);
    MemoryPlace same = new MemoryPlace();
    assertTrue(copy(MemoryPlace.with(image), same, preserving).unchanged());
    List<CopyOptions> changing =
        List.of(
            preserving.withForm(Form.AS_IT_IS.withManifest(Family.DOCKER)),
            preserving.withForm(packed(LayerCompression.NONE, Packing.Others.REUSED)));
    for (CopyOptions options : changing) {
      String refusal =
          String.valueOf(
              assertThrows(
                      UnsupportedException.class,
                      () -> copy(MemoryPlace.with(image), new MemoryPlace(), options))
                  .getMessage());
      assertTrue(refusal.contains("Instructed to preserve digests"), refusal);
    }
  }

  @Test
  void signaturesGoAlongOrAreRefusedOrRemoved() throws IOException {
    TestImage image = oci();
    MemoryPlace from = MemoryPlace.with(image);
    ImageSignature signature = new ImageSignature.Simple(Bytes.utf8("signed"));
    from.signatures.put(image.manifest().digest(), List.of(signature));
    MemoryPlace to = new MemoryPlace();
    copy(from, to, OPTIONS);
    assertEquals(List.of(signature), to.signatures(image.manifest().digest()));
    String invalid =
        String.valueOf(
            assertThrows(
                    UnsupportedException.class,
                    () ->
                        copy(
                            from,
                            new MemoryPlace(),
                            OPTIONS.withForm(
                                packed(LayerCompression.ZSTD, Packing.Others.REPLACED))))
                .getMessage());
    assertTrue(invalid.contains("Would invalidate signatures"), invalid);
    Accepts none = MemoryPlace.accepts(Accepts.ALL_MANIFESTS, LayerCompression.GZIP);
    assertEquals(
        "Can not copy signatures to memory:place: Storing signatures in memory is not supported",
        assertThrows(UnsupportedException.class, () -> copy(from, new MemoryPlace(none), OPTIONS))
            .getMessage());
    MemoryPlace removed = new MemoryPlace(none);
    copy(from, removed, OPTIONS.withSigning(Signing.REMOVE));
    assertEquals(List.of(), removed.signatures(image.manifest().digest()));
    MemoryPlace signed = new MemoryPlace();
    copy(
        MemoryPlace.with(image),
        signed,
        OPTIONS
            .withForm(Form.AS_IT_IS.withManifest(Family.DOCKER))
            .withSigning(
                Signing.KEEP.with(
                    List.of(
                        manifest ->
                            new ImageSignature.Simple(Bytes.utf8(manifest.digest().hex()))))));
    Digest written = signed.named().orElseThrow().digest();
    assertEquals(
        List.of(new ImageSignature.Simple(Bytes.utf8(written.hex()))), signed.signatures(written));
  }

  private record Several(MemoryPlace place, Document index, Map<String, TestImage> images) {}

  private static Several several(Format format) {
    Map<String, TestImage> images = new LinkedHashMap<>();
    Map<String, Document> manifests = new LinkedHashMap<>();
    MemoryPlace place = new MemoryPlace();
    for (String architecture : List.of("amd64", "arm64", "s390x")) {
      TestImage image =
          ImageGenerator.of(format, ImageGenerator.Packing.GZIP)
              .architecture(architecture)
              .layer(Map.of("arch", Bytes.utf8(architecture)))
              .build();
      images.put(architecture, image);
      manifests.put(architecture, image.manifest());
      place.add(image);
    }
    Document index = ImageGenerator.index(format, manifests);
    place.name(index);
    return new Several(place, index, images);
  }

  @Test
  void allImagesOfAnIndexAreCopiedUnchanged() throws IOException {
    for (Format format : Format.values()) {
      Several several = several(format);
      MemoryPlace to = new MemoryPlace();
      Copied copied = copy(several.place, to, OPTIONS.withInstances(Instances.ALL));
      assertEquals(several.index.bytes(), to.named().orElseThrow().bytes());
      assertTrue(copied.unchanged());
      assertEquals(several.place.blobs.keySet(), to.blobs.keySet());
    }
  }

  @Test
  void anIndexIsConvertedWithItsImages() throws IOException {
    Several several = several(Format.DOCKER);
    MemoryPlace to = new MemoryPlace();
    copy(
        several.place,
        to,
        OPTIONS
            .withInstances(Instances.ALL)
            .withForm(
                packed(LayerCompression.ZSTD, Packing.Others.REPLACED).withManifest(Family.OCI)));
    ImageIndex index = (ImageIndex) Manifest.parse(to.named().orElseThrow());
    assertEquals(MediaType.OCI_INDEX, index.document().type());
    assertEquals(3, index.manifests().size());
    for (Descriptor entry : index.manifests()) {
      assertEquals(MediaType.OCI_MANIFEST, entry.type());
      assertEquals("true", entry.annotations().get("io.github.containers.compression.zstd"));
      ImageManifest manifest = (ImageManifest) Manifest.parse(to.manifest(entry.digest()));
      assertEquals(entry.size(), manifest.document().bytes().length());
      String architecture = entry.platform().orElseThrow().architecture();
      assertHolds(
          to, manifest, Optional.ofNullable(several.images.get(architecture)).orElseThrow());
    }
  }

  @Test
  void chosenImagesAreCopiedAndTheOthersStayListedOrGo() throws IOException {
    Several several = several(Format.OCI);
    List<Platform> arm = List.of(new Platform("linux", "arm64", ""));
    MemoryPlace sparse = new MemoryPlace();
    copy(
        several.place,
        sparse,
        OPTIONS.withInstances(new Instances.Chosen(List.of(), arm, Rest.STAYS_LISTED)));
    assertEquals(several.index.bytes(), sparse.named().orElseThrow().bytes());
    assertEquals(2, sparse.manifests.size());
    MemoryPlace stripped = new MemoryPlace();
    copy(
        several.place,
        stripped,
        OPTIONS.withInstances(new Instances.Chosen(List.of(), arm, Rest.GOES)));
    ImageIndex index = (ImageIndex) Manifest.parse(stripped.named().orElseThrow());
    assertEquals(1, index.manifests().size());
    MemoryPlace only = new MemoryPlace();
    copy(several.place, only, OPTIONS.withInstances(Instances.INDEX_ONLY));
    assertEquals(1, only.manifests.size());
    assertThrows(
        NotFoundException.class,
        () ->
            copy(
                several.place,
                new MemoryPlace(),
                OPTIONS.withInstances(
                    new Instances.Chosen(
                        List.of(), List.of(new Platform("plan9", "mips", "")), Rest.GOES))));
    assertThrows(
        UnsupportedException.class,
        () ->
            copy(
                several.place,
                new MemoryPlace(
                    MemoryPlace.accepts(List.of(MediaType.OCI_MANIFEST), LayerCompression.GZIP)),
                OPTIONS.withInstances(Instances.ALL)));
  }

  /// A place that keeps layers unpacked.
  private static final class Unpacked implements ImageSource {
    private final TestImage image;
    private final Map<Digest, Bytes> tars = new LinkedHashMap<>();
    Offer offer = Offer.PLAIN;
    List<Descriptor> variants = List.of();
    Bytes exact = Bytes.empty();

    Unpacked(TestImage image) throws IOException {
      this.image = image;
      for (int i = 0; i < image.layers().size(); i++) {
        try (InputStream tar = Compression.open(image.layers().get(i).stream()).content()) {
          tars.put(image.diffIds().get(i), Bytes.owning(tar.readAllBytes()));
        }
      }
    }

    @Override
    public Document manifest() {
      return image.manifest();
    }

    @Override
    public Document manifest(Digest instance) {
      return image.manifest();
    }

    @Override
    public InputStream blob(Descriptor blob) {
      return blob.digest().equals(Digest.of(image.config()))
          ? image.config().stream()
          : exact.stream();
    }

    @Override
    public List<ImageSignature> signatures(Digest manifest) {
      return List.of();
    }

    @Override
    public Offer offer(Part layer) {
      return offer;
    }

    @Override
    public InputStream plain(Part layer) {
      return Optional.ofNullable(tars.get(layer.diffId().orElseThrow())).orElseThrow().stream();
    }

    @Override
    public List<Descriptor> variants(Part layer) {
      return variants;
    }

    @Override
    public void close() {}
  }

  private static TestImage oneLayer() {
    return ImageGenerator.oci().layer(Map.of("a", Bytes.utf8("b".repeat(9000)))).build();
  }

  @Test
  void unpackedLayersAreCompressedAndTheManifestSaysSo() throws IOException {
    TestImage image = oneLayer();
    MemoryPlace to = new MemoryPlace();
    Copied copied = Copier.copy(new Unpacked(image), to, OPTIONS, Listener.NONE);
    assertEquals(Outcome.Means.COMPRESSED, copied.layers().getFirst().means());
    assertTrue(copied.layers().getFirst().recipe().isPresent());
    assertNotEquals(image.manifest().digest(), copied.manifest().digest());
    assertHolds(to, manifest(to), image);
    MemoryPlace again = new MemoryPlace();
    assertEquals(
        copied.manifest().digest(),
        Copier.copy(new Unpacked(image), again, OPTIONS, Listener.NONE).manifest().digest());
  }

  @Test
  void aRecipeThatNoLongerHoldsIsNoFailure() throws IOException {
    TestImage image = oneLayer();
    Unpacked source = new Unpacked(image);
    source.offer = ImageSource.Offer.RECREATED;
    source.exact = image.layers().getFirst();
    MemoryPlace exact = new MemoryPlace();
    Copied same = Copier.copy(source, exact, OPTIONS, Listener.NONE);
    assertTrue(same.unchanged());
    assertEquals(Outcome.Means.RECREATED, same.layers().getFirst().means());
    source.exact = Bytes.utf8("something else");
    List<Listener.Progress> told = new ArrayList<>();
    MemoryPlace to = new MemoryPlace();
    Copied copied = Copier.copy(source, to, OPTIONS, told::add);
    assertEquals(Outcome.Means.COMPRESSED, copied.layers().getFirst().means());
    assertTrue(told.stream().anyMatch(Listener.Progress.Warned.class::isInstance));
    assertHolds(to, manifest(to), image);
  }

  @Test
  void otherFormsAreReusedOnlyWhereTheLayerWouldChangeAnyway() throws IOException {
    TestImage image = oneLayer();
    Bytes other = Bytes.utf8("the same layer in another form");
    Descriptor variant = new Descriptor(MediaType.OCI_LAYER_ZSTD, Digest.of(other), other.length());
    Unpacked source = new Unpacked(image);
    source.variants = List.of(variant);
    MemoryPlace to = new MemoryPlace();
    to.blobs.put(variant.digest(), other);
    Copied copied = Copier.copy(source, to, OPTIONS, Listener.NONE);
    assertEquals(Outcome.Means.PRESENT_OTHERWISE, copied.layers().getFirst().means());
    assertEquals(variant.digest(), manifest(to).layers().getFirst().digest());
    source.offer = ImageSource.Offer.RECREATED;
    source.exact = image.layers().getFirst();
    assertTrue(Copier.copy(source, to, OPTIONS, Listener.NONE).unchanged());
    source.offer = ImageSource.Offer.PLAIN;
    Copied signed =
        Copier.copy(
            source,
            to,
            OPTIONS.withSigning(
                Signing.KEEP.with(List.of(manifest -> new ImageSignature.Simple(Bytes.utf8("x"))))),
            Listener.NONE);
    assertEquals(Outcome.Means.PRESENT, signed.layers().getFirst().means(), "it is there by now");
  }

  @Test
  void contentsThatAreNotWhatTheConfigurationPromisesAreRefused() throws IOException {
    TestImage image = oneLayer();
    Unpacked source = new Unpacked(image);
    source.tars.put(image.diffIds().getFirst(), Bytes.utf8("damaged"));
    MemoryPlace to = new MemoryPlace();
    assertThrows(MismatchException.class, () -> Copier.copy(source, to, OPTIONS, Listener.NONE));
    assertTrue(to.named().isEmpty());
  }

  @Test
  void unknownFieldsOutliveARecompression() throws IOException {
    TestImage image = oneLayer();
    Json.Obj text = Json.parseObject(image.manifest().bytes());
    Json.Obj more =
        text.toBuilder()
            .put("annotations", Json.object().put("a", "b").build())
            .put("x-y", 7)
            .build();
    Document manifest = new Document(image.manifest().type(), Bytes.utf8(more.pretty("  ")));
    MemoryPlace from = MemoryPlace.with(image);
    from.name(manifest);
    MemoryPlace same = new MemoryPlace();
    copy(from, same, OPTIONS);
    assertEquals(manifest.bytes(), same.named().orElseThrow().bytes());
    MemoryPlace to = new MemoryPlace();
    copy(from, to, OPTIONS.withForm(packed(LayerCompression.ZSTD, Packing.Others.REPLACED)));
    Json.Obj written = Json.parseObject(to.named().orElseThrow().bytes());
    assertEquals(Optional.of(7L), written.number("x-y"));
    assertEquals(Map.of("a", "b"), written.strings("annotations"));
  }

  @Test
  void artifactsAreMovedAsTheyAreOrRefused() throws IOException {
    Bytes empty = Bytes.utf8("{}");
    Bytes content = Bytes.utf8("anything");
    Json.Obj text =
        Json.object()
            .put("schemaVersion", 2)
            .put("mediaType", MediaType.OCI_MANIFEST.value())
            .put("artifactType", "application/x-thing")
            .put("config", described(MediaType.OCI_EMPTY.value(), empty))
            .put("layers", new Json.Arr(List.of(described("text/plain", content))))
            .build();
    MemoryPlace from = new MemoryPlace();
    from.blobs.put(Digest.of(empty), empty);
    from.blobs.put(Digest.of(content), content);
    from.name(new Document(MediaType.OCI_MANIFEST, Bytes.utf8(text.compact())));
    MemoryPlace to = new MemoryPlace();
    assertTrue(
        copy(from, to, OPTIONS.withForm(packed(LayerCompression.ZSTD, Packing.Others.REPLACED)))
            .unchanged());
    assertEquals(
        "unsupported image-specific operation on artifact with type \"application/x-thing\"",
        assertThrows(
                UnsupportedException.class,
                () ->
                    copy(
                        from,
                        new MemoryPlace(),
                        OPTIONS.withForm(Form.AS_IT_IS.withManifest(Family.DOCKER))))
            .getMessage());
  }

  private static Json.Obj described(String type, Bytes content) {
    return Json.object()
        .put("mediaType", type)
        .put("digest", Digest.of(content).toString())
        .put("size", content.length())
        .build();
  }

  @Test
  void foreignLayersStayWhereTheyAreUnlessThePlaceWantsThem() throws IOException {
    TestImage image = oneLayer();
    Json.Obj text = Json.parseObject(image.manifest().bytes());
    Json.Obj layer =
        text.objects("layers").getFirst().toBuilder()
            .put("urls", Json.ofStrings(List.of("https://elsewhere.example/layer")))
            .build();
    Document manifest =
        new Document(
            image.manifest().type(),
            Bytes.utf8(
                text.toBuilder().put("layers", new Json.Arr(List.of(layer))).build().compact()));
    MemoryPlace from = MemoryPlace.with(image);
    from.name(manifest);
    MemoryPlace to = new MemoryPlace();
    Copied copied = copy(from, to, OPTIONS);
    assertEquals(Outcome.Means.LEFT, copied.layers().getFirst().means());
    assertTrue(copied.unchanged());
    assertEquals(1, to.blobs.size());
    MemoryPlace moved =
        new MemoryPlace(MemoryPlace.accepts(Accepts.ALL_MANIFESTS, LayerCompression.GZIP));
    assertEquals(Outcome.Means.MOVED, copy(from, moved, OPTIONS).layers().getFirst().means());
  }
}
