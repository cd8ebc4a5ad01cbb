package dev.stowage.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.archive.PlainTar;
import dev.stowage.archive.Stages;
import dev.stowage.linux.Disk;
import dev.stowage.linux.LocalDisk;
import dev.stowage.linux.LockMethod;
import dev.stowage.model.Bytes;
import dev.stowage.model.CheckLevel;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Finding;
import dev.stowage.model.LayerId;
import dev.stowage.model.Repair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Has stores repaired that lack what can be had nowhere, or perhaps.
class LossRemovalTest {
  private static final TestTar BASE = new TestTar().directory("etc", 0755).file("etc/base", "base");
  private static final TestTar TOP = new TestTar().file("top", "top");
  private static final TestTar OTHER = new TestTar().file("other", "other");

  private static final Nobody NOBODY = new Nobody(List.of());

  private final Disk disk = new LocalDisk(LockMethod.OPEN_FILE);

  @TempDir private Path directory;

  /// Nobody has anything.
  ///
  /// @param onDocuments who may have manifests and configurations and does not say
  private record Nobody(List<Silence> onDocuments) implements Supply {
    @Override
    public Answer<Offer> layer(Digest diffId, List<Descriptor> forms, Trail trail) {
      return new Nowhere<>("nowhere");
    }

    @Override
    public Answer<Bytes> document(Digest digest, Trail trail) {
      return onDocuments.isEmpty() ? new Nowhere<>("nowhere") : new Unanswered<>(onDocuments);
    }
  }

  private StoreOptions options(String name, Path... additional) {
    return StoreOptions.of(
            directory.resolve(name), directory.resolve(name + "-run"), Driver.OVERLAY)
        .withDriverOptions(
            DriverOptions.DEFAULT
                .withHomeMount(DriverOptions.HomeMount.NONE)
                .withOwnership(DriverOptions.Ownership.BEST_EFFORT))
        .withAdditionalStores(List.of(additional));
  }

  private static List<Finding> check(Store store) throws IOException {
    return store.upkeep().check(CheckLevel.FULL, Duration.ofDays(1));
  }

  private static List<Repair> repair(Store store, Supply supply) throws IOException {
    return store
        .upkeep()
        .repair(
            CheckLevel.FULL,
            Repair.Mode.DONE,
            Repair.Lost.REMOVED_WITH_CONTAINERS,
            supply,
            _ -> {});
  }

  private static List<String> names(Store store) throws IOException {
    return store.read(
        now -> now.images().stream().flatMap(image -> image.names().stream()).sorted().toList());
  }

  private static void assertLeft(List<Repair> repairs) {
    assertFalse(repairs.isEmpty());
    for (Repair repair : repairs) {
      assertEquals(Repair.Result.LEFT, repair.result(), repair.toString());
    }
  }

  /// A store with an image, and one beside it that has a copy of its record and an image of its own
  /// on its lowest layer.
  private Path shared() throws IOException {
    SampleImage sample = SampleImage.of(BASE, TOP);
    Path shared = sharedWith(sample);
    SampleImage own = SampleImage.of(BASE, OTHER);
    try (Store store = Store.open(options("own", shared), disk);
        StagedLayer staged = store.stage(PlainTar.of(OTHER.stream()), Stages.ONE)) {
      store.write(Scope.NAMES, edit -> edit.addNames(sample.id(), List.of("copy:1")));
      store.write(
          Scope.IMAGES,
          edit -> {
            Layer _ =
                edit.adopt(
                    staged,
                    own.top(),
                    Optional.of(own.layerIds().getFirst()),
                    Optional.of(
                        new Blob(
                            staged.digest(), staged.size(), dev.stowage.archive.Compression.NONE)));
            return edit.putImage(own.record("own:1"));
          });
    }
    return shared;
  }

  @Test
  void layersInAReadOnlyStoreAreThere() throws IOException {
    try (Store store = Store.open(options("own", shared()), disk)) {
      assertEquals(
          2, store.read(now -> now.layers().stream().filter(Layer::readOnly).toList()).size());
      assertEquals(List.of(), check(store));
      assertEquals(List.of(), repair(store, NOBODY));
    }
  }

  @Test
  void nothingIsRemovedBecauseOfALayerInAReadOnlyStore() throws IOException {
    Path shared = shared();
    LayerId base = SampleImage.of(BASE).top();
    Files.delete(shared.resolve("overlay").resolve(base.value()).resolve("diff/etc/base"));
    try (Store store = Store.open(options("own", shared), disk)) {
      assertLeft(repair(store, NOBODY));
      assertEquals(List.of("copy:1", "own:1", "shared:1", "shared:1"), names(store));
    }
  }

  @Test
  void nothingIsRemovedBecauseAReadOnlyStoreIsAway() throws IOException {
    Path shared = shared();
    Path away = directory.resolve("away");
    Files.writeString(
        directory.resolve("own/overlay-containers/containers.json"),
        "[{\"id\":\"c1\",\"image\":\"" + SampleImage.of(TOP).id() + "\",\"layer\":\"rw\"}]");
    Files.move(shared, away);
    try (Store store = Store.open(options("own", shared), disk)) {
      assertLeft(repair(store, NOBODY));
      assertEquals(List.of("copy:1", "own:1", "shared:1"), names(store));
      assertEquals(1, store.read(Snapshot::containers).size());
    }
    Files.delete(directory.resolve("own/overlay-containers/containers.json"));
    Files.move(away, shared);
    try (Store store = Store.open(options("own", shared), disk)) {
      assertEquals(List.of(), check(store));
    }
  }

