package dev.stowage.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.Bytes;
import dev.stowage.model.Event;
import dev.stowage.model.Reference;
import dev.stowage.model.UnsupportedException;
import dev.stowage.testkit.ImageGenerator;
import dev.stowage.transfer.Listener;
import dev.stowage.transfer.Listener.Progress;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Saves images and reads them back into the same store.
class SavingTest {
  @TempDir Path directory;
  private Engine engine;
  private Image one;
  private final List<Progress> told = new ArrayList<>();

  @BeforeEach
  void open() throws IOException {
    engine = Workshop.open(directory);
    one = make("1", "quay.io/one:1");
    Image _ = make("2", "quay.io/two:2");
  }

  @AfterEach
  void close() throws IOException {
    engine.close();
  }

  private Image make(String content, String name) throws IOException {
    Bytes tar = ImageGenerator.tar(Map.of("name", Bytes.utf8(content)));
    return engine.importImage(
        new ImportInput.From(new ByteArrayInputStream(tar.toArray())),
        ImportOptions.DEFAULT.withName(name),
        Listener.NONE);
  }

  private SaveOutput at(String file) {
    return new SaveOutput.At(directory.resolve(file));
  }

  private List<String> loaded(String file) throws IOException {
    List<String> names = new ArrayList<>();
    for (Image each : engine.images().list()) {
      Image _ = each.untagAll();
    }
    Loaded loaded =
        engine.load(
            new ArchiveInput.At(directory.resolve(file)), LoadOptions.DEFAULT, Listener.NONE);
    for (Loaded.Named each : loaded.images()) {
      names.add(each.name());
    }
    return names;
  }

  private void assertRefused(String complaint, SaveOptions options, String... names) {
    UnsupportedException e =
        assertThrows(
            UnsupportedException.class,
            () -> engine.save(List.of(names), at("refused"), options, told::add));
    assertEquals(complaint, e.getMessage());
    assertTrue(Files.notExists(directory.resolve("refused")));
    assertEquals(List.of(), told);
  }

  @Test
  void whatDoesNotFitTogetherIsRefusedBeforeAnythingIsWritten() {
    assertRefused("no image specified for saving images", SaveOptions.DEFAULT);
    assertRefused(
        "unsupported format \"oci-archive\" for saving multiple images (only docker-archive)",
        SaveOptions.DEFAULT.withFormat(SaveOptions.Format.OCI_ARCHIVE),
        "quay.io/one:1",
        "quay.io/two:2");
    assertRefused(
        "cannot save multiple images with multiple tags",
        SaveOptions.DEFAULT.withMoreNames(List.of("more:1")),
        "quay.io/one:1",
        "quay.io/two:2");
  }

  @Test
  void everyFormatHoldsTheImage() throws IOException {
    for (SaveOptions.Format format : SaveOptions.Format.values()) {
      told.clear();
      String file = format.word();
      List<Image> saved =
          engine.save(
              List.of("quay.io/one:1"),
              at(file),
              SaveOptions.DEFAULT.withFormat(format),
              told::add);
      assertEquals(List.of(one.id()), saved.stream().map(Image::id).toList(), file);
      Event event = ((Progress.Changed) told.getLast()).event();
      assertEquals(Event.Kind.SAVE, event.kind());
      assertEquals(directory.resolve(file).toString(), event.name());
      assertEquals(1, loaded(file).size(), file);
      Image _ = one.refresh().tag("quay.io/one:1");
    }
  }

  @Test
  void anArchiveHoldsSeveralImagesEachOnceUnderTheNamesItWasAskedForBy() throws IOException {
    Image _ = one.tag("quay.io/again:1");
    List<Image> saved =
        engine.save(
            List.of("quay.io/one:1", "quay.io/two:2", "quay.io/again:1", "quay.io/one:1"),
            at("a.tar"),
            SaveOptions.DEFAULT,
            Listener.NONE);
    assertEquals(2, saved.size());
    assertEquals(List.of("quay.io/one:1", "quay.io/again:1", "quay.io/two:2"), loaded("a.tar"));
  }

  @Test
  void moreNamesStandBesideTheImagesOwn() throws IOException {
    engine.save(
        List.of("quay.io/one:1"),
        at("a.tar"),
        SaveOptions.DEFAULT.withMoreNames(List.of("more:1", "quay.io/most")),
        Listener.NONE);
    List<String> names = loaded("a.tar");
    assertTrue(
        names.containsAll(List.of("quay.io/one:1", "localhost/more:1", "quay.io/most:latest")),
        names.toString());
    assertEquals(
        List.of(one.id()),
        engine.images().list().stream()
            .filter(image -> image.names().contains(reference("localhost/more:1")))
            .map(Image::id)
            .toList());
  }

  private static Reference reference(String text) {
    try {
      return Reference.parse(text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aStreamTakesArchivesAndNoDirectories() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    engine.save(
        List.of("quay.io/one:1"),
        new SaveOutput.To("a stream", out),
        SaveOptions.DEFAULT,
        Listener.NONE);
    assertTrue(out.size() > 1024);
    assertThrows(
        UnsupportedException.class,
        () ->
            engine.save(
                List.of("quay.io/one:1"),
                new SaveOutput.To("a stream", new ByteArrayOutputStream()),
                SaveOptions.DEFAULT.withFormat(SaveOptions.Format.OCI_DIRECTORY),
                Listener.NONE));
  }
}
