package dev.stowage.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.ContainerId;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageId;
import dev.stowage.model.LayerId;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Platform;
import dev.stowage.model.Reference;
import dev.stowage.model.UnsupportedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an image says of itself, of records put together by hand.
class ImageTest {
  @TempDir Path directory;
  private final Shelf shelf = new Shelf();
  private Engine engine;

  @BeforeEach
  void open() throws IOException {
    engine = Workshop.open(directory);
  }

  @AfterEach
  void close() throws IOException {
    engine.close();
  }

  private Image image(ImageId id) {
    return engine.images().image(shelf.view(), shelf.recordOf(id));
  }

  private static List<String> texts(List<Reference> references) {
    return references.stream().map(Reference::toString).toList();
  }

  private static Digest digest(String start) {
    return Digest.sha256(Shelf.id(start));
  }

  @Test
  void namesAreTagsAndDigestsAndWhatIsNoNameIsLeftOut() {
    String digested = "quay.io/a@" + digest("9");
    Image image =
        image(
            shelf.image("1").named("quay.io/a:v1", "BAD NAME", digested, "localhost/b:v2").done());
    assertEquals(List.of("quay.io/a:v1", digested, "localhost/b:v2"), texts(image.names()));
    assertEquals(List.of("quay.io/a:v1", "localhost/b:v2"), texts(image.repoTags()));
  }

  @Test
  void formerNamesComeNewestFirst() {
    Image image = image(shelf.image("1").formerly("quay.io/new:1", "quay.io/old:1").done());
    assertEquals(List.of("quay.io/new:1", "quay.io/old:1"), texts(image.namesHistory()));
    assertEquals(List.of(), image.names());
  }

  @Test
  void itIsWhereItsIdIs() {
    ImageId id = shelf.image("abc").named("quay.io/a:v1").done();
    assertEquals(id, image(id).id());
    assertEquals("containers-storage:@" + id, image(id).location().toString());
  }

  @Test
  void digestsAreThoseOfAllItsManifestsInASteadyOrder() {
    ImageId id = shelf.image("1").named("quay.io/a:v1").alsoDigest(digest("9")).done();
    Image image = image(id);
    assertEquals(Optional.of(shelf.digestOf(id)), image.digest());
    assertEquals(2, image.digests().size());
    assertTrue(image.digests().containsAll(List.of(digest("9"), shelf.digestOf(id))));
    assertEquals(image.digests(), image(id).digests());
  }

  @Test
  void everyRepositoryStandsWithEveryDigestOnceInOrder() {
    ImageId id =
        shelf
            .image("1")
            .named("quay.io/b:v1", "quay.io/a:v1", "quay.io/a:v2")
            .alsoDigest(digest("0"))
            .done();
    List<String> wanted = new ArrayList<>();
    for (String name : List.of("quay.io/a", "quay.io/b")) {
      for (Digest digest : image(id).digests().stream().sorted().toList()) {
        wanted.add(name + "@" + digest);
      }
    }
    assertEquals(wanted, texts(image(id).repoDigests()));
    assertEquals(List.of(), image(shelf.image("2").done()).repoDigests());
  }

  @Test
  void itSaysWhenItWasMadeAndWhereItIsKept() {
    Image image = image(shelf.image("1").created("2024-01-02T03:04:05.5Z").done());
    assertEquals(Optional.of(Instant.parse("2024-01-02T03:04:05.5Z")), image.created());
    assertFalse(image.readOnly());
    assertTrue(image(shelf.image("2").readOnly().done()).readOnly());
  }

