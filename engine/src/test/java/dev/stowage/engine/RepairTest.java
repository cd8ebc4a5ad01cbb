package dev.stowage.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.Bytes;
import dev.stowage.model.Finding;
import dev.stowage.model.Repair;
import dev.stowage.testkit.EmbeddedRegistry;
import dev.stowage.testkit.Fault;
import dev.stowage.testkit.ImageGenerator;
import dev.stowage.testkit.TestImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Damages a store in many ways and has it repaired from an embedded registry.
class RepairTest {

  @TempDir Path directory;
  private EmbeddedRegistry registry;
  private Engine engine;
  private Image image;
  private Path root;
  private String top = "";

  @BeforeEach
  void pull() throws IOException {
    registry = EmbeddedRegistry.start();
    root = directory.resolve("root");
    engine = Workshop.open(directory);
    TestImage made =
        ImageGenerator.oci()
            .layer(Map.of("etc/base", Bytes.utf8("base"), "etc/other", Bytes.utf8("other")))
            .layer(Map.of("etc/top", Bytes.utf8("top")))
            .build();
    var _ = registry.addImage("it/app", "1", made);
    image = engine.pull(registry.host() + "/it/app:1", Workshop.PULL, _ -> {}).images().getFirst();
    top = image.topLayer().orElseThrow().value();
  }

  @AfterEach
  void close() throws IOException {
    engine.close();
    registry.close();
  }

  private List<Finding> check() throws IOException {
    return engine.check(CheckOptions.DEFAULT);
  }

  private List<Repair> repair(RepairOptions options) throws IOException {
    return engine.repair(options.withAccess(Workshop.PLAIN_HTTP), _ -> {});
  }

  private void assertMends(RepairOptions options) throws IOException {
    for (Repair repair : repair(options)) {
      assertEquals(Repair.Result.MENDED, repair.result(), repair.toString());
    }
  }

