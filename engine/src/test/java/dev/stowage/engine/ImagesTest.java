package dev.stowage.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.stowage.linux.ProcessIdentity;
import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.model.Event;
import dev.stowage.model.ImageId;
import dev.stowage.model.InUseException;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.UnsupportedException;
import dev.stowage.testkit.ImageGenerator;
import dev.stowage.transfer.Listener;
import dev.stowage.transfer.Listener.Progress;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The images of a store on disk: what is asked of all of them, and what is changed.
class ImagesTest {
  @TempDir Path directory;
  private Engine engine;
  private final List<Progress> told = new ArrayList<>();

  @BeforeEach
  void open() throws IOException {
    engine =
        Engine.open(
            Workshop.surroundings(directory),
            EngineOptions.DEFAULT
                .withRoots(directory.resolve("root"), directory.resolve("run"))
                .withDriver("overlay")
                .withListener(told::add));
  }

  @AfterEach
  void close() throws IOException {
    engine.close();
  }

  private Image make(String content, String name) throws IOException {
    Bytes tar = ImageGenerator.tar(Map.of("name", Bytes.utf8(content)));
    Image image =
        engine.importImage(
            new ImportInput.From(new ByteArrayInputStream(tar.toArray())),
            ImportOptions.DEFAULT.withName(name),
            Listener.NONE);
    told.clear();
    return image;
  }

  /// Records a container of the image, as if some other program had made it.
  private void contain(String id, Image image) throws IOException {
    Path file = directory.resolve("root/overlay-containers/containers.json");
    Path _ =
        Files.writeString(
            file,
            "["
                + Json.object()
                    .put("id", Shelf.id(id))
                    .put("image", image.id().value())
                    .build()
                    .compact()
                + "]");
  }

  private Path record(String kind) {
    return directory.resolve("root/overlay-" + kind + "/" + kind + ".json");
  }

  private Path dataOf(Image image) {
    return directory.resolve("root/overlay-images").resolve(image.id().value());
  }

  private List<String> events() {
    List<String> events = new ArrayList<>();
    for (Progress progress : told) {
      if (progress instanceof Progress.Changed(Event event)) {
        String failed = event.failure().isPresent() ? " failed" : "";
        events.add(event.kind() + " " + event.name() + failed);
      }
    }
    return events;
  }

  @Test
  void anImageExistsIfItIsThereAndWhole() throws IOException {
    Image image = make("x", "x");
    assertTrue(engine.images().exists("x"));
    assertFalse(engine.images().exists("y"));
    assertThrows(MalformedException.class, () -> engine.images().exists("X"));
    Files.delete(dataOf(image).resolve("manifest"));
    assertFalse(engine.images().exists("x"));
    assertTrue(
        told.stream()
            .anyMatch(
                progress ->
                    progress instanceof Progress.Warned(String text)
                        && text.contains("may be corrupted")),
        told.toString());
  }

  @Test
  void aNameIsResolvedToWhatItIsFoundUnderOrToWhatItCouldBe() throws IOException {
    Image image = make("x", "quay.io/team/app:v1");
    Images images = engine.images();
    assertEquals("quay.io/team/app:v1", images.resolveName("app:v1").toString());
    assertEquals("quay.io/team/app:v1", images.resolveName("quay.io/team/app:v1").toString());
    assertEquals("localhost/nothing:latest", images.resolveName("nothing").toString());
    assertEquals("quay.io/other:latest", images.resolveName("quay.io/other").toString());
    String beginning = image.id().value().substring(0, 12);
    assertEquals("localhost/" + beginning + ":latest", images.resolveName(beginning).toString());
    for (String none : List.of("", "X", "sha256:" + image.id())) {
      assertThrows(MalformedException.class, () -> images.resolveName(none), none);
    }
    assertThrows(UnsupportedException.class, () -> images.resolveName("docker://x"));
  }

  @Test
  void aFullNameIsWhatAnImageWouldBeCalled() throws IOException {
    assertEquals("localhost/a:latest", Images.fullName("a").toString());
    assertEquals("docker.io/library/a:1", Images.fullName("docker.io/a:1").toString());
    String digest = Digest.of(Bytes.utf8("x")).toString();
    assertEquals("quay.io/a@" + digest, Images.fullName("quay.io/a:1@" + digest).toString());
  }

