package dev.stowage.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.Json;
import dev.stowage.model.Manifest;
import dev.stowage.model.MediaType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Artifacts of lists, made of files that stay where they are.
class ArtifactMakingTest {
  private static final ListArtifact PLAIN = ListArtifact.DEFAULT;
  private static final String TITLE = "org.opencontainers.image.title";

  @TempDir Path directory;

  private ArtifactMaking.Made make(ListArtifact how, Path... files) throws IOException {
    return new ArtifactMaking(Workshop.surroundings(directory), how)
        .of(List.of(files), Optional.empty());
  }

  private static ImageManifest manifest(ArtifactMaking.Made made) throws IOException {
    return (ImageManifest) Manifest.parse(made.manifest());
  }

  private static String type(ArtifactMaking.Made made) throws IOException {
    Json.Obj json = (Json.Obj) Json.parse(made.manifest().bytes());
    return json.string("artifactType").orElse("");
  }

  private Path file(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content);
  }

  @Test
  void itsTypeIsTheOneAskedForOrSaidToBeUnknown() throws IOException {
    assertEquals("application/vnd.unknown.artifact.v1", type(make(PLAIN)));
    assertEquals("x/y", type(make(PLAIN.withType(new MediaType("x/y")))));
  }

  @Test
  void withoutFilesItHasAnEmptyObjectForALayer() throws IOException {
    ArtifactMaking.Made made = make(PLAIN);
    Descriptor only = manifest(made).layers().getFirst();
    assertEquals(1, manifest(made).layers().size());
    assertEquals(MediaType.OCI_EMPTY, only.type());
    assertEquals(Digest.of(Bytes.utf8("{}")), only.digest());
    assertEquals(Map.of(), made.files());
  }

  @Test
  void itsConfigurationIsEmptyUnlessOneIsGiven() throws IOException {
    assertEquals(MediaType.OCI_EMPTY, manifest(make(PLAIN)).config().type());
    ListArtifact.Config text = new ListArtifact.Config(Optional.empty(), Optional.of("{\"a\":1}"));
    Descriptor given = manifest(make(PLAIN.withConfig(text))).config();
    assertEquals(MediaType.OCI_CONFIG, given.type());
    assertEquals(Digest.of(Bytes.utf8("{\"a\":1}")), given.digest());
    ListArtifact.Config typed =
        new ListArtifact.Config(Optional.of(new MediaType("c/d")), Optional.empty());
    assertEquals("c/d", manifest(make(PLAIN.withConfig(typed))).config().type().value());
  }

  @Test
  void filesAreOfTheTypeThatIsAskedForElseOfTheirNamesElseOfTheirContents() throws IOException {
    Path json = file("a.json", "nothing of the kind");
    Path gzip = directory.resolve("b");
    Path _ = Files.write(gzip, new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0});
    List<Descriptor> layers = manifest(make(PLAIN, json, gzip)).layers();
    assertEquals("application/json", layers.get(0).type().value());
    assertTrue(layers.get(1).type().value().contains("gzip"), layers.get(1).type().value());
    MediaType asked = new MediaType("l/m");
    for (Descriptor layer : manifest(make(PLAIN.withLayerType(asked), json, gzip)).layers()) {
      assertEquals(asked, layer.type());
    }
  }

  @Test
  void filesKeepTheirNamesUnlessTheyAreLeftOut() throws IOException {
    Path file = file("notes.txt", "notes");
    assertEquals(
        Map.of(TITLE, "notes.txt"), manifest(make(PLAIN, file)).layers().getFirst().annotations());
    assertEquals(
        Map.of(),
        manifest(make(PLAIN.withTitles(ListArtifact.Titles.LEFT_OUT), file))
            .layers()
            .getFirst()
            .annotations());
  }

  @Test
  void itsManifestSaysWhatItIsAnnotatedWith() throws IOException {
    assertEquals(
        Map.of("a", "b"), manifest(make(PLAIN.withAnnotations(Map.of("a", "b")))).annotations());
  }

  @Test
  void filesAreNamedByTheirPathsAndNotCopied() throws IOException {
    Path file = file("notes.txt", "notes");
    ArtifactMaking.Made made = make(PLAIN, file);
    assertEquals(Map.of(Digest.of(Bytes.utf8("notes")), file), made.files());
    assertTrue(made.inline().keySet().stream().noneMatch(made.files()::containsKey));
  }
}
