package dev.stowage.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stowage.model.ImageId;
import dev.stowage.model.MalformedException;
import dev.stowage.store.ImageRecord;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HistoryTest {
  private final Shelf shelf = new Shelf();

  private List<History.Entry> history(ImageId image) throws IOException {
    View view = shelf.view();
    ImageRecord record = view.snapshot().image(image).orElseThrow();
    return History.of(view, record, view.config(record)).entries();
  }

  @Test
  void stepsStandBesideTheirLayersTheLastFirst() throws IOException {
    shelf.layer("a", "", 100).layer("b", "a", 20);
    ImageId base = shelf.image("1").named("localhost/base:1").on("a", List.of("a"), "one").done();
    ImageId image =
        shelf
            .image("2")
            .named("localhost/x:1", "localhost/x:2")
            .on("b", List.of("a", "b"), "one", "-two", "three")
            .done();
    List<History.Entry> entries = history(image);
    assertEquals(
        List.of("three", "-two", "one"), entries.stream().map(History.Entry::createdBy).toList());
    assertEquals(List.of(20L, 0L, 100L), entries.stream().map(History.Entry::size).toList());
    assertEquals(
        List.of(Optional.of(image), Optional.of(base), Optional.empty()),
        entries.stream().map(History.Entry::image).toList());
    assertEquals(List.of("localhost/x:1", "localhost/x:2"), entries.get(0).tags());
    assertEquals(List.of("localhost/base:1"), entries.get(1).tags());
    assertEquals(List.of("localhost/base:1"), entries.get(2).tags());
  }

  @Test
  void ofSeveralImagesOnALayerTheFirstIsNamedOnce() throws IOException {
    shelf.layer("a", "", 100);
    ImageId first = shelf.image("1").named("localhost/a:1").on("a", List.of("a"), "one").done();
    ImageId second =
        shelf.image("2").named("localhost/b:1").on("a", List.of("a"), "one", "-two").done();
    List<History.Entry> entries = history(second);
    assertEquals(
        List.of(Optional.of(first), Optional.empty()),
        entries.stream().map(History.Entry::image).toList());
    assertEquals(List.of("localhost/a:1", "localhost/b:1"), entries.get(0).tags());
  }

  @Test
  void anImageWithoutLayersHasStepsWithoutIds() throws IOException {
    ImageId image = shelf.image("1").steps("-one", "-two").done();
    List<History.Entry> entries = history(image);
    assertEquals(2, entries.size());
    assertEquals(Optional.empty(), entries.getFirst().image());
  }

  @Test
  void moreStepsThanLayersAreRefused() {
    shelf.layer("a", "", 100);
    ImageId image = shelf.image("1").on("a", List.of("a"), "one", "two").done();
    assertThrows(MalformedException.class, () -> history(image));
  }
}
