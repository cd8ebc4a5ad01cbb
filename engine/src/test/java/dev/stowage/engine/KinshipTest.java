package dev.stowage.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.ImageConfig;
import dev.stowage.model.ImageId;
import dev.stowage.store.ImageRecord;
import dev.stowage.store.Layer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KinshipTest {
  private final Shelf shelf = new Shelf();

  private ImageRecord record(ImageId image) {
    return shelf.recordOf(image);
  }

  @Test
  void aStepThatMadeALayerMakesAChildOnTheNextLayer() {
    shelf.layer("a", "", 1).layer("b", "a", 1);
    ImageId base = shelf.image("1").on("a", List.of("a"), "s1").done();
    ImageId child = shelf.image("2").named("x").on("b", List.of("a", "b"), "s1", "s2").done();
    Kinship kinship = shelf.view().kinship();
    assertEquals(Optional.of(record(base)), kinship.parent(record(child), Survivors.ALL));
    assertEquals(List.of(record(child)), kinship.children(record(base), Survivors.ALL));
    assertTrue(kinship.intermediate(record(base), Survivors.ALL));
    assertFalse(kinship.dangling(record(base), Survivors.ALL));
  }

  @Test
  void aStepThatMadeNoLayerMakesAChildOnTheSameLayer() {
    shelf.layer("a", "", 1);
    ImageId base = shelf.image("1").on("a", List.of("a"), "s1").done();
    ImageId child = shelf.image("2").on("a", List.of("a"), "s1", "-label").done();
    Kinship kinship = shelf.view().kinship();
    assertEquals(Optional.of(record(base)), kinship.parent(record(child), Survivors.ALL));
    assertTrue(kinship.hasChildren(record(base), Survivors.ALL));
    assertFalse(kinship.hasChildren(record(child), Survivors.ALL));
  }

  @Test
  void twoStepsMakeNoChild() {
    shelf.layer("a", "", 1).layer("b", "a", 1);
    ImageId base = shelf.image("1").on("a", List.of("a"), "s1").done();
    ImageId other = shelf.image("2").on("b", List.of("a", "b"), "s1", "-label", "s2").done();
    Kinship kinship = shelf.view().kinship();
    assertTrue(kinship.parent(record(other), Survivors.ALL).isEmpty());
    assertTrue(kinship.dangling(record(base), Survivors.ALL));
  }

  @Test
  void anotherHistoryMakesNoChild() {
    shelf.layer("a", "", 1).layer("b", "a", 1);
    ImageId base = shelf.image("1").on("a", List.of("a"), "s1").done();
    shelf.image("2").on("b", List.of("a", "b"), "other", "s2").done();
    assertFalse(shelf.view().kinship().hasChildren(record(base), Survivors.ALL));
  }

  @Test
  void imagesWithoutLayersDescendFromEachOtherByHistory() {
    ImageId one = shelf.image("1").steps("-a").done();
    ImageId two = shelf.image("2").steps("-a", "-b").done();
    shelf.image("3").named("localhost/list:1").listing(Map.of());
    Kinship kinship = shelf.view().kinship();
    assertEquals(Optional.of(record(one)), kinship.parent(record(two), Survivors.ALL));
    assertEquals(List.of(record(two)), kinship.children(record(one), Survivors.ALL));
  }

  @Test
  void anImageThatAListNamesDoesNotDangle() {
    shelf.layer("a", "", 1);
    ImageId image = shelf.image("1").on("a", List.of("a"), "s1").done();
    assertTrue(shelf.view().kinship().dangling(record(image), Survivors.ALL));
    shelf.image("2").named("l").listing(Map.of(shelf.digestOf(image), Shelf.MACHINE));
    assertFalse(shelf.view().kinship().dangling(record(image), Survivors.ALL));
  }

  @Test
  void aListWithoutANameDangles() {
    ImageId list = shelf.image("2").listing(Map.of());
    assertTrue(shelf.view().kinship().dangling(record(list), Survivors.ALL));
  }

  @Test
  void whatCannotBeReadHasNoKin() {
    shelf.layer("a", "", 1);
    ImageId base = shelf.image("1").on("a", List.of("a"), "s1").done();
    ImageId child = shelf.image("2").on("a", List.of("a"), "s1", "-label").done();
    ImageId lost = shelf.image("3").on("f", List.of("f"), "s1").done();
    shelf.lose(child, "sha256:");
    Kinship kinship = shelf.view().kinship();
    assertFalse(kinship.hasChildren(record(base), Survivors.ALL));
    assertTrue(kinship.parent(record(child), Survivors.ALL).isEmpty());
    assertTrue(kinship.parent(record(lost), Survivors.ALL).isEmpty());
    assertTrue(kinship.dangling(record(lost), Survivors.ALL));
  }

  @Test
  void listingNamedImagesReadsNothing() throws IOException {
    shelf.layer("a", "", 1);
    for (int i = 0; i < 10; i++) {
      shelf.image("1" + i).named("localhost/x:" + i).on("a", List.of("a"), "s1").done();
    }
    View view = shelf.view();
    ListOptions options = ListOptions.DEFAULT.and(Filter.parse("intermediate=false"));
    assertEquals(
        10,
        Listings.of(view, shelf.lookup(view), java.time.Clock.systemUTC(), options, d -> {})
            .size());
    assertEquals(0, shelf.reads());
  }

  /// Random stores, in which every question is answered once by looking at every pair.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void aNeighbourhoodIsAsGoodAsLookingEverywhere(long seed) {
    Random random = new Random(seed);
    List<String> layers = new ArrayList<>();
    List<List<String>> chains = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String layer = Integer.toHexString(0xa0 + i);
      int parent = random.nextInt(layers.size() + 1) - 1;
      List<String> chain = parent < 0 ? new ArrayList<>() : new ArrayList<>(chains.get(parent));
      chain.add(layer);
      shelf.layer(layer, parent < 0 ? "" : layers.get(parent), i);
      layers.add(layer);
      chains.add(chain);
    }
    for (int i = 0; i < 30; i++) {
      Shelf.Making image = shelf.image(Integer.toHexString(0x100 + i));
      if (random.nextInt(3) == 0) {
        image.named("localhost/x:" + i);
      }
      int layer = random.nextInt(layers.size() + 1) - 1;
      List<String> steps = new ArrayList<>();
      List<String> chain = layer < 0 ? List.of() : chains.get(layer);
      for (String each : chain) {
        if (random.nextInt(4) == 0) {
          steps.add("-e" + random.nextInt(2));
        }
        steps.add("s" + each);
      }
      if (random.nextBoolean()) {
        steps.add("-e" + random.nextInt(2));
      }
      if (layer >= 0) {
        image.on(layers.get(layer), chain, steps.toArray(String[]::new));
      } else {
        image.steps(steps.toArray(String[]::new));
      }
      image.done();
    }
    View view = shelf.view();
    for (ImageRecord image : view.snapshot().images()) {
      Set<ImageId> children = new HashSet<>();
      Set<ImageId> parents = new HashSet<>();
      for (ImageRecord other : view.snapshot().images()) {
        if (!other.id().equals(image.id())) {
          if (areParentAndChild(view, image, other)) {
            children.add(other.id());
          }
          if (areParentAndChild(view, other, image)) {
            parents.add(other.id());
          }
        }
      }
      Kinship kinship = view.kinship();
      Set<ImageId> found = new HashSet<>();
      for (ImageRecord child : kinship.children(image, Survivors.ALL)) {
        found.add(child.id());
      }
      assertEquals(children, found);
      assertEquals(!children.isEmpty(), kinship.hasChildren(image, Survivors.ALL));
      Optional<ImageRecord> parent = kinship.parent(image, Survivors.ALL);
      assertEquals(parents.isEmpty(), parent.isEmpty());
      assertTrue(parent.isEmpty() || parents.contains(parent.get().id()));
      assertEquals(
          image.names().isEmpty() && children.isEmpty(), kinship.dangling(image, Survivors.ALL));
    }
  }

  /// The rule as it is written, on layers, diff IDs and history.
  private static boolean areParentAndChild(View view, ImageRecord parent, ImageRecord child) {
    boolean near = parent.topLayer().equals(child.topLayer());
    if (!near && parent.topLayer().isPresent() && child.topLayer().isPresent()) {
      near =
          view.snapshot()
              .layer(child.topLayer().get())
              .flatMap(Layer::parent)
              .equals(parent.topLayer());
    }
    if (!near) {
      return false;
    }
    ImageConfig one = view.lineage(parent).orElseThrow();
    ImageConfig other = view.lineage(child).orElseThrow();
    List<ImageConfig.Step> steps = other.history();
    return !steps.isEmpty()
        && one.history().equals(steps.subList(0, steps.size() - 1))
        && other.diffIds().size() >= one.diffIds().size()
        && other.diffIds().subList(0, one.diffIds().size()).equals(one.diffIds());
  }
}