  /// The files of the layers and what stands beside them, and manifests and configurations.
  private Map<String, String> content() throws IOException {
    Map<String, String> content = new TreeMap<>();
    for (String part : List.of("overlay", "overlay-images")) {
      try (Stream<Path> paths = Files.walk(root.resolve(part))) {
        for (Path path : paths.sorted(Comparator.naturalOrder()).toList()) {
          String name = root.relativize(path).toString();
          if (Files.isSymbolicLink(path)) {
            content.put(name, Files.readSymbolicLink(path).toString());
          } else if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
              && !name.endsWith(".json")
              && !name.endsWith(".lock")) {
            String text = Files.readString(path, StandardCharsets.ISO_8859_1);
            content.put(
                name, name.contains("/diff/") ? text + Files.getLastModifiedTime(path) : text);
          }
        }
      }
    }
    return content;
  }

  private Path layer(String part) {
    return root.resolve("overlay").resolve(top).resolve(part);
  }

  private Path data(String prefix) throws IOException {
    try (Stream<Path> paths = Files.list(root.resolve("overlay-images/" + image.id()))) {
      return paths
          .filter(path -> path.getFileName().toString().startsWith(prefix))
          .findFirst()
          .orElseThrow();
    }
  }

  private static void removeTree(Path path) throws IOException {
    try (Stream<Path> paths = Files.walk(path)) {
      for (Path each : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  private void damage(String way) throws IOException {
    Path layers = root.resolve("overlay-layers/layers.json");
    switch (way) {
      case "content" -> Files.writeString(layer("diff/etc/top"), "pot");
      case "missing file" -> Files.delete(layer("diff/etc/top"));
      case "extra file" -> Files.writeString(layer("diff/etc/more"), "");
      case "missing tree" -> removeTree(layer("diff"));
      case "missing layer" -> removeTree(layer(""));
      case "link" -> Files.delete(layer("link"));
      case "short name" ->
          Files.delete(root.resolve("overlay/l").resolve(Files.readString(layer("link"))));
      case "lower" -> Files.writeString(layer("lower"), "");
      case "tar-split" -> Files.delete(root.resolve("overlay-layers/" + top + ".tar-split.gz"));
      case "manifest" -> Files.writeString(data("manifest"), "{}");
      case "configuration" -> Files.delete(data("=c2hhMjU2"));
      case "layers.json" -> Files.writeString(layers, "");
      case "torn layers.json" -> {
        String text = Files.readString(layers, StandardCharsets.UTF_8);
        Files.writeString(layers, text.substring(0, text.length() - 20));
      }
      case "rows that are none" ->
          Files.writeString(layers, Files.readString(layers).replaceFirst("\\[", "[null,"));
      case "images.json" -> Files.writeString(root.resolve("overlay-images/images.json"), "");
      default -> throw new AssertionError(way);
    }
  }

  @Test
  void aWholeStoreHasNoFindings() throws IOException {
    assertEquals(List.of(), check());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "content",
        "missing file",
        "extra file",
        "missing tree",
        "missing layer",
        "link",
        "short name",
        "lower",
        "tar-split",
        "manifest",
        "configuration",
        "layers.json",
        "torn layers.json",
        "rows that are none",
        "images.json"
      })
  void whatIsDamagedIsSeenAndComesBackAsItWas(String way) throws IOException {
    Map<String, String> before = content();
    damage(way);
    assertTrue(check().stream().anyMatch(Finding::harmful));
    assertMends(RepairOptions.DEFAULT);
    assertEquals(List.of(), check());
    assertEquals(before, content());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "configuration",
        "no configuration",
        "a manifest",
        "the main manifest",
        "both manifests"
      })
  void anImageWithoutRecordAndAPaperComesBack(String way) throws IOException {
    Map<String, String> before = content();
    switch (way) {
      case "configuration" -> {
        Path configuration = data("=c2hhMjU2");
        Files.writeString(configuration, Files.readString(configuration).replace("linux", "lynux"));
      }
      case "no configuration" -> Files.delete(data("=c2hhMjU2"));
      case "a manifest" -> Files.delete(data("=bWFuaWZlc3Qt"));
      case "the main manifest" -> Files.delete(data("manifest"));
      default -> {
        Files.writeString(data("=bWFuaWZlc3Qt"), "{}");
        Files.delete(data("manifest"));
      }
    }
    damage("images.json");
    assertTrue(check().stream().anyMatch(Finding::harmful));
    assertMends(RepairOptions.DEFAULT.withFrom(registry.host() + "/it/app"));
    assertEquals(List.of(), check());
    assertEquals(before, content());
    assertEquals(image.topLayer(), engine.images().list().getFirst().topLayer());
  }

  @Test
  void aLayerGetsBackTheShortNameThatTheLayersOnItKnow() throws IOException {
    Map<String, String> before = content();
    Path layers = root.resolve("overlay");
    Path link = layers.resolve(Files.readString(layer("lower")));
    Path base = layers.resolve("l").resolve(Files.readSymbolicLink(link)).normalize();
    Files.delete(link);
    Files.createSymbolicLink(link, Path.of("nowhere"));
    Files.writeString(base.resolveSibling("link"), "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    assertMends(RepairOptions.DEFAULT);
    assertEquals(before, content());
  }

  @Test
  void aPlannedRepairChangesNothing() throws IOException {
    damage("content");
    List<Repair> plan = repair(RepairOptions.DEFAULT.withMode(Repair.Mode.PLANNED));
    assertEquals(Repair.Result.MENDABLE, plan.getFirst().result());
    assertEquals("pot", Files.readString(layer("diff/etc/top")));
  }

  @Test
  void whatNobodyHasStaysUntilItsRemovalIsAskedFor() throws IOException {
    damage("content");
    registry.misbehave(new Fault.Refuse(404, "NAME_UNKNOWN", "no"), "/v2/it/app");
    assertEquals(Repair.Result.LEFT, repair(RepairOptions.DEFAULT).getFirst().result());
    assertEquals(1, engine.images().list().size());
    List<Repair> done = repair(RepairOptions.DEFAULT.withLost(Repair.Lost.REMOVED));
    assertEquals(Repair.Result.REMOVED, done.getFirst().result());
    assertEquals(0, engine.images().list().size());
  }

  @Test
  void directoriesOfNoLayerAreLeftoversThatCanBeReclaimed() throws IOException {
    Path stray = root.resolve("overlay").resolve("ab".repeat(32)).resolve("diff");
    Files.createDirectories(stray);
    Files.writeString(stray.resolve("file"), "x".repeat(10_000));
    List<Finding> found = check();
    assertEquals(1, found.size());
    assertFalse(found.getFirst().harmful());
    assertTrue(found.getFirst().bytes() >= 10_000);
    assertEquals(1, engine.reclaim(CheckOptions.DEFAULT, Repair.Mode.PLANNED).size());
    assertTrue(Files.exists(stray));
    assertEquals(1, engine.reclaim(CheckOptions.DEFAULT, Repair.Mode.DONE).size());
    assertFalse(Files.exists(stray));
    assertEquals(List.of(), check());
  }
}