  @Test
  void severalNamesAreFoundInTheirOrderOrNotAtAll() throws IOException {
    ImageId one = make("1", "one").id();
    ImageId two = make("2", "two").id();
    List<Found> found = engine.images().find(List.of("two", "one"), LookupOptions.DEFAULT);
    assertEquals(List.of(two, one), found.stream().map(each -> each.image().id()).toList());
    assertThrows(
        NotFoundException.class,
        () -> engine.images().find(List.of("one", "none"), LookupOptions.DEFAULT));
  }

  @Test
  void allImagesAreListedFromOneSnapshot() throws IOException {
    Image one = make("1", "one");
    make("2", "two");
    List<Image> before = engine.images().list();
    Removal removal = one.remove(RemoveOptions.DEFAULT);
    assertEquals(Removal.Outcome.DONE, removal.outcome());
    assertEquals(2, before.size());
    assertEquals("localhost/one:latest", before.getFirst().names().getFirst().toString());
    assertEquals(1, engine.images().list().size());
    assertThrows(NotFoundException.class, before.getFirst()::refresh);
  }

  @Test
  void aTagIsTakenFromWhomeverHasItAndTold() throws IOException {
    make("1", "one");
    Image two = make("2", "two");
    Image tagged = two.tag("one");
    assertEquals(
        List.of("localhost/one:latest", "localhost/two:latest"),
        tagged.names().stream().map(Object::toString).toList());
    assertEquals(two.id(), engine.images().find("one").image().id());
    assertEquals(List.of("TAG one"), events());
  }

  @Test
  void anUntaggedNameIsGoneAndToldAndOneItHasNotIsUnknown() throws IOException {
    Image image = make("1", "one").tag("more:1");
    told.clear();
    assertEquals(1, image.untag("more:1").names().size());
    NotFoundException e = assertThrows(NotFoundException.class, () -> image.untag("more:1"));
    assertEquals("localhost/more:1: tag not known", e.getMessage());
    assertEquals(List.of("UNTAG localhost/more:1"), events());
    assertEquals(List.of(), image.refresh().untagAll().names());
  }

  @Test
  void whatIsChangedIsToldOnlyIfItIs() throws IOException {
    Image image = make("1", "one");
    assertThrows(UnsupportedException.class, () -> image.tag("sha256:" + image.id()));
    assertThrows(NotFoundException.class, () -> image.untag("none"));
    assertThrows(NotFoundException.class, () -> image.unmount(Unmounting.ONCE));
    assertEquals(List.of(), events());
  }

  @Test
  void mountsAreCountedAndToldAndUndoneOneByOneOrAtOnce() throws IOException {
    assumeTrue(ProcessIdentity.read().isSuperuser(), "mounting needs the superuser");
    Image image = make("content", "one");
    try (Mount first = image.mount()) {
      assertEquals("content", Files.readString(first.path().resolve("name")));
      try (Mount second = image.mount()) {
        assertEquals(first.path(), second.path());
      }
      assertEquals(List.of(first.path()), image.refresh().mountpoint().stream().toList());
    }
    assertEquals(List.of(), image.refresh().mountpoint().stream().toList());
    assertEquals(List.of("MOUNT ", "MOUNT ", "UNMOUNT ", "UNMOUNT "), events());
    Mount _ = image.mount();
    Mount _ = image.mount();
    image.unmount(Unmounting.ALL);
    assertEquals(List.of(), image.refresh().mountpoint().stream().toList());
    assertThrows(NotFoundException.class, () -> image.unmount(Unmounting.ALL));
  }

