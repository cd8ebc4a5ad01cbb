package dev.stowage.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.archive.PlainTar;
import dev.stowage.archive.Stages;
import dev.stowage.archive.TarEntry;
import dev.stowage.archive.TarReader;
import dev.stowage.linux.Disk;
import dev.stowage.linux.LocalDisk;
import dev.stowage.linux.LockMethod;
import dev.stowage.model.Bytes;
import dev.stowage.model.CorruptException;
import dev.stowage.model.Digest;
import dev.stowage.model.InUseException;
import dev.stowage.model.LayerId;
import dev.stowage.model.NotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StoreTest {
  private static final TestTar BASE = new TestTar().directory("etc", 0755).file("etc/base", "base");
  private static final TestTar TOP = new TestTar().file("hello", "hello").file(".wh.gone", "");

  private final Disk disk = new LocalDisk(LockMethod.OPEN_FILE);

  @TempDir private Path directory;
  private StoreOptions options = StoreOptions.of(Path.of("/"), Path.of("/"), Driver.OVERLAY);
  private Optional<Store> opened = Optional.empty();

  @BeforeEach
  void choosePlace() {
    options =
        StoreOptions.of(directory.resolve("root"), directory.resolve("run"), Driver.OVERLAY)
            .withDriverOptions(
                DriverOptions.DEFAULT
                    .withHomeMount(DriverOptions.HomeMount.NONE)
                    .withOwnership(DriverOptions.Ownership.BEST_EFFORT));
  }

  @AfterEach
  void close() throws IOException {
    if (opened.isPresent()) {
      opened.get().close();
    }
  }

  private Store store() throws IOException {
    if (opened.isEmpty()) {
      opened = Optional.of(Store.open(options, disk));
    }
    return opened.get();
  }

  private Snapshot now() throws IOException {
    return store().read(now -> now);
  }

  private Path root(String path) {
    return options.graphRoot().resolve(path);
  }

  private List<String> list(String path) throws IOException {
    try (Stream<Path> stream = Files.list(root(path))) {
      List<String> names = new ArrayList<>();
      stream.forEach(each -> names.add(String.valueOf(each.getFileName())));
      names.sort(null);
      return names;
    }
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void aNewStoreHasTheDirectoriesThatPeersMake() throws Exception {
    assertEquals(0, now().images().size());

    assertEquals("rwx------", mode(root("overlay")));
    assertEquals("rwxr-xr-x", mode(root("overlay/l")));
    assertEquals("rwx------", mode(root("overlay-layers")));
    assertEquals("rwx------", mode(root("overlay-images")));
    assertEquals("rwx------", mode(root("overlay-containers")));
    assertEquals("false", Files.readString(root("overlay/.has-mount-program")));
    assertTrue(Files.exists(root("storage.lock")));
    assertTrue(Files.exists(root("userns.lock")));
  }

  @Test
  void anImageAndItsLayersComeBackAsTheyWerePut() throws Exception {
    SampleImage sample = SampleImage.of(BASE, TOP);
    sample.putInto(store(), "example.org/a:1");

    ImageRecord image = now().imageNamed("example.org/a:1").orElseThrow();
    assertEquals(sample.id(), image.id());
    assertEquals(sample.top(), image.topLayer().orElseThrow());
    assertEquals(List.of(sample.manifestDigest()), image.digests());
    assertEquals(sample.data().get("manifest"), store().imageData(image, "manifest"));
    assertEquals(sample.record().created(), image.created());
    assertTrue(Files.readString(root("overlay-images/images.json")).contains("09.1Z\""));
    Layer top = now().layer(sample.top()).orElseThrow();
    assertEquals(sample.layerIds().getFirst(), top.parent().orElseThrow());
    assertEquals(TOP.bytes().length, top.uncompressedSize().orElseThrow());
    assertEquals(List.of(0L), top.userIds());
    assertFalse(top.incomplete());
  }

  @Test
  void layersLieAsOverlayWantsThem() throws Exception {
    SampleImage sample = SampleImage.of(BASE, TOP);
    sample.putInto(store(), "example.org/a:1");
    String base = "overlay/" + sample.layerIds().getFirst();
    String top = "overlay/" + sample.top();

    String link = Files.readString(root(base + "/link"));
    assertEquals(26, link.length());
    assertEquals("l/" + link, Files.readString(root(top + "/lower")));
    assertEquals(
        sample.layerIds().getFirst().value(), Files.readString(root(top + "/lower-layers")));
    assertEquals(
        Path.of("../" + sample.layerIds().getFirst() + "/diff"),
        Files.readSymbolicLink(root("overlay/l/" + link)));
    assertEquals(List.of("diff", "empty", "link", "merged", "work"), list(base));
    assertEquals(List.of("diff", "link", "lower", "lower-layers", "merged", "work"), list(top));
    assertEquals("r-xr-xr-x", mode(root(top + "/diff")));
    assertEquals("base", Files.readString(root(base + "/diff/etc/base")));
    assertFalse(Files.exists(root(top + "/diff/.wh.gone")));
  }

  @Test
  void diffGivesTheBytesThatCame() throws Exception {
    SampleImage sample = SampleImage.of(BASE, TOP);
    sample.putInto(store(), "example.org/a:1");

    try (InputStream tar = store().diff(sample.top())) {
      assertArrayEquals(TOP.bytes(), tar.readAllBytes());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLayerWithoutTarSplitIsPackedFromItsFiles(Driver driver) throws Exception {
    options =
        StoreOptions.of(directory.resolve("root"), directory.resolve("run"), driver)
            .withDriverOptions(
                DriverOptions.DEFAULT.withOwnership(DriverOptions.Ownership.BEST_EFFORT));
    TestTar top = new TestTar().file("etc/.wh.base", "").file("etc/new", "new");
    SampleImage sample = SampleImage.of(BASE, top);
    sample.putInto(store(), "localhost/one:1");
    for (Layer layer : now().layers()) {
      Files.delete(store().tarSplitOf(layer));
    }

    List<String> names = new ArrayList<>();
    try (InputStream tar = store().diff(sample.top());
        TarReader reader = new TarReader(tar)) {
      for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
        names.add(entry.get().name());
      }
    }
    assertEquals(List.of("etc/", "etc/.wh.base", "etc/new"), names.stream().sorted().toList());
  }

  @Test
  void aLayerThatWasRemovedCannotBeRead() throws Exception {
    assertThrows(NotFoundException.class, () -> store().diff(new LayerId("gone")));
  }

  @Test
  void whatWasOfAnImageThatIsGoneMeanwhileIsNotCalledDamaged() throws Exception {
    ImageRecord image = SampleImage.of(BASE).putInto(store(), "x:1");
    store().write(Scope.ALL, edit -> edit.removeImage(image.id()));
    NotFoundException e =
        assertThrows(NotFoundException.class, () -> store().imageData(image, "manifest"));
    assertEquals(NotFoundException.Kind.IMAGE, e.kind());
  }

  @Test
  void addingANameStealsItAndWritesHistory() throws Exception {
    ImageRecord one = SampleImage.of(BASE).putInto(store(), "x:1", "x:2");
    ImageRecord other = SampleImage.of(BASE, TOP).putInto(store(), "y:1");

    store().write(Scope.NAMES, edit -> edit.addNames(other.id(), List.of("x:1", "z:1")));

    assertEquals(List.of("x:2"), now().image(one.id()).orElseThrow().names());
    assertEquals(List.of("x:2", "x:1"), now().image(one.id()).orElseThrow().namesHistory());
    ImageRecord renamed = now().image(other.id()).orElseThrow();
    assertEquals(List.of("x:1", "z:1", "y:1"), renamed.names());
    assertEquals(List.of("y:1", "z:1", "x:1"), renamed.namesHistory());
  }

  @Test
  void removedNamesStayInTheHistory() throws Exception {
    ImageRecord one = SampleImage.of(BASE).putInto(store(), "x:1", "x:2");

    store().write(Scope.NAMES, edit -> edit.removeNames(one.id(), List.of("x:1", "x:2")));

    ImageRecord bare = now().image(one.id()).orElseThrow();
    assertEquals(List.of(), bare.names());
    assertEquals(List.of("x:2", "x:1"), bare.namesHistory());
    assertFalse(bare.json().fields().containsKey("names"));
  }

  @Test
  void nothingChangesWhenTheBodyThrows() throws Exception {
    ImageRecord one = SampleImage.of(BASE).putInto(store(), "x:1");
    Bytes before = Bytes.owning(Files.readAllBytes(root("overlay-images/images.json")));

    assertThrows(
        IOException.class,
        () ->
            store()
                .write(
                    Scope.ALL,
                    edit -> {
                      edit.removeImage(one.id());
                      throw new IOException("no");
                    }));

    assertEquals(before, Bytes.owning(Files.readAllBytes(root("overlay-images/images.json"))));
    assertEquals(1, now().images().size());
  }

  @Test
  void unknownKeysAndDamagedRowsSurviveARewrite() throws Exception {
    ImageRecord one = SampleImage.of(BASE).putInto(store(), "x:1");
    Path file = root("overlay-images/images.json");
    String text = Files.readString(file);
    Files.writeString(
        file,
        "[{\"id\":7,\"odd\":true},"
            + text.substring(1, text.length() - 2)
            + ",\"from-the-future\":{\"a\":[1.50]}}]");

    store().write(Scope.NAMES, edit -> edit.addNames(one.id(), List.of("x:2")));

    String rewritten = Files.readString(file);
    assertTrue(rewritten.startsWith("[{\"id\":7,\"odd\":true},"), rewritten);
    assertTrue(rewritten.contains("\"from-the-future\":{\"a\":[1.50]}"), rewritten);
    assertEquals(List.of("x:2", "x:1"), now().image(one.id()).orElseThrow().names());
  }

  @Test
  void anEmptyFileOfRecordsReadsAsAbsent() throws Exception {
    SampleImage.of(BASE).putInto(store(), "x:1");
    Files.write(root("overlay-images/images.json"), new byte[0]);

    assertEquals(0, now().images().size());
    assertEquals(1, now().layers().size());
  }

  @Test
  void aFileOfRecordsThatIsNoJsonIsReportedWithItsRemedy() throws Exception {
    SampleImage.of(BASE).putInto(store(), "x:1");
    Files.writeString(root("overlay-layers/layers.json"), "[{");

    CorruptException e = assertThrows(CorruptException.class, () -> now());
    assertEquals(root("overlay-layers/layers.json"), e.path());
  }

  @Test
  void removingAnImageRemovesItsLayersAndFiles() throws Exception {
    SampleImage small = SampleImage.of(BASE);
    SampleImage large = SampleImage.of(BASE, TOP);
    small.putInto(store(), "x:1");
    large.putInto(store(), "x:2");

    List<LayerId> removed = store().write(Scope.ALL, edit -> edit.removeImage(large.id()));

    assertEquals(List.of(large.top()), removed);
    assertEquals(1, list("overlay/l").size());
    assertEquals(
        List.of(small.top() + ".tar-split.gz", "layers.json", "layers.lock"),
        list("overlay-layers"));
    assertEquals(List.of(small.id().value(), "images.json", "images.lock"), list("overlay-images"));
    store().close();
    assertEquals(List.of(".has-mount-program", small.top().value(), "l"), list("overlay"));
  }

  @Test
  void aLayerInUseStays() throws Exception {
    SampleImage sample = SampleImage.of(BASE, TOP);
    sample.putInto(store(), "x:1");

    assertThrows(InUseException.class, () -> remove(sample.layerIds().getFirst()));
    assertThrows(InUseException.class, () -> remove(sample.top()));
  }

  private void remove(LayerId layer) throws IOException {
    store()
        .write(
            Scope.ALL,
            edit -> {
              edit.removeLayer(layer);
              return layer;
            });
  }

  @Test
  void anImageWithAContainerStays() throws Exception {
    SampleImage sample = SampleImage.of(BASE);
    sample.putInto(store(), "x:1");
    Files.writeString(
        root("overlay-containers/containers.json"),
        "[{\"id\":\"c1\",\"image\":\"" + sample.id() + "\",\"layer\":\"rw\"}]");

    InUseException e =
        assertThrows(
            InUseException.class,
            () -> store().write(Scope.ALL, edit -> edit.removeImage(sample.id())));
    assertEquals(List.of("c1"), e.holders());
  }

  @Test
  void incompleteLayersAreInvisibleAndGoWithTheNextWrite() throws Exception {
    SampleImage sample = SampleImage.of(BASE, TOP);
    sample.putInto(store(), "x:1");
    Path file = root("overlay-layers/layers.json");
    String text = Files.readString(file);
    Files.writeString(
        file,
        text.substring(0, text.length() - 1)
            + ",{\"id\":\"half\",\"flags\":{\"incomplete\":true}}]");
    Files.createDirectories(root("overlay/half/diff"));
    Files.createFile(root("overlay-layers/half.tar-split.gz"));

    assertEquals(2, now().layers().size());
    store().write(Scope.IMAGES, Edit::now);

    assertFalse(Files.exists(root("overlay/half")));
    assertFalse(Files.exists(root("overlay-layers/half.tar-split.gz")));
    assertFalse(Files.readString(file).contains("half"));
  }

  @Test
  void stagedContentsThatWereNeverAdoptedWaitForTheNextPull() throws Exception {
    Digest digest = Digest.of(Bytes.copyOf(TOP.bytes()));
    try (StagedLayer staged = store().stage(PlainTar.of(TOP.stream()), Stages.TWO)) {
      assertEquals(digest, staged.digest());
      assertEquals(TOP.bytes().length, staged.size());
    }

    try (Store other = Store.open(options, disk)) {
      StagedLayer kept = other.kept(digest).orElseThrow();
      assertTrue(other.kept(digest).isEmpty());
      assertEquals(TOP.bytes().length, kept.size());
      kept.discard();
      assertTrue(other.kept(digest).isEmpty());
    }
  }

  @Test
  void aBrokenArchiveLeavesNothing() throws Exception {
    byte[] bytes = TOP.bytes();
    InputStream cut = new java.io.ByteArrayInputStream(bytes, 0, 514);

    assertThrows(IOException.class, () -> store().stage(PlainTar.of(cut), Stages.ONE));
    store().close();

    assertFalse(Files.exists(root("overlay/tempdirs")));
  }

  @Test
  void directoriesOfDeadProcessesAreDeletedAndFinishedLayersKept() throws Exception {
    StagedLayer staged = store().stage(PlainTar.of(TOP.stream()), Stages.ONE);
    Path work = root("overlay/tempdirs/temp-dir-dead");
    Files.createDirectories(root("overlay/tempdirs/temp-dir-dead/half"));
    Files.move(staged.place(), work.resolve("whole"));
    Files.createFile(root("overlay/tempdirs/lock-dead"));

    store().write(Scope.IMAGES, Edit::now);

    assertFalse(Files.exists(work));
    assertFalse(Files.exists(root("overlay/tempdirs/lock-dead")));
    assertTrue(store().kept(staged.digest()).isPresent());
  }

  @Test
  void theFinishedLayersOfAKilledPullAreThereForTheNextAtOnce() throws Exception {
    StagedLayer staged = store().stage(PlainTar.of(TOP.stream()), Stages.ONE);
    Files.createDirectories(root("overlay/tempdirs/temp-dir-dead"));
    Files.move(staged.place(), root("overlay/tempdirs/temp-dir-dead/whole"));
    Files.createFile(root("overlay/tempdirs/lock-dead"));

    assertTrue(store().kept(staged.digest()).isPresent());
  }

  @Test
  void keptLayersThatTheStoreHasByNowAreDeleted() throws Exception {
    Digest digest = Digest.of(Bytes.copyOf(TOP.bytes()));
    store().stage(PlainTar.of(TOP.stream()), Stages.ONE).close();
    StagedLayer again = store().stage(PlainTar.of(TOP.stream()), Stages.ONE);

    store()
        .write(
            Scope.IMAGES,
            edit ->
                edit.adopt(again, new LayerId(digest.hex()), Optional.empty(), Optional.empty()));

    assertTrue(store().kept(digest).isEmpty());
  }

  @Test
  void aReadOnlyStoreIsSearchedAndItsImagesAreCopiedToBeNamed() throws Exception {
    SampleImage sample = SampleImage.of(BASE, TOP);
    sample.putInto(store(), "x:1");
    Files.delete(root("overlay-layers/layers.lock"));
    Path extra = options.graphRoot();
    options =
        StoreOptions.of(directory.resolve("root2"), directory.resolve("run2"), Driver.OVERLAY)
            .withAdditionalStores(List.of(extra));
    store().close();
    opened = Optional.empty();

    ImageRecord found = now().imageNamed("x:1").orElseThrow();
    assertTrue(found.readOnly());
    assertTrue(now().layer(sample.top()).orElseThrow().readOnly());
    assertThrows(
        InUseException.class,
        () -> store().write(Scope.ALL, edit -> edit.removeImage(sample.id())));
    try (InputStream tar = store().diff(sample.top())) {
      assertArrayEquals(TOP.bytes(), tar.readAllBytes());
    }

    store().write(Scope.NAMES, edit -> edit.addNames(sample.id(), List.of("y:1")));

    ImageRecord copy = now().image(sample.id()).orElseThrow();
    assertFalse(copy.readOnly());
    assertEquals(List.of("y:1", "x:1"), copy.names());
    assertEquals(sample.data().get("manifest"), store().imageData(copy, "manifest"));
    assertFalse(Files.exists(extra.resolve("overlay-layers/layers.lock")));
    store().write(Scope.ALL, edit -> edit.removeImage(sample.id()));
    assertEquals(2, now().layers().size());
  }

  @Test
  void aMissingDataItemIsReportedAndTheImageCanBeRemoved() throws Exception {
    SampleImage sample = SampleImage.of(BASE);
    ImageRecord image = sample.putInto(store(), "x:1");
    Files.delete(root("overlay-images/" + image.id() + "/manifest"));

    assertThrows(CorruptException.class, () -> store().imageData(image, "manifest"));
    assertThrows(NotFoundException.class, () -> store().imageData(image, "signatures"));
    store().write(Scope.ALL, edit -> edit.removeImage(image.id()));
    assertEquals(0, now().images().size());
  }

  @Test
  void whatAnotherProgramWritesIsSeenAtOnce() throws Exception {
    ImageRecord one = SampleImage.of(BASE).putInto(store(), "x:1");
    assertEquals(1, now().images().size());

    try (Store other = Store.open(options, disk)) {
      other.write(Scope.NAMES, edit -> edit.addNames(one.id(), List.of("x:2")));
    }

    assertTrue(now().imageNamed("x:2").isPresent());
  }

  @Test
  void vfsLayersHoldWhatIsBeneathThem() throws Exception {
    options = StoreOptions.of(directory.resolve("root"), directory.resolve("run"), Driver.VFS);
    TestTar removing = new TestTar().file("etc/.wh.base", "").file("etc/more", "more");
    SampleImage sample = SampleImage.of(BASE, removing);
    sample.putInto(store(), "x:1");
    Path top = root("vfs/dir/" + sample.top());

    assertEquals("more", Files.readString(top.resolve("etc/more")));
    assertFalse(Files.exists(top.resolve("etc/base")));
    assertTrue(Files.exists(root("vfs/dir/" + sample.layerIds().getFirst() + "/etc/base")));
    try (InputStream tar = store().diff(sample.layerIds().getFirst())) {
      assertArrayEquals(BASE.bytes(), tar.readAllBytes());
    }
    try (Mount mount = store().mount(sample.top())) {
      assertEquals(top, mount.path());
    }
    store().write(Scope.ALL, edit -> edit.removeImage(sample.id()));
    assertEquals(List.of(), list("vfs/dir"));
  }

  @Test
  void anImageStoreOfItsOwnTakesImagesAndTheirLayers() throws Exception {
    Path images = directory.resolve("images");
    options = options.withImageStore(images);
    SampleImage sample = SampleImage.of(BASE, TOP);
    sample.putInto(store(), "x:1");

    assertTrue(Files.exists(images.resolve("overlay-images/images.json")));
    assertTrue(Files.exists(images.resolve("overlay/" + sample.top() + "/diff/hello")));
    assertTrue(Files.exists(root("overlay-layers/" + sample.top() + ".tar-split.gz")));
    assertFalse(Files.exists(root("overlay-layers/layers.json")));
    assertEquals(1, now().images().size());
    store().write(Scope.ALL, edit -> edit.removeImage(sample.id()));
    assertEquals(0, now().layers().size());
    assertFalse(Files.exists(root("overlay-layers/" + sample.top() + ".tar-split.gz")));
  }
}
