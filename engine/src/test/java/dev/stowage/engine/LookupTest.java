package dev.stowage.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.AmbiguousException;
import dev.stowage.model.Digest;
import dev.stowage.model.ImageId;
import dev.stowage.model.MalformedException;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Platform;
import dev.stowage.model.Reference;
import dev.stowage.model.UnsupportedException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LookupTest {
  private static final Platform ARM = new Platform("linux", "arm64", "");

  private final Shelf shelf = new Shelf();

  private Hit find(String text, LookupOptions options, ShortNames shortNames) throws IOException {
    return new Lookup(shelf.view(), shortNames, Shelf.MACHINE).find(text, options);
  }

  private Hit find(String text) throws IOException {
    return find(text, LookupOptions.DEFAULT, ShortNames.LOCALHOST);
  }

  private void assertFinds(ImageId image, String name, String text) throws IOException {
    Hit hit = find(text);
    assertEquals(image, hit.image().id(), text);
    assertEquals(name, hit.name(), text);
  }

  private void assertUnknown(String text) {
    NotFoundException e = assertThrows(NotFoundException.class, () -> find(text));
    assertEquals(text + ": image not known", e.getMessage());
  }

  @Test
  void aFullIdMeansThatImageAlone() throws IOException {
    ImageId image = shelf.image("ab").named("localhost/x:latest").done();
    assertFinds(image, image.value(), image.value());
    assertFinds(image, "sha256:" + image, "sha256:" + image);
    assertUnknown(Shelf.id("ac"));
  }

  @Test
  void aShortDigestIsRefused() {
    MalformedException e = assertThrows(MalformedException.class, () -> find("sha256:ab"));
    assertEquals("sha256:ab: invalid format: no 64-byte hexadecimal value", e.getMessage());
  }

  @Test
  void capitalsAreRefusedWithTheTextTheyStandIn() {
    MalformedException e = assertThrows(MalformedException.class, () -> find("Name"));
    assertTrue(String.valueOf(e.getMessage()).startsWith("parsing reference \"Name\": "));
    assertTrue(
        String.valueOf(e.getMessage()).endsWith("repository name must be lowercase"),
        e.getMessage());
  }

  @Test
  void aFullNameMeansItsTagOrLatest() throws IOException {
    ImageId image = shelf.image("1").named("quay.io/a/b:latest", "localhost:5000/x:v1").done();
    assertFinds(image, "quay.io/a/b:latest", "quay.io/a/b");
    assertFinds(image, "localhost:5000/x:v1", "localhost:5000/x:v1");
    assertUnknown("quay.io/a/b:v2");
    assertUnknown("quay.io/b:latest");
  }

  @Test
  void candidatesOfAShortNameAreTriedInOrder() throws IOException {
    ShortNames names =
        name ->
            List.of(
                Reference.parse("alias.example/a:latest"),
                name.at("localhost").tagged(),
                name.at("quay.io").tagged(),
                name.at("docker.io").tagged());
    shelf.image("1").named("docker.io/library/a:latest").done();
    assertEquals("docker.io/library/a:latest", find("a", LookupOptions.DEFAULT, names).name());
    shelf.image("2").named("quay.io/a:latest").done();
    assertEquals("quay.io/a:latest", find("a", LookupOptions.DEFAULT, names).name());
    shelf.image("3").named("localhost/a:latest").done();
    assertEquals("localhost/a:latest", find("a", LookupOptions.DEFAULT, names).name());
    shelf.image("4").named("alias.example/a:latest").done();
    assertEquals("alias.example/a:latest", find("a", LookupOptions.DEFAULT, names).name());
  }

  @Test
  void dockerIoIsTheLastCandidateWithoutBeingASearchRegistry() throws IOException {
    ImageId image = shelf.image("1").named("docker.io/library/a:latest").done();
    assertFinds(image, "docker.io/library/a:latest", "a");
    ImageId two = shelf.image("2").named("docker.io/u/a:1").done();
    assertFinds(two, "docker.io/u/a:1", "u/a:1");
  }

  @Test
  void namesGoBeforeBeginningsOfIds() throws IOException {
    ImageId byId = shelf.image("abc").done();
    assertFinds(byId, "abc", "abc");
    ImageId byName = shelf.image("1").named("localhost/abc:latest").done();
    assertFinds(byName, "localhost/abc:latest", "abc");
    assertFinds(byId, "abc0", "abc0");
  }

  @Test
  void beginningsOfIdsGoBeforeEndsOfNames() throws IOException {
    ImageId ending = shelf.image("1").named("quay.io/x/abc:latest").done();
    assertFinds(ending, "quay.io/x/abc:latest", "abc");
    ImageId beginning = shelf.image("abc").done();
    assertFinds(beginning, "abc", "abc");
  }

  @Test
  void theEndOfARepositoryFitsAtASlashWithItsTag() throws IOException {
    ImageId image = shelf.image("1").named("quay.io/x/abc:v1").done();
    assertFinds(image, "quay.io/x/abc:v1", "abc:v1");
    assertFinds(image, "quay.io/x/abc:v1", "x/abc:v1");
    assertUnknown("abc");
    assertUnknown("bc:v1");
    assertUnknown("localhost/abc:v1");
  }

  @Test
  void theEndOfARepositoryFitsWithAnyTagWhenADigestIsAskedFor() throws IOException {
    ImageId image = shelf.image("1").named("quay.io/x/abc:v1").done();
    Digest digest = shelf.digestOf(image);
    assertFinds(image, "quay.io/x/abc@" + digest, "abc@" + digest);
    assertUnknown("abc@sha256:" + Shelf.id("9"));
  }

  @Test
  void ofTagAndDigestTheDigestCounts() throws IOException {
    ImageId image = shelf.image("1").named("quay.io/abc:v1").done();
    Digest digest = shelf.digestOf(image);
    assertFinds(image, "quay.io/abc@" + digest, "quay.io/abc:nonsense@" + digest);
    assertEquals(digest, find("quay.io/abc@" + digest).digest().orElseThrow());
    assertThrows(NotFoundException.class, () -> find("quay.io/abc:v1@sha256:" + Shelf.id("9")));
  }

  @Test
  void aDigestFitsOnlyImagesOfTheSameRepository() {
    ImageId image = shelf.image("1").named("quay.io/abc:v1").done();
    Digest digest = shelf.digestOf(image);
    assertThrows(NotFoundException.class, () -> find("quay.io/other@" + digest));
  }

  @Test
  void anAmbiguousBeginningIsSaidToBeOne() {
    shelf.image("abc1").done();
    shelf.image("abc2").done();
    AmbiguousException e = assertThrows(AmbiguousException.class, () -> find("abc"));
    assertEquals(2, e.candidates().size());
  }

  @Test
  void anAmbiguousBeginningMayStillBeAName() throws IOException {
    shelf.image("abc1").done();
    shelf.image("abc2").done();
    ImageId image = shelf.image("1").named("quay.io/x/abc:latest").done();
    assertFinds(image, "quay.io/x/abc:latest", "abc");
  }

  @Test
  void aStorageReferenceIsAnImageWithoutAName() throws IOException {
    ImageId image = shelf.image("abc").named("localhost/x:latest").done();
    assertFinds(image, "", "containers-storage:localhost/x");
    assertFinds(image, "", "containers-storage:@" + image);
    assertFinds(image, "", "containers-storage:abc");
    assertFinds(image, "", "containers-storage:localhost/x@abc0");
    assertUnknown("containers-storage:localhost/y");
    assertUnknown("containers-storage:localhost/y@abc0");
  }

  @Test
  void otherTransportsAreRefused() {
    UnsupportedException e =
        assertThrows(UnsupportedException.class, () -> find("docker://alpine"));
    assertEquals("unsupported transport \"docker\" for looking up local images", e.getMessage());
    assertThrows(UnsupportedException.class, () -> find("oci:/tmp/x"));
  }

  @Test
  void aNameThatLooksLikeATransportIsAName() throws IOException {
    ImageId image = shelf.image("1").named("localhost/docker:latest").done();
    assertFinds(image, "localhost/docker:latest", "docker:latest");
  }

  @Test
  void aListStandsForTheInstanceOfThisMachine() throws IOException {
    ImageId amd = shelf.image("1").done();
    ImageId arm = shelf.image("2").runningOn(ARM).done();
    ImageId list = shelf.image("3").named("localhost/list:latest").listing(instances(amd, arm));
    assertEquals(amd, find("list").image().id());
    assertEquals(amd, find(list.value()).image().id());
    assertEquals(amd, find("300").image().id());
    assertEquals("localhost/list:latest", find("list").name());
    LookupOptions forArm = LookupOptions.DEFAULT.withPlatform(ARM);
    assertEquals(arm, find("list", forArm, ShortNames.LOCALHOST).image().id());
    LookupOptions asList = LookupOptions.DEFAULT.withLists(LookupOptions.Lists.LIST);
    assertEquals(list, find("list", asList, ShortNames.LOCALHOST).image().id());
  }

  @Test
  void aListWithoutALocalInstanceIsUnknownOrTakenItself() throws IOException {
    Map<Digest, Platform> elsewhere = Map.of(Digest.sha256(Shelf.id("9")), Shelf.MACHINE);
    ImageId list = shelf.image("3").named("localhost/list:latest").listing(elsewhere);
    NotFoundException e = assertThrows(NotFoundException.class, () -> find("list"));
    assertEquals(NotFoundException.Kind.IMAGE, e.kind());
    LookupOptions tolerant = LookupOptions.DEFAULT.withLists(LookupOptions.Lists.INSTANCE_OR_LIST);
    assertEquals(list, find("list", tolerant, ShortNames.LOCALHOST).image().id());
  }

  @Test
  void whereOnlyListsAreWantedAnImageIsRefused() {
    shelf.image("1").named("localhost/x:latest").done();
    LookupOptions lists = LookupOptions.DEFAULT.withLists(LookupOptions.Lists.ONLY_LIST);
    NotFoundException e =
        assertThrows(NotFoundException.class, () -> find("x", lists, ShortNames.LOCALHOST));
    assertEquals("localhost/x:latest: image is not a manifest list", e.getMessage());
    assertEquals(NotFoundException.Kind.MANIFEST, e.kind());
  }

  @Test
  void anImageForAnotherPlatformThanAskedForIsPassedOver() throws IOException {
    ImageId image = shelf.image("abc").named("localhost/x:latest").runningOn(ARM).done();
    LookupOptions amd = LookupOptions.DEFAULT.withPlatform(new Platform("", "amd64", ""));
    assertThrows(NotFoundException.class, () -> find("x", amd, ShortNames.LOCALHOST));
    assertEquals(image, find("abc", amd, ShortNames.LOCALHOST).image().id());
    LookupOptions arm = LookupOptions.DEFAULT.withPlatform(new Platform("linux", "aarch64", ""));
    assertEquals(image, find("x", arm, ShortNames.LOCALHOST).image().id());
  }

  @Test
  void anImageForAnotherMachineIsTakenAndMayBeWarnedOf() throws IOException {
    shelf.image("abc").named("localhost/x:latest").runningOn(ARM).done();
    assertTrue(find("x").warning().isEmpty());
    LookupOptions warning =
        LookupOptions.DEFAULT.withOtherPlatform(LookupOptions.OtherPlatform.WARN);
    assertEquals(
        "image platform (linux/arm64) does not match the expected platform (linux/amd64)",
        find("x", warning, ShortNames.LOCALHOST).warning().orElseThrow());
  }

  @Test
  void aDamagedImageIsFoundSoThatItCanBeRemoved() throws IOException {
    ImageId image = shelf.image("abc").named("localhost/x:latest").done();
    shelf.lose(image, "");
    assertFinds(image, "localhost/x:latest", "x");
    LookupOptions arm = LookupOptions.DEFAULT.withPlatform(ARM);
    assertEquals(image, find("x", arm, ShortNames.LOCALHOST).image().id());
  }

  private Map<Digest, Platform> instances(ImageId amd, ImageId arm) {
    Map<Digest, Platform> instances = new LinkedHashMap<>();
    instances.put(shelf.digestOf(arm), ARM);
    instances.put(shelf.digestOf(amd), Shelf.MACHINE);
    return instances;
  }
}