  @Test
  void itKnowsItsParentItsChildrenAndWhetherAnythingRefersToIt() {
    shelf.layer("a", "", 1).layer("b", "a", 1).layer("c", "a", 1);
    ImageId base = shelf.image("1").on("a", List.of("a"), "s1").done();
    ImageId one = shelf.image("2").named("x").on("b", List.of("a", "b"), "s1", "s2").done();
    ImageId two = shelf.image("3").on("c", List.of("a", "c"), "s1", "s3").done();
    assertEquals(base, image(one).parent().orElseThrow().id());
    assertEquals(Optional.empty(), image(base).parent().map(Image::id));
    assertEquals(List.of(one, two), image(base).children().stream().map(Image::id).toList());
    assertTrue(image(base).intermediate());
    assertFalse(image(base).dangling());
    assertTrue(image(two).dangling());
    assertFalse(image(two).intermediate());
    assertFalse(image(one).dangling());
    shelf.lose(base, "");
    assertEquals(Optional.empty(), image(one).parent().map(Image::id));
  }

  @Test
  void aNamedImageIsNeverIntermediate() {
    shelf.layer("a", "", 1).layer("b", "a", 1);
    ImageId base = shelf.image("1").named("x").on("a", List.of("a"), "s1").done();
    shelf.image("2").on("b", List.of("a", "b"), "s1", "s2").done();
    assertEquals(1, image(base).children().size());
    assertFalse(image(base).intermediate());
  }

  @Test
  void whatDescentTakesIsReadOnceForASnapshot() {
    shelf.layer("a", "", 1).layer("b", "a", 1);
    ImageId base = shelf.image("1").on("a", List.of("a"), "s1").done();
    ImageId child = shelf.image("2").on("b", List.of("a", "b"), "s1", "s2").done();
    View view = shelf.view();
    Image one = engine.images().image(view, shelf.recordOf(child));
    Image other = engine.images().image(view, shelf.recordOf(base));
    assertEquals(base, one.parent().orElseThrow().id());
    int reads = shelf.reads();
    assertTrue(reads > 0);
    assertEquals(base, one.parent().orElseThrow().id());
    assertEquals(1, other.children().size());
    assertTrue(other.intermediate());
    assertEquals(reads, shelf.reads());
  }

  @Test
  void itsContainersAreThoseOfAllPrograms() {
    ImageId id = shelf.image("1").done();
    ImageId other = shelf.image("2").done();
    shelf.container("c1", id).container("c2", id).container("c3", other);
    assertEquals(
        List.of(new ContainerId(Shelf.id("c1")), new ContainerId(Shelf.id("c2"))),
        image(id).containers());
  }

  @Test
  void itsSizeIsThatOfItsLayersAndItsData() {
    shelf.layer("a", "", 1000).layer("b", "a", 200);
    Image whole = image(shelf.image("1").on("b", List.of("a", "b"), "s").done());
    Image without = image(shelf.image("2").done());
    assertTrue(whole.size() > 1200 && whole.size() < 2500, "" + whole.size());
    assertTrue(without.size() > 0 && without.size() < 1000, "" + without.size());
  }

  @Test
  void theSizeOfADamagedImageIsWhatIsThereHoweverOftenItIsAsked() {
    Image image = image(shelf.image("1").on("f", List.of("f"), "s").done());
    long first = image.size();
    assertTrue(first > 0);
    assertEquals(first, image.size());
    assertTrue(image.damage().isPresent());
  }

  @Test
  void itIsMountedWhereItsTopLayerIs() {
    shelf.layer("a", "", 1).layer("b", "a", 1);
    ImageId base = shelf.image("1").on("a", List.of("a"), "s").done();
    ImageId id = shelf.image("2").on("b", List.of("a", "b"), "s", "t").done();
    assertEquals(Optional.empty(), image(id).mountpoint());
    shelf.mount("b", "/merged", 1);
    assertEquals(Optional.of(Path.of("/merged")), image(id).mountpoint());
    assertEquals(Optional.empty(), image(base).mountpoint());
  }

