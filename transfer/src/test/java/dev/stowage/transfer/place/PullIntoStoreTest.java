package dev.stowage.transfer.place;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.config.Endpoint;
import dev.stowage.config.RegistryEntry;
import dev.stowage.linux.LocalDisk;
import dev.stowage.linux.LockMethod;
import dev.stowage.model.Bytes;
import dev.stowage.model.Credentials;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import dev.stowage.model.MediaType;
import dev.stowage.model.MismatchException;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Platform;
import dev.stowage.model.PlatformChoice;
import dev.stowage.model.Reference;
import dev.stowage.registry.ClientSettings;
import dev.stowage.registry.Registries;
import dev.stowage.store.Driver;
import dev.stowage.store.ImageRecord;
import dev.stowage.store.Layer;
import dev.stowage.store.Snapshot;
import dev.stowage.store.Store;
import dev.stowage.store.StoreOptions;
import dev.stowage.testkit.EmbeddedRegistry;
import dev.stowage.testkit.ImageGenerator;
import dev.stowage.testkit.ImageGenerator.Format;
import dev.stowage.testkit.ImageGenerator.Packing;
import dev.stowage.testkit.TestImage;
import dev.stowage.transfer.Copier;
import dev.stowage.transfer.CopyOptions;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.Listener.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PullIntoStoreTest {
  private static final CopyOptions OPTIONS =
      CopyOptions.of(PlatformChoice.of(new Platform("linux", "amd64", ""))).withAtOnce(3);

  @TempDir Path directory;
  private EmbeddedRegistry registry;
  private Registries registries;
  private Store store;
  private final List<Progress> told = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void open() throws IOException {
    registry = EmbeddedRegistry.start();
    registries = new Registries(ClientSettings.DEFAULT);
    store = openStore(Driver.OVERLAY);
  }

  private Store openStore(Driver driver) throws IOException {
    StoreOptions options =
        StoreOptions.of(
            directory.resolve(driver + "/root"), directory.resolve(driver + "/run"), driver);
    return Store.open(options, new LocalDisk(LockMethod.OPEN_FILE));
  }

  @AfterEach
  void close() throws IOException {
    store.close();
    registries.close();
    registry.close();
    assertEquals(List.of(), registry.complaints());
  }

  private Reference name(String tag) throws IOException {
    return Reference.parse(registry.host() + "/it/app:" + tag);
  }

  private ImageSource source(Reference name) throws IOException {
    Endpoint endpoint = Endpoint.of(name).with(RegistryEntry.Security.INSECURE);
    return new RegistrySource(
        registries.find(name, List.of(endpoint), new Credentials.Anonymous()), new NoSignatures());
  }

  private void pull(Store into, String tag) throws IOException {
    Reference name = name(tag);
    try (ImageSource source = source(name);
        StoreSink sink = new StoreSink(into, Optional.of(name))) {
      Copier.copy(source, sink, OPTIONS, told::add);
    }
  }

  private static TestImage twoLayers() {
    return ImageGenerator.oci()
        .layer(Map.of("etc/name", Bytes.utf8("lower"), "etc/old", Bytes.utf8("gone")))
        .randomLayer("data/blob", 300_000, 7)
        .build();
  }

  private void assertHolds(Store store, TestImage image, String tag) throws IOException {
    Snapshot now = store.read(snapshot -> snapshot);
    ImageRecord record = now.imageNamed(name(tag).toString()).orElseThrow();
    assertEquals(Digest.of(image.config()).hex(), record.id().value());
    assertEquals(image.manifest().bytes(), store.imageData(record, "manifest"));
    assertEquals(image.config(), store.imageData(record, Digest.of(image.config()).toString()));
    List<Layer> chain = now.chain(record.topLayer().orElseThrow());
    assertEquals(image.diffIds().size(), chain.size());
    for (Layer layer : chain) {
      try (InputStream tar = store.diff(layer.id())) {
        assertEquals(
            layer.uncompressedDigest().orElseThrow(), Digest.of(Bytes.owning(tar.readAllBytes())));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Packing.class)
  void everyPackingArrives(Packing packing) throws IOException {
    for (Format format : Format.values()) {
      String tag = packing.name() + format.name();
      TestImage image =
          ImageGenerator.of(format, packing)
              .layer(Map.of("a", Bytes.utf8(tag)))
              .randomLayer("b", 90_000, 3)
              .build();
      registry.addImage("it/app", tag, image);
      pull(store, tag);
      assertHolds(store, image, tag);
    }
  }

  @Test
  void theVfsDriverTakesImagesToo() throws IOException {
    TestImage image = twoLayers();
    registry.addImage("it/app", "v1", image);
    try (Store vfs = openStore(Driver.VFS)) {
      pull(vfs, "v1");
      assertHolds(vfs, image, "v1");
    }
  }

  @Test
  void whatIsHereIsNotFetchedAgain() throws IOException {
    registry.addImage("it/app", "v1", twoLayers());
    pull(store, "v1");
    registry.clearLog();
    told.clear();
    pull(store, "v1");
    assertEquals(1, registry.log("/blobs/").size(), "the configuration alone");
    assertEquals(2, told.stream().filter(Progress.Reused.class::isInstance).count());
  }

  @Test
  void aLayerOfTheSameContentsElsewhereIsTakenFromThere() throws IOException {
    TestImage first = twoLayers();
    registry.addImage("it/app", "v1", first);
    pull(store, "v1");
    TestImage swapped =
        ImageGenerator.oci()
            .randomLayer("data/blob", 300_000, 7)
            .layer(Map.of("etc/name", Bytes.utf8("lower"), "etc/old", Bytes.utf8("gone")))
            .build();
    registry.addImage("it/app", "v2", swapped);
    registry.clearLog();
    pull(store, "v2");
    assertEquals(1, registry.log("/blobs/").size());
    assertHolds(store, swapped, "v2");
  }

  @Test
  void theInstanceOfThisPlatformIsTakenAndTheIndexKept() throws IOException {
    TestImage arm =
        ImageGenerator.oci().architecture("arm64").layer(Map.of("a", Bytes.utf8("arm"))).build();
    TestImage amd =
        ImageGenerator.oci().architecture("amd64").layer(Map.of("a", Bytes.utf8("amd"))).build();
    registry.addImage("it/app", "arm", arm);
    registry.addImage("it/app", "amd", amd);
    Document index =
        ImageGenerator.index(Format.OCI, Map.of("arm64", arm.manifest(), "amd64", amd.manifest()));
    registry.addManifest("it/app", "all", index);
    pull(store, "all");
    assertHolds(store, amd, "all");
    ImageRecord record = store.read(now -> now).imageNamed(name("all").toString()).orElseThrow();
    assertEquals(Optional.of(index.digest()), record.digest());
    assertTrue(record.digests().contains(index.digest()));
    assertTrue(record.digests().contains(amd.manifest().digest()));
  }

  @Test
  void contentsThatBreakThePromiseOfTheConfigurationAreRefused() throws IOException {
    TestImage promised = ImageGenerator.oci().layer(Map.of("a", Bytes.utf8("1"))).build();
    TestImage delivered = ImageGenerator.oci().layer(Map.of("a", Bytes.utf8("2"))).build();
    registry.addImage("it/app", "p", promised);
    registry.addImage("it/app", "d", delivered);
    String forged =
        promised
            .manifest()
            .bytes()
            .utf8()
            .replace(layer(promised).digest().toString(), layer(delivered).digest().toString())
            .replace("\"size\":" + layer(promised).size(), "\"size\":" + layer(delivered).size());
    registry.addManifest(
        "it/app", "forged", new Document(MediaType.OCI_MANIFEST, Bytes.utf8(forged)));
    assertThrows(MismatchException.class, () -> pull(store, "forged"));
    assertNothingIsHere();
  }

  private static Descriptor layer(TestImage image) {
    return image.layerDescriptors().getFirst();
  }

  @Test
  void aManifestWithAnotherNumberOfLayersThanTheConfigurationIsRefused() throws IOException {
    TestImage image = twoLayers();
    registry.addImage("it/app", "v1", image);
    String text = image.manifest().bytes().utf8();
    int second = text.lastIndexOf(",{\"mediaType\"");
    String fewer = text.substring(0, second) + text.substring(text.indexOf("}", second) + 1);
    registry.addManifest(
        "it/app", "fewer", new Document(MediaType.OCI_MANIFEST, Bytes.utf8(fewer)));
    assertThrows(MalformedException.class, () -> pull(store, "fewer"));
    assertTrue(store.read(now -> now).images().isEmpty());
  }

  @Test
  void aPlatformThatIsNotThereIsNamed() throws IOException {
    TestImage arm =
        ImageGenerator.oci().architecture("arm64").layer(Map.of("a", Bytes.utf8("arm"))).build();
    registry.addImage("it/app", "arm", arm);
    registry.addManifest(
        "it/app", "all", ImageGenerator.index(Format.OCI, Map.of("arm64", arm.manifest())));
    NotFoundException failure = assertThrows(NotFoundException.class, () -> pull(store, "all"));
    assertTrue(failure.toString().contains("amd64"), failure.toString());
  }

  @Test
  void everyStartHasAnEnd() throws IOException {
    registry.addImage("it/app", "v1", twoLayers());
    pull(store, "v1");
    assertEquals(3, told.stream().filter(Progress.Started.class::isInstance).count());
    assertEquals(3, told.stream().filter(Progress.Finished.class::isInstance).count());
    assertInstanceOf(Progress.Committing.class, told.getLast());
  }

  private void assertNothingIsHere() throws IOException {
    Snapshot now = store.read(snapshot -> snapshot);
    assertEquals(List.of(), now.images());
    assertEquals(List.of(), now.layers());
  }

  @Test
  void imagesOfSchema1Arrive() throws IOException {
    TestImage image = twoLayers();
    registry.addImage("it/app", "v2", image);
    List<Json> layers = new ArrayList<>();
    List<Json> history = new ArrayList<>();
    for (int i = image.layers().size() - 1; i >= 0; i--) {
      layers.add(
          Json.object()
              .put("blobSum", image.layerDescriptors().get(i).digest().toString())
              .build());
      Json.Builder step =
          Json.object()
              .put("id", Integer.toString(i).repeat(64))
              .put("created", "2015-01-02T03:04:05Z")
              .put("os", "linux")
              .put("architecture", "amd64");
      if (i > 0) {
        step.put("parent", Integer.toString(i - 1).repeat(64));
      }
      history.add(Json.object().put("v1Compatibility", step.build().compact()).build());
    }
    Json.Obj old =
        Json.object()
            .put("schemaVersion", 1)
            .put("fsLayers", new Json.Arr(layers))
            .put("history", new Json.Arr(history))
            .build();
    registry.addManifest(
        "it/app", "s1", new Document(MediaType.DOCKER_SCHEMA1, Bytes.utf8(old.compact())));
    pull(store, "s1");
    Snapshot now = store.read(snapshot -> snapshot);
    ImageRecord record = now.imageNamed(name("s1").toString()).orElseThrow();
    List<Digest> contents = new ArrayList<>();
    for (Layer layer : now.chain(record.topLayer().orElseThrow())) {
      contents.add(layer.uncompressedDigest().orElseThrow());
    }
    assertEquals(image.diffIds(), contents.reversed());
  }
}
