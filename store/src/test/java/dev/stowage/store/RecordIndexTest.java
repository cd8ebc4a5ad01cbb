package dev.stowage.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.linux.Disk;
import dev.stowage.linux.LocalDisk;
import dev.stowage.linux.LockMethod;
import dev.stowage.model.AmbiguousException;
import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.model.ImageId;
import dev.stowage.model.LayerId;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordIndexTest {
  private static final int COUNT = 3000;
  private static final Instant LONG_AGO = Instant.parse("2026-01-01T00:00:00.123456789Z");

  private final Disk disk = new LocalDisk(LockMethod.OPEN_FILE);

  @TempDir private Path directory;
  private StoreOptions options = StoreOptions.of(Path.of("/"), Path.of("/"), Driver.OVERLAY);

  private static String id(String kind, int number) {
    return Digest.of(Bytes.utf8(kind + number)).hex();
  }

  private static String name(int number) {
    return "localhost/image-" + number + ":é";
  }

  private static Instant made(int number) {
    return Instant.parse("2026-01-01T00:00:00.5Z").plusMillis(700L * number % 60_000);
  }

  @BeforeEach
  void writeALargeStore() throws IOException {
    options =
        StoreOptions.of(directory.resolve("root"), directory.resolve("run"), Driver.OVERLAY)
            .withDriverOptions(
                DriverOptions.DEFAULT
                    .withHomeMount(DriverOptions.HomeMount.NONE)
                    .withOwnership(DriverOptions.Ownership.BEST_EFFORT));
    Store.open(options, disk).close();
    StringBuilder layers = new StringBuilder("[");
    StringBuilder images = new StringBuilder("[ ");
    for (int i = 0; i < COUNT; i++) {
      layers.append(i == 0 ? "" : ",").append("{\"id\":\"").append(id("layer", i));
      if (i % 4 > 0) {
        layers.append("\",\"parent\":\"").append(id("layer", i - 1));
      }
      layers
          .append("\",\"created\":\"2026-01-01T00:00:00Z\",\"diff-digest\":\"sha256:")
          .append(id("diff", i))
          .append("\",\"diff-size\":")
          .append(i)
          .append(",\"unknown\":[{\"kept\":null}]}");
      images
          .append(i == 0 ? "" : ",\n")
          .append("{\"id\":\"")
          .append(id("image", i))
          .append("\",\"names\":[\"")
          .append(name(i))
          .append("\",\"quay.io/\\u0061/b:")
          .append(i)
          .append("\"],\"layer\":\"")
          .append(id("layer", i))
          .append(i % 5 == 0 ? "" : "\",\"created\":\"" + made(i))
          .append("\",\"digest\":\"sha256:")
          .append(id("manifest", i / 2))
          .append("\",\"big-data-digests\":{\"manifest\":\"sha256:")
          .append(id("manifest", i))
          .append("\",\"manifest-x\":\"sha512:")
          .append(id("a", i).repeat(2))
          .append("\"}}");
    }
    write("overlay-layers/layers.json", layers.append("]").toString());
    write("overlay-images/images.json", images.append("]\n").toString());
  }

  private Path file(String name) {
    return options.graphRoot().resolve(name);
  }

  private void write(String name, String content) throws IOException {
    Files.writeString(file(name), content);
    Files.setLastModifiedTime(file(name), FileTime.from(LONG_AGO));
  }

  /// What a program that just started reads.
  private Snapshot read() throws IOException {
    try (Store store = Store.open(options, disk)) {
      return store.read(now -> now);
    }
  }

  private static boolean indexed(Snapshot now) {
    return now.images() instanceof IndexedRecords && now.layers() instanceof IndexedRecords;
  }

  private static List<String> texts(Snapshot now) throws IOException {
    List<String> texts = new ArrayList<>();
    for (Layer layer : now.layers()) {
      texts.add(layer.json().compact());
    }
    for (ImageRecord image : now.images()) {
      texts.add(image.json().compact() + image.names());
      for (Layer layer : now.chain(image.topLayer().orElseThrow())) {
        texts.add(layer.id().value());
      }
    }
    return texts;
  }

  @Test
  void theSecondReaderFindsTheSameByTheIndex() throws Exception {
    Snapshot whole = read();
    Snapshot found = read();

    assertFalse(indexed(whole));
    assertTrue(indexed(found));
    assertEquals(texts(whole), texts(found));
    assertEquals(texts(whole), texts(read()));
  }

  @Test
  void recordsAreFoundByIdByNameAndByTheirFirstDigits() throws Exception {
    read();
    Snapshot now = read();
    assertTrue(indexed(now));
    for (int i = 0; i < COUNT; i += 7) {
      ImageId id = new ImageId(id("image", i));
      assertEquals(id, now.image(id).orElseThrow().id());
      assertEquals(id, now.imageNamed(name(i)).orElseThrow().id());
      assertEquals(id, now.imageNamed("quay.io/a/b:" + i).orElseThrow().id());
      assertEquals(id, now.imageByPrefix(id.value().substring(0, 9)).orElseThrow().id());
      assertEquals(id, now.imageByPrefix(id.value().substring(0, 12)).orElseThrow().id());
      assertEquals(id, now.imageByPrefix(id.value()).orElseThrow().id());
      LayerId layer = new LayerId(id("layer", i));
      assertEquals(layer, now.layer(layer).orElseThrow().id());
    }
    assertTrue(now.image(new ImageId("ab".repeat(32))).isEmpty());
    assertTrue(now.image(new ImageId("not-made-of-digits")).isEmpty());
    assertTrue(now.imageNamed("localhost/nobody").isEmpty());
    assertTrue(now.imageByPrefix("zz").isEmpty());
    assertTrue(now.layer(new LayerId("0")).isEmpty());
  }

  @Test
  void nobodyWhoMeetsAConditionIsMissingAmongTheCandidates() throws Exception {
    read();
    Snapshot now = read();
    assertTrue(indexed(now));
    for (String digits : List.of("", "a", "0f", "abc", id("image", 7), "zz", "A")) {
      assertAmong(now, now.candidates().withIdFrom(digits), x -> x.id().value().startsWith(digits));
    }
    for (String digits : List.of("", "a", "0f", id("manifest", 9), "xy")) {
      assertAmong(
          now,
          now.candidates().withDigestFrom("sha256:" + digits),
          x -> has(x, "sha256:" + digits));
    }
    assertAmong(now, now.candidates().withDigestFrom("sha512:a"), x -> has(x, "sha512:a"));
    for (int i = 1; i < 80; i += 3) {
      Instant bound = made(i);
      assertAmong(
          now,
          now.candidates().madeBetween(Instant.MIN, bound),
          x -> x.created().isEmpty() || x.created().get().isBefore(bound));
      assertAmong(
          now,
          now.candidates().madeBetween(bound, Instant.MAX),
          x -> x.created().isEmpty() || x.created().get().isAfter(bound));
    }
    assertAmong(now, now.candidates().readOnly(), ImageRecord::readOnly);
    assertEquals(List.of(), now.candidates().readOnly());
    assertTrue(now.candidates().withIdFrom(id("image", 7)).size() < 3);
    assertTrue(now.candidates().withDigestFrom("sha256:" + id("manifest", 9)).size() < 6);
    assertTrue(now.candidates().madeBetween(made(3), made(4)).size() < COUNT / 4);
  }

  private static boolean has(ImageRecord image, String beginning) {
    return image.digests().stream().anyMatch(each -> each.toString().startsWith(beginning));
  }

  private static void assertAmong(
      Snapshot now, List<ImageRecord> candidates, Predicate<ImageRecord> condition) {
    assertEquals(
        now.images().stream().filter(condition).toList(),
        candidates.stream().filter(condition).toList());
  }

  @Test
  void aPrefixOfManyNamesAllInTheOrderOfTheFile() throws Exception {
    AmbiguousException whole =
        assertThrows(AmbiguousException.class, () -> read().imageByPrefix("a"));
    AmbiguousException found =
        assertThrows(AmbiguousException.class, () -> read().imageByPrefix("a"));

    assertEquals(whole.candidates(), found.candidates());
  }

  @Test
  void whatIsWrittenByTheIndexIsWhatIsWrittenWithoutIt() throws Exception {
    byte[] layers = Files.readAllBytes(file("overlay-layers/layers.json"));
    read();
    assertTrue(indexed(read()));
    try (Store store = Store.open(options, disk)) {
      store.write(
          Scope.NAMES,
          edit -> edit.setNames(new ImageId(id("image", 5)), List.of(name(6), "localhost/new:1")));
    }
    byte[] byIndex = Files.readAllBytes(file("overlay-images/images.json"));
    Snapshot now = read();
    assertEquals(
        List.of("quay.io/a/b:6"), now.image(new ImageId(id("image", 6))).orElseThrow().names());
    assertEquals(id("image", 5), now.imageNamed(name(6)).orElseThrow().id().value());
    assertTrue(now.imageNamed(name(5)).isEmpty());
    assertEquals(COUNT, now.images().size());
    assertArrayEquals(layers, Files.readAllBytes(file("overlay-layers/layers.json")));

    writeALargeStore();
    Files.deleteIfExists(file("stowage/images.index"));
    Files.deleteIfExists(file("stowage/layers.index"));
    try (Store store = Store.open(options, disk)) {
      store.write(
          Scope.NAMES,
          edit -> edit.setNames(new ImageId(id("image", 5)), List.of(name(6), "localhost/new:1")));
    }
    assertArrayEquals(byIndex, Files.readAllBytes(file("overlay-images/images.json")));
  }

  @Test
  void anIndexHoldsForOneContentAlone() throws Exception {
    read();
    assertTrue(indexed(read()));
    Path images = file("overlay-images/images.json");
    // As long, as old, and the same file.
    write("overlay-images/images.json", Files.readString(images).replace("image-7:", "image-x:"));
    Snapshot now = read();

    assertFalse(now.images() instanceof IndexedRecords);
    assertTrue(now.imageNamed("localhost/image-x:é").isPresent());
    assertTrue(now.imageNamed(name(7)).isEmpty());
    assertTrue(indexed(read()));
    assertTrue(read().imageNamed("localhost/image-x:é").isPresent());
  }

  @Test
  void aDamagedIndexIsPassedOverAndMadeAnew() throws Exception {
    List<String> texts = texts(read());
    Path index = file("stowage/images.index");
    byte[] sound = Files.readAllBytes(index);
    for (int at :
        new int[] {0, 12, 36, 40, 41, 44, 47, 48, 60, sound.length / 2, sound.length - 1}) {
      byte[] damaged = sound.clone();
      damaged[at] ^= 0x41;
      Files.write(index, damaged);
      Snapshot now = read();
      assertFalse(now.images() instanceof IndexedRecords, "byte " + at);
      assertEquals(texts, texts(now));
      assertArrayEquals(sound, Files.readAllBytes(index));
    }
    for (int length : new int[] {0, 7, 47, 51, 52, sound.length - 1}) {
      Files.write(index, Arrays.copyOf(sound, length));
      assertEquals(texts, texts(read()));
      assertArrayEquals(sound, Files.readAllBytes(index));
    }
  }

  @Test
  void whatIsNoIndexAtAllIsPassedOver() throws Exception {
    List<String> texts = texts(read());
    Path index = file("stowage/images.index");
    Files.delete(index);
    Files.createDirectories(index.resolve("inside"));
    assertEquals(texts, texts(read()));

    Files.delete(index.resolve("inside"));
    Files.delete(index);
    try (RandomAccessFile huge = new RandomAccessFile(index.toFile(), "rw")) {
      huge.setLength(RecordIndex.LARGEST + 1);
    }
    assertEquals(texts, texts(read()));
    assertTrue(indexed(read()));
  }

  @Test
  void aFileThatIsNotTidyHasNone() throws Exception {
    String layers = Files.readString(file("overlay-layers/layers.json"));
    String images = Files.readString(file("overlay-images/images.json"));
    String unfinished = id("layer", 9) + "\",\"flags\":{\"incomplete\":true},\"x\":\"";
    for (String strange :
        List.of(
            layers.replace("[{\"id\"", "[7,{\"id\""),
            layers.replace(id("layer", 3) + "\",", "short\","),
            layers.replace(id("layer", 3) + "\",", id("layer", 7) + "\","),
            layers.replace(id("layer", 9) + "\",\"parent\":\"", unfinished))) {
      assertFalse(strange.equals(layers));
      write("overlay-layers/layers.json", strange);
      read();
      assertFalse(Files.exists(file("stowage/layers.index")));
      assertFalse(read().layers() instanceof IndexedRecords);
    }
    Files.delete(file("stowage/images.index"));
    write("overlay-images/images.json", images.replace(name(3), name(4)));
    read();
    assertFalse(Files.exists(file("stowage/images.index")));
  }

  @Test
  void aFileThatJustChangedHasNone() throws Exception {
    Files.setLastModifiedTime(
        file("overlay-images/images.json"), FileTime.from(Instant.now().plusSeconds(60)));
    read();

    assertFalse(Files.exists(file("stowage/images.index")));
    assertTrue(Files.exists(file("stowage/layers.index")));
  }
}