  @Test
  void labelsComeFromTheConfigurationAndAListHasNone() throws IOException {
    assertEquals(Map.of("k", "v"), image(shelf.image("1").labelled("k", "v").done()).labels());
    Image list = image(shelf.image("2").listing(Map.of()));
    assertTrue(list.list());
    assertEquals(Map.of(), list.labels());
    assertEquals(Optional.<LayerId>empty(), list.topLayer());
    ImageId broken = shelf.image("3").done();
    shelf.lose(broken, "");
    assertThrows(IOException.class, () -> image(broken).labels());
    assertFalse(image(broken).list());
  }

  @Test
  void theManifestIsTheOneThatCame() throws IOException {
    ImageId id = shelf.image("1").done();
    assertEquals(shelf.digestOf(id), image(id).manifest().digest());
  }

  @Test
  void aRemoteManifestIsAnotherIfItIsNoneOfThose() throws IOException {
    ImageId id = shelf.image("1").done();
    ImageId other = shelf.image("2").done();
    Document own = image(id).manifest();
    Document others = image(other).manifest();
    assertFalse(image(id).differsFrom(() -> own));
    assertTrue(image(id).differsFrom(() -> others));
    ImageId known = shelf.image("3").alsoDigest(others.digest()).done();
    assertFalse(image(known).differsFrom(() -> others));
  }

  @Test
  void ofARemoteIndexTheInstanceForTheImagesPlatformCounts() throws IOException {
    Platform arm = new Platform("linux", "arm64", "");
    ImageId amd = shelf.image("1").done();
    ImageId other = shelf.image("2").runningOn(arm).done();
    Map<Digest, Platform> instances = new LinkedHashMap<>();
    instances.put(shelf.digestOf(other), arm);
    instances.put(shelf.digestOf(amd), Shelf.MACHINE);
    Document index = image(shelf.image("3").listing(instances)).manifest();
    assertFalse(image(amd).differsFrom(() -> index));
    assertFalse(image(other).differsFrom(() -> index));
    Document foreign =
        image(shelf.image("4").listing(Map.of(digest("9"), Shelf.MACHINE))).manifest();
    assertTrue(image(amd).differsFrom(() -> foreign));
    assertThrows(NotFoundException.class, () -> image(other).differsFrom(() -> foreign));
  }

  @Test
  void anInspectionHasEveryFieldInItsOrder() throws IOException {
    shelf.layer("a", "", 10).layer("b", "a", 10);
    ImageId base = shelf.image("1").on("a", List.of("a"), "s1").done();
    ImageId id =
        shelf
            .image("2")
            .named("quay.io/a:v1")
            .formerly("quay.io/old:1")
            .labelled("k", "v")
            .on("b", List.of("a", "b"), "s1", "s2")
            .done();
    Inspection inspection = image(id).inspect();
    assertEquals(
        List.of(
            "Id",
            "Digest",
            "RepoTags",
            "RepoDigests",
            "Parent",
            "Comment",
            "Created",
            "Config",
            "Version",
            "Author",
            "Architecture",
            "Os",
            "Size",
            "VirtualSize",
            "GraphDriver",
            "RootFS",
            "Labels",
            "Annotations",
            "ManifestType",
            "User",
            "History",
            "NamesHistory"),
        List.copyOf(inspection.toJson().fields().keySet()));
    assertEquals(Optional.of(base), inspection.identity().parent());
    assertEquals(image(id).size(), inspection.size());
    assertEquals("overlay", inspection.driver().name());
    String driver = inspection.toJson().get("GraphDriver").orElseThrow().compact();
    assertTrue(driver.contains("LowerDir") && driver.contains("UpperDir"), driver);
    assertFalse(driver.contains("MergedDir"), driver);
    assertEquals("{}", inspection.toJson().get("Annotations").orElseThrow().compact());
    shelf.mount("b", "/merged", 1);
    assertEquals("/merged", image(id).inspect().driver().data().get("MergedDir"));
    Image list = image(shelf.image("3").listing(Map.of()));
    assertThrows(UnsupportedException.class, list::inspect);
  }
}
