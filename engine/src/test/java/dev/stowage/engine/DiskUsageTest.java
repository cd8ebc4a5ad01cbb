package dev.stowage.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.ImageId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What images take, by records put together by hand.
class DiskUsageTest {
  private static final List<String> ONE = List.of("a");

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

  private DiskUsage usage() throws IOException {
    return DiskUsage.of(engine.store(), shelf.view(), engine.images());
  }

  private long dataOf(ImageId image) {
    return Sizes.ofData(shelf.recordOf(image));
  }

  @Test
  void whatSeveralImagesHaveIsSharedAndCountsOnceInAll() throws IOException {
    shelf.layer("a", "", 1000).layer("b", "a", 200).layer("c", "a", 30);
    ImageId one = shelf.image("1").on("b", ONE, "s").named("x", "y").done();
    ImageId two = shelf.image("2").on("c", ONE, "s").done();
    shelf.container("d", one).container("e", one);
    DiskUsage usage = usage();
    assertEquals(2, usage.images().size());
    DiskUsage.OfImage first = usage.images().getFirst();
    assertEquals(one, first.image().id());
    assertEquals(1000, first.shared());
    assertEquals(200 + dataOf(one), first.unique());
    assertEquals(first.shared() + first.unique(), first.size());
    assertEquals(first.image().size(), first.size());
    assertEquals(2, first.containers());
    DiskUsage.OfImage second = usage.images().getLast();
    assertEquals(1000, second.shared());
    assertEquals(30 + dataOf(two), second.unique());
    assertEquals(0, second.containers());
    assertEquals(1230 + dataOf(one) + dataOf(two), usage.imageBytes());
  }

  @Test
  void aDamagedImageTakesWhatIsThereOfIt() throws IOException {
    shelf.layer("a", "", 1000);
    ImageId whole = shelf.image("1").on("a", ONE, "s").done();
    ImageId damaged = shelf.image("2").on("f", ONE, "s").done();
    shelf.lose(damaged, "");
    DiskUsage usage = usage();
    assertEquals(0, usage.images().getLast().shared());
    assertEquals(dataOf(damaged), usage.images().getLast().unique());
    assertTrue(dataOf(damaged) > 0);
    assertEquals(1000 + dataOf(whole) + dataOf(damaged), usage.imageBytes());
  }
}
