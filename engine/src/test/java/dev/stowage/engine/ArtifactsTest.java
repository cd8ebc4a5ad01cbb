package dev.stowage.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.Descriptor;
import dev.stowage.model.Document;
import dev.stowage.model.InUseException;
import dev.stowage.model.MalformedException;
import dev.stowage.model.MediaType;
import dev.stowage.model.MismatchException;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.UnsupportedException;
import dev.stowage.testkit.EmbeddedRegistry;
import dev.stowage.transfer.Listener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Artifacts kept beside the images.
class ArtifactsTest {
  private static final String NAME = "registry.example/team/art:v1";
  private static final ArtifactAdd GROWS =
      ArtifactAdd.DEFAULT.withPresent(ArtifactAdd.Present.GROWS);

  @TempDir Path directory;
  private Engine engine;
  private Path one;
  private Path two;

  @BeforeEach
  void open() throws IOException {
    engine = Workshop.open(directory);
    one = Files.writeString(directory.resolve("one.txt"), "one\n");
    two = Files.write(directory.resolve("two"), new byte[] {0, 1, 2});
  }

  @AfterEach
  void close() throws IOException {
    engine.close();
  }

  private long blobs() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("root/artifacts/blobs/sha256"))) {
      return files.count();
    }
  }

  private static List<String> titles(Artifact artifact) {
    return artifact.manifest().layers().stream().map(l -> Artifact.title(l).orElse("")).toList();
  }

  @Test
  void filesBecomeAnArtifactThatSaysWhatTheyAre() throws IOException {
    Artifact made =
        engine
            .artifacts()
            .add(
                "registry.example/team/art",
                List.of(one, two),
                ArtifactAdd.DEFAULT
                    .withType(new MediaType("a/b"))
                    .withAnnotations(Map.of("k", "v")));
    Artifact found = engine.artifacts().find("registry.example/team/art:latest");
    assertEquals(made, found);
    assertEquals(List.of("one.txt", "two"), titles(found));
    assertEquals(
        List.of("text/plain; charset=utf-8", "application/octet-stream"),
        found.manifest().layers().stream().map(layer -> layer.type().value()).toList());
    assertEquals(7, found.size());
    assertEquals("a/b", found.manifest().artifactType().orElseThrow().value());
    assertEquals("v", found.manifest().annotations().get("k"));
    assertEquals("v", found.manifest().layers().getFirst().annotations().get("k"));
    assertTrue(found.created().isPresent());
    assertEquals(found, engine.artifacts().find(found.digest().hex().substring(0, 6)));
    assertEquals(found, engine.artifacts().find("registry.example/team/art@" + found.digest()));
    assertEquals(4, blobs(), "two files, the empty configuration, the manifest");
  }

  @Test
  void anArtifactStaysGrowsOrGoes() throws IOException {
    Artifact first = engine.artifacts().add(NAME, List.of(one), ArtifactAdd.DEFAULT);
    assertEquals(
        NAME + ": artifact already exists",
        assertThrows(
                InUseException.class,
                () -> engine.artifacts().add(NAME, List.of(two), ArtifactAdd.DEFAULT))
            .getMessage());
    assertEquals(
        "one.txt: file already exists in artifact",
        assertThrows(InUseException.class, () -> engine.artifacts().add(NAME, List.of(one), GROWS))
            .getMessage());
    assertThrows(
        UnsupportedException.class,
        () -> engine.artifacts().add(NAME, List.of(two), GROWS.withType(new MediaType("a/b"))));
    Artifact grown = engine.artifacts().add(NAME, List.of(two), GROWS);
    assertEquals(List.of("one.txt", "two"), titles(grown));
    assertEquals(first.created(), grown.created());
    assertEquals(4, blobs(), "the former manifest is gone");
    Artifact other =
        engine
            .artifacts()
            .add(NAME, List.of(two), ArtifactAdd.DEFAULT.withPresent(ArtifactAdd.Present.GOES));
    assertEquals(List.of("two"), titles(other));
    assertEquals(1, engine.artifacts().list().size());
    assertEquals(3, blobs());
    assertThrows(
        NotFoundException.class,
        () -> engine.artifacts().add("registry.example/no:1", List.of(one), GROWS));
  }

  @Test
  void twoFilesOfOneTitleAreRefused() throws IOException {
    ArtifactAdd titled =
        ArtifactAdd.DEFAULT.withAnnotations(Map.of("org.opencontainers.image.title", "t"));
    assertEquals(
        "duplicate layers org.opencontainers.image.title labels within an artifact not allowed",
        assertThrows(
                MalformedException.class,
                () -> engine.artifacts().add(NAME, List.of(one, two), titled))
            .getMessage());
    assertEquals(List.of("t"), titles(engine.artifacts().add(NAME, List.of(one), titled)));
  }

  @Test
  void filesComeOutByTheirNamesAndNowhereElse() throws IOException {
    Artifact _ = engine.artifacts().add(NAME, List.of(one, two), ArtifactAdd.DEFAULT);
    Path out = Files.createDirectory(directory.resolve("out"));
    assertEquals(
        List.of(out.resolve("one.txt"), out.resolve("two")),
        engine.artifacts().extract(NAME, out, Artifacts.Part.ALL));
    assertEquals("one\n", Files.readString(out.resolve("one.txt")));
    Path alone = directory.resolve("alone");
    List<Path> _ = engine.artifacts().extract(NAME, alone, new Artifacts.Part.Titled("one.txt"));
    assertEquals("one\n", Files.readString(alone));
    assertThrows(
        MalformedException.class,
        () -> engine.artifacts().extract(NAME, alone, Artifacts.Part.ALL));
    assertEquals(
        "no blob with the title \"x\"",
        assertThrows(
                NotFoundException.class,
                () -> engine.artifacts().extract(NAME, out, new Artifacts.Part.Titled("x")))
            .getMessage());
    for (String evil : List.of("../evil", "/evil", "..")) {
      String name = "registry.example/evil:" + evil.length();
      Artifact _ =
          engine
              .artifacts()
              .add(
                  name,
                  List.of(one),
                  ArtifactAdd.DEFAULT.withAnnotations(
                      Map.of("org.opencontainers.image.title", evil)));
      assertThrows(
          MalformedException.class,
          () -> engine.artifacts().extract(name, out, Artifacts.Part.ALL));
    }
    assertFalse(Files.exists(directory.resolve("evil")));
  }

  @Test
  void aDamagedFileDoesNotComeOut() throws IOException {
    Artifact made = engine.artifacts().add(NAME, List.of(one), ArtifactAdd.DEFAULT);
    Descriptor file = made.manifest().layers().getFirst();
    Path _ =
        Files.writeString(
            directory.resolve("root/artifacts/blobs/sha256").resolve(file.digest().hex()), "two\n");
    Path out = directory.resolve("out");
    assertThrows(
        MismatchException.class, () -> engine.artifacts().extract(NAME, out, Artifacts.Part.ALL));
    assertFalse(Files.exists(out));
  }

  @Test
  void whatIsRemovedTakesAlongWhatNobodyElseHas() throws IOException {
    Artifact _ = engine.artifacts().add(NAME, List.of(one, two), ArtifactAdd.DEFAULT);
    Artifact other =
        engine.artifacts().add("registry.example/other:1", List.of(one), ArtifactAdd.DEFAULT);
    assertEquals(5, blobs());
    Artifact _ = engine.artifacts().remove(NAME);
    assertEquals(3, blobs());
    assertEquals(
        NAME + ": artifact does not exist",
        assertThrows(NotFoundException.class, () -> engine.artifacts().remove(NAME)).getMessage());
    assertEquals(List.of(other.digest()), engine.artifacts().removeAll());
    assertEquals(0, blobs());
    assertEquals(List.of(), engine.artifacts().list());
  }

  @Test
  void namesAreWrittenOutInFull() {
    for (String bad :
        List.of("art", "team/art:v1", "registry.example/a:1@" + "sha256:" + "1".repeat(64))) {
      assertThrows(
          MalformedException.class,
          () -> engine.artifacts().add(bad, List.of(one), ArtifactAdd.DEFAULT));
    }
  }

  @Test
  void anArtifactGoesToItsRegistryAndComesBack() throws IOException {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start()) {
      String name = registry.host() + "/team/art:v1";
      Artifact made = engine.artifacts().add(name, List.of(one, two), ArtifactAdd.DEFAULT);
      Document there = engine.artifacts().push(name, Workshop.PUSH, Listener.NONE);
      assertEquals(made.digest(), there.digest());
      assertEquals(
          made.document().bytes(), registry.manifest("team/art", "v1").orElseThrow().bytes());
      Artifact _ = engine.artifacts().remove(name);
      assertEquals(made, engine.artifacts().pull(name, Workshop.PULL, Listener.NONE));
      assertEquals(1, engine.artifacts().list().size());
    }
  }
}