  @Test
  void r14ForceAsksTheOneWhoKnowsTheContainersFirst() throws IOException {
    Image image = make("1", "one");
    contain("c1", image);
    List<ImageId> asked = new ArrayList<>();
    RemoveOptions forced = RemoveOptions.DEFAULT.withForce(Force.WITH_CONTAINERS);
    assertThrows(
        IOException.class,
        () ->
            engine
                .images()
                .remove(
                    List.of("one"),
                    forced.withContainers(
                        id -> {
                          throw new IOException("cannot stop what runs in " + id);
                        })));
    assertEquals(1, engine.images().list().size());
    Removal removal =
        engine.images().remove(List.of("one"), forced.withContainers(id -> asked.add(id)));
    assertEquals(List.of(image.id()), asked);
    assertEquals(List.of(image.id()), removal.removed());
    assertEquals("[]", Files.readString(record("containers")).strip());
  }

  @Test
  void r15ForceDeletesTheContainersThatTheStoreHas() throws IOException {
    Image image = make("1", "one");
    contain("c1", image);
    Removal refused = engine.images().remove(List.of("one"), RemoveOptions.DEFAULT);
    assertInstanceOf(InUseException.class, refused.failures().getFirst().cause());
    assertEquals(1, engine.images().list().size());
    Removal removal =
        engine
            .images()
            .remove(List.of("one"), RemoveOptions.DEFAULT.withForce(Force.WITH_CONTAINERS));
    assertEquals(List.of(image.id()), removal.removed());
    assertEquals("[]", Files.readString(record("containers")).strip());
  }

  @Test
  void r21AnImageThatLostItsLayerAndItsFilesGoesAllTheSame() throws IOException {
    Image image = make("1", "one");
    Path _ = Files.writeString(record("layers"), "[]");
    for (String item : List.of("manifest", "=bWFuaWZlc3Q=")) {
      Files.deleteIfExists(dataOf(image).resolve(item));
    }
    Removal removal = engine.images().remove(List.of("one"), RemoveOptions.DEFAULT);
    assertEquals(List.of(), removal.failures());
    assertEquals(List.of(image.id()), removal.removed());
    assertEquals(List.of(), engine.images().list());
  }

  @Test
  void aPlanTellsTheBytesOfTheRecordsAndChangesNothing() throws IOException {
    Image image = make("content", "one");
    make("content", "two");
    Images images = engine.images();
    Removal plan = images.planRemoval(List.of("one"), RemoveOptions.DEFAULT);
    assertEquals(List.of(image.id()), plan.removed());
    long data = plan.freed().orElseThrow();
    Removal both = images.planRemovalOfAll(ListOptions.DEFAULT, RemoveOptions.DEFAULT);
    // The layer goes only when nobody stands on it any more.
    assertTrue(data > 0 && both.freed().orElseThrow() > 2 * data, data + " " + both.freed());
    assertEquals(
        both.freed(),
        images.planPrune(PruneOptions.DEFAULT.with(new PruneOptions.Unused())).freed());
    assertEquals(2, images.list().size());
    assertEquals(
        OptionalLong.empty(), images.remove(List.of("one"), RemoveOptions.DEFAULT).freed());
    long measured =
        images.prune(PruneOptions.DEFAULT.with(new PruneOptions.Unused())).freed().orElseThrow();
    assertTrue(measured >= 4096, () -> "" + measured);
  }

  @Test
  void r22WhatWasRemovedIsToldOnceItIs() throws IOException {
    Image image = make("1", "one").tag("two");
    told.clear();
    Removal _ = engine.images().remove(List.of("two"), RemoveOptions.DEFAULT);
    assertEquals(List.of("UNTAG localhost/two:latest", "REMOVE localhost/two:latest"), events());
    told.clear();
    contain("c1", image);
    Removal _ = engine.images().remove(List.of("one"), RemoveOptions.DEFAULT);
    assertEquals(List.of("REMOVE localhost/one:latest failed"), events());
    told.clear();
    Path _ = Files.writeString(record("containers"), "[]");
    Removal _ = engine.images().remove(List.of("one"), RemoveOptions.DEFAULT);
    assertEquals(List.of("UNTAG localhost/one:latest", "REMOVE localhost/one:latest"), events());
  }

  @Test
  void oneStoreMayBeOpenedSeveralTimesInOneProcess() throws IOException {
    make("1", "one");
    try (Engine other = Workshop.open(directory)) {
      Image _ = other.images().find("one").image().tag("two");
    }
    assertTrue(engine.images().exists("two"));
  }
}