  @Test
  void aLayerThatAReadOnlyStoreHasTooIsNotLost() throws IOException {
    SampleImage sample = SampleImage.of(BASE, TOP);
    try (Store store = Store.open(options("own"), disk)) {
      sample.putInto(store, "own:1");
    }
    Path shared = sharedWith(sample);
    Files.delete(directory.resolve("own/overlay/" + sample.top() + "/diff/top"));
    try (Store store = Store.open(options("own", shared), disk)) {
      assertLeft(repair(store, NOBODY));
      assertEquals(List.of("own:1", "shared:1"), names(store));
    }
  }

  private Path sharedWith(SampleImage sample) throws IOException {
    try (Store store = Store.open(options("shared"), disk)) {
      sample.putInto(store, "shared:1");
    }
    return directory.resolve("shared");
  }

  @Test
  void whatMayStillBeHadKeepsWhatItStandsOnAndWhatStandsOnIt() throws IOException {
    SampleImage open = SampleImage.of(BASE, TOP);
    SampleImage beside = SampleImage.of(BASE, OTHER);
    SampleImage lost = SampleImage.of(TOP);
    Path root = directory.resolve("own");
    try (Store store = Store.open(options("own"), disk)) {
      open.putInto(store, "open:1");
      beside.putInto(store, "beside:1");
      lost.putInto(store, "lost:1");
      Files.writeString(
          root.resolve("overlay-containers/containers.json"),
          "[{\"id\":\"c1\",\"image\":\""
              + open.id()
              + "\",\"layer\":\"rw1\"},{\"id\":\"c2\",\"image\":\""
              + lost.id()
              + "\",\"layer\":\"rw2\"}]");
      Files.delete(root.resolve("overlay/" + SampleImage.of(BASE).top() + "/diff/etc/base"));
      Files.delete(root.resolve("overlay/" + lost.top() + "/diff/top"));
      Files.delete(
          root.resolve("overlay-images/" + open.id())
              .resolve(Layout.dataFile("sha256:" + open.id())));
      List<Repair> repairs =
          repair(store, new Nobody(List.of(new Supply.Silence("there", "it is away"))));
      assertEquals(List.of("beside:1", "open:1"), names(store), repairs.toString());
      assertEquals(
          List.of("c1"),
          store.read(now -> now.containers().stream().map(each -> each.id().value()).toList()));
      assertTrue(
          repairs.stream()
              .anyMatch(
                  each ->
                      each.text().contains("could not be asked for at there (it is away)")
                          && each.outlook() == Repair.Outlook.OPEN));
      List<Repair> rest = repair(store, NOBODY);
      assertEquals(List.of(), names(store), rest.toString());
      assertEquals(List.of(), store.read(Snapshot::containers));
    }
  }

  @Test
  void aLayerIsAskedForUnderTheNamesOfAllImagesOnIt() throws IOException {
    SampleImage unreadable = SampleImage.of(BASE, TOP);
    List<String> asked = new ArrayList<>();
    try (Store store = Store.open(options("own"), disk)) {
      unreadable.putInto(store, "unreadable:1");
      SampleImage.of(BASE, OTHER).putInto(store, "readable:1");
      Path root = directory.resolve("own");
      Files.delete(root.resolve("overlay/" + SampleImage.of(BASE).top() + "/diff/etc/base"));
      Files.delete(
          root.resolve("overlay-images/" + unreadable.id())
              .resolve(Layout.dataFile("sha256:" + unreadable.id())));
      List<Repair> _ =
          repair(
              store,
              new Noticing(
                  trail -> {
                    asked.addAll(trail.names());
                  }));
    }
    assertEquals(List.of("readable:1", "unreadable:1"), asked);
  }

  @Test
  void whatNobodyWasAskedForIsNotLost() throws IOException {
    SampleImage lost = SampleImage.of(BASE);
    SampleImage late = SampleImage.of(OTHER);
    Path root = directory.resolve("own/overlay");
    try (Store store = Store.open(options("own"), disk)) {
      lost.putInto(store, "lost:1");
      late.putInto(store, "late:1");
      Files.delete(root.resolve(lost.top() + "/diff/etc/base"));
      Path away = root.resolve(late.top() + "/away");
      List<Repair> repairs =
          repair(
              store, new Noticing(trail -> Files.move(root.resolve(late.top() + "/diff"), away)));
      assertEquals(List.of("late:1"), names(store), repairs.toString());
      assertEquals(Repair.Result.LEFT, repairs.getLast().result());
    }
  }

  /// Does something when somebody asks for a layer, which nobody has.
  private record Noticing(Notice notice) implements Supply {
    interface Notice {
      void of(Trail trail) throws IOException;
    }

    @Override
    public Answer<Offer> layer(Digest diffId, List<Descriptor> forms, Trail trail)
        throws IOException {
      notice.of(trail);
      return new Nowhere<>("nowhere");
    }

    @Override
    public Answer<Bytes> document(Digest digest, Trail trail) {
      return new Nowhere<>("nowhere");
    }
  }
}
