package dev.stowage.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.AmbiguousException;
import dev.stowage.model.Bytes;
import dev.stowage.model.CorruptException;
import dev.stowage.model.Digest;
import dev.stowage.model.ImageId;
import dev.stowage.model.Json;
import dev.stowage.model.LayerId;
import dev.stowage.model.MalformedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SnapshotTest {
  private static final Home MAIN = new Home(Path.of("/main"), Home.Shelf.STABLE);
  private static final Home EXTRA = new Home(Path.of("/extra"), Home.Shelf.READ_ONLY);
  private static final String DIGEST = "sha256:" + "ab".repeat(32);
  private static final String OTHER = "sha256:" + "cd".repeat(32);

  private final List<Layer> layers = new ArrayList<>();
  private final List<ImageRecord> images = new ArrayList<>();
  private final List<Container> containers = new ArrayList<>();

  private Snapshot snapshot() {
    return new Snapshot(layers, images, containers, List.of());
  }

  private void layer(String json) throws MalformedException {
    Json.Obj parsed = Json.parseObject(Bytes.utf8(json));
    layers.add(Table.LAYERS.record(parsed, MAIN).orElseThrow());
  }

  private void image(String json, Home home) throws MalformedException {
    Json.Obj parsed = Json.parseObject(Bytes.utf8(json));
    images.add(Table.IMAGES.record(parsed, home).orElseThrow());
  }

  private void container(String json) throws MalformedException {
    Json.Obj parsed = Json.parseObject(Bytes.utf8(json));
    containers.add(Table.CONTAINERS.record(parsed, MAIN).orElseThrow());
  }

  private ImageRecord found(String id) {
    return snapshot().image(new ImageId(id)).orElseThrow();
  }

  @Test
  void theMainStoreIsSearchedFirst() throws Exception {
    image("{'id':'a1','names':['x:1']}".replace('\'', '"'), MAIN);
    image("{'id':'a1','names':['x:1','x:2']}".replace('\'', '"'), EXTRA);

    assertEquals(MAIN, found("a1").home());
    assertEquals(MAIN, snapshot().imageNamed("x:1").orElseThrow().home());
    assertEquals(EXTRA, snapshot().imageNamed("x:2").orElseThrow().home());
    assertTrue(snapshot().imageNamed("x:2").orElseThrow().readOnly());
  }

  @Test
  void ofTwoImagesWithOneNameTheLaterHasIt() throws Exception {
    image("{'id':'a1','names':['x:1']}".replace('\'', '"'), MAIN);
    image("{'id':'a2','names':['x:1']}".replace('\'', '"'), MAIN);

    assertEquals(new ImageId("a2"), snapshot().imageNamed("x:1").orElseThrow().id());
  }

  @Test
  void aPrefixOfSeveralIdsIsAmbiguous() throws Exception {
    image("{'id':'abc1'}".replace('\'', '"'), MAIN);
    image("{'id':'abc2'}".replace('\'', '"'), MAIN);
    image("{'id':'abd3'}".replace('\'', '"'), EXTRA);

    assertEquals(new ImageId("abc1"), snapshot().imageByPrefix("abc1").orElseThrow().id());
    assertEquals(new ImageId("abd3"), snapshot().imageByPrefix("abd").orElseThrow().id());
    assertTrue(snapshot().imageByPrefix("f").isEmpty());
    assertTrue(snapshot().imageByPrefix("").isEmpty());
    AmbiguousException e =
        assertThrows(AmbiguousException.class, () -> snapshot().imageByPrefix("abc"));
    assertEquals(List.of("abc1", "abc2"), e.candidates());
  }

  @Test
  void imagesAreFoundByTheDigestOfEveryManifest() throws Exception {
    image(
        ("{'id':'a1','digest':'"
                + DIGEST
                + "','big-data-digests':{'manifest':'"
                + DIGEST
                + "','manifest-"
                + OTHER
                + "':'"
                + OTHER
                + "','"
                + DIGEST
                + "':'sha256:bad'}}")
            .replace('\'', '"'),
        MAIN);

    assertEquals(List.of(Digest.parse(DIGEST), Digest.parse(OTHER)), found("a1").digests());
    assertEquals(1, snapshot().imagesByDigest(Digest.parse(OTHER)).size());
  }

  @Test
  void damagedFieldsReadAsAbsent() throws Exception {
    image(
        "{'id':'a1','digest':'sha256:xyz','names':['x:1',7],'layer':'../etc','created':3}"
            .replace('\'', '"'),
        MAIN);
    layer("{'id':'l1','parent':'a/b','diff-digest':'md5:00','diff-size':'big'}".replace('\'', '"'));

    ImageRecord image = found("a1");
    assertTrue(image.digest().isEmpty());
    assertEquals(List.of("x:1"), image.names());
    assertTrue(image.topLayer().isEmpty());
    assertTrue(image.created().isEmpty());
    Layer layer = snapshot().layer(new LayerId("l1")).orElseThrow();
    assertTrue(layer.parent().isEmpty());
    assertTrue(layer.uncompressedSize().isEmpty());
  }

  @Test
  void aChainRunsFromTheTopDown() throws Exception {
    layer("{'id':'l1'}".replace('\'', '"'));
    layer("{'id':'l2','parent':'l1'}".replace('\'', '"'));
    layer("{'id':'l3','parent':'l2'}".replace('\'', '"'));

    List<String> ids = new ArrayList<>();
    for (Layer layer : snapshot().chain(new LayerId("l3"))) {
      ids.add(layer.id().value());
    }
    assertEquals(List.of("l3", "l2", "l1"), ids);
  }

  @Test
  void aChainThatBreaksOrTurnsInACircleIsCorrupt() throws Exception {
    layer("{'id':'l1','parent':'gone'}".replace('\'', '"'));
    layer("{'id':'l2','parent':'l3'}".replace('\'', '"'));
    layer("{'id':'l3','parent':'l2'}".replace('\'', '"'));

    assertThrows(CorruptException.class, () -> snapshot().chain(new LayerId("l1")));
    assertThrows(CorruptException.class, () -> snapshot().chain(new LayerId("l2")));
  }

  @Test
  void removingAnImageFreesWhatNothingElseStandsOn() throws Exception {
    layer("{'id':'l1'}".replace('\'', '"'));
    layer("{'id':'l2','parent':'l1'}".replace('\'', '"'));
    layer("{'id':'l3','parent':'l2'}".replace('\'', '"'));
    layer("{'id':'m3','parent':'l2'}".replace('\'', '"'));
    layer("{'id':'l4','parent':'l1'}".replace('\'', '"'));
    image("{'id':'a1','layer':'l3','mapped-layers':['m3']}".replace('\'', '"'), MAIN);
    image("{'id':'a2','layer':'l4'}".replace('\'', '"'), MAIN);

    assertEquals(
        List.of(new LayerId("m3"), new LayerId("l3"), new LayerId("l2")),
        snapshot().freedBy(found("a1")));
    assertEquals(List.of(new LayerId("l4")), snapshot().freedBy(found("a2")));
  }

  @Test
  void layersOfContainersAndOfOtherImagesStay() throws Exception {
    layer("{'id':'l1'}".replace('\'', '"'));
    layer("{'id':'l2','parent':'l1'}".replace('\'', '"'));
    layer("{'id':'rw','parent':'l2'}".replace('\'', '"'));
    image("{'id':'a1','layer':'l2'}".replace('\'', '"'), MAIN);
    image("{'id':'a2','layer':'l1'}".replace('\'', '"'), MAIN);
    container("{'id':'c1','image':'a1','layer':'rw'}".replace('\'', '"'));

    assertEquals(List.of(), snapshot().freedBy(found("a1")));
    assertEquals(1, snapshot().usersOf(new ImageId("a1")).size());
  }
}
