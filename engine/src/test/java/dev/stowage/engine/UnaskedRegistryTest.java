package dev.stowage.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.Bytes;
import dev.stowage.model.Repair;
import dev.stowage.testkit.EmbeddedRegistry;
import dev.stowage.testkit.Fault;
import dev.stowage.testkit.ImageGenerator;
import dev.stowage.testkit.TestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Has a damaged image repaired while those who may have it cannot be asked.
class UnaskedRegistryTest {
  private static final Fault NO = new Fault.Refuse(404, "NAME_UNKNOWN", "no");

  private final TestImage made =
      ImageGenerator.oci()
          .layer(Map.of("etc/base", Bytes.utf8("base")))
          .layer(Map.of("etc/top", Bytes.utf8("top")))
          .build();

  @TempDir Path directory;
  private EmbeddedRegistry registry;
  private EmbeddedRegistry mirror;
  private Engine engine;
  private Image image;

  @BeforeEach
  void pull() throws IOException {
    registry = EmbeddedRegistry.start();
    mirror = EmbeddedRegistry.start();
    file("containers.conf", "[engine]\nretry = 0\n");
    engine = Workshop.open(directory);
    var _ = registry.addImage("it/app", "1", made);
    image = engine.pull(registry.host() + "/it/app:1", Workshop.PULL, _ -> {}).images().getFirst();
  }

  @AfterEach
  void close() throws IOException {
    engine.close();
    registry.close();
    mirror.close();
  }

  private void file(String name, String text) throws IOException {
    Path file = directory.resolve("machine/etc/containers").resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void mirrored(String ofRegistry, String ofMirror) throws IOException {
    file(
        "registries.conf",
        "[[registry]]\nlocation = \""
            + registry.host()
            + "\"\n"
            + ofRegistry
            + "[[registry.mirror]]\nlocation = \""
            + mirror.host()
            + "/copies\"\n"
            + ofMirror);
  }

  private Path layers() {
    return directory.resolve("root/overlay");
  }

  private void damage(String what) throws IOException {
    Path layer = layers().resolve(image.topLayer().orElseThrow().value());
    Path papers = directory.resolve("root/overlay-images/" + image.id());
    switch (what) {
      case "files" -> Files.writeString(layer.resolve("diff/etc/top"), "pot");
      case "manifest" -> {
        for (Path paper : list(papers)) {
          if (!paper.endsWith(".json") && Files.readString(paper).contains("\"layers\":")) {
            Files.writeString(paper, "{}");
          }
        }
      }
      case "configuration" -> {
        for (Path paper : list(papers)) {
          if (Files.readString(paper).contains("\"rootfs\":")) {
            Files.delete(paper);
          }
        }
      }
      case "layers and records" -> {
        for (Path each : list(layers())) {
          if (each.getFileName().toString().length() == 64) {
            removeTree(each);
          }
        }
        Files.writeString(directory.resolve("root/overlay-layers/layers.json"), "[]");
      }
      default -> throw new AssertionError(what);
    }
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> paths = Files.list(directory)) {
      return paths.toList();
    }
  }

  private static void removeTree(Path path) throws IOException {
    try (Stream<Path> paths = Files.walk(path)) {
      for (Path each : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  private List<Repair> repair(Repair.Lost lost) throws IOException {
    return engine.repair(
        RepairOptions.DEFAULT.withAccess(Workshop.PLAIN_HTTP).withLost(lost), _ -> {});
  }

  private void assertStays(String place) throws IOException {
    for (Repair.Lost lost : List.of(Repair.Lost.REMOVED, Repair.Lost.REMOVED_WITH_CONTAINERS)) {
      List<Repair> repairs = repair(lost);
      assertTrue(
          repairs.stream().anyMatch(each -> each.text().contains(place + " (")),
          repairs.toString());
      for (Repair repair : repairs) {
        assertEquals(Repair.Result.LEFT, repair.result(), repair.toString());
      }
      assertTrue(
          repairs.stream().anyMatch(each -> each.text().endsWith("or remove the image with rmi")),
          repairs.toString());
      assertEquals(1, engine.images().list().size());
    }
  }

  private void assertMends() throws IOException {
    for (Repair repair : repair(Repair.Lost.REMOVED)) {
      assertEquals(Repair.Result.MENDED, repair.result(), repair.toString());
    }
    assertEquals(List.of(), engine.check(CheckOptions.DEFAULT));
    assertEquals(1, engine.images().list().size());
  }

  @ParameterizedTest
  @CsvSource({
    "files, 401",
    "files, 403",
    "files, 429",
    "files, 500",
    "manifest, 401",
    "manifest, 403",
    "manifest, 429",
    "manifest, 500",
    "configuration, 403",
    "configuration, 500",
    "layers and records, 403",
    "layers and records, 500",
  })
  void whatARegistryWillNotSayIsNotLost(String what, int status) throws IOException {
    damage(what);
    registry.misbehave(
        status == 429
            ? new Fault.Busy(status, "600")
            : new Fault.Refuse(status, "DENIED", "not for you"),
        "/v2/it/app");
    assertStays(registry.host() + "/it/app");
    registry.behave();
    assertMends();
  }

  @ParameterizedTest
  @ValueSource(strings = {"files", "manifest", "configuration", "layers and records"})
  void whatARegistryThatIsAwayMayHaveIsNotLost(String what) throws IOException {
    damage(what);
    String place = registry.host() + "/it/app";
    registry.close();
    assertStays(place);
    engine.images().remove(List.of(image.id().value()), RemoveOptions.DEFAULT);
    assertEquals(0, engine.images().list().size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"files", "manifest", "configuration", "layers and records"})
  void whatARegistrySaysItDoesNotHaveIsLost(String what) throws IOException {
    damage(what);
    registry.misbehave(NO, "/v2/it/app");
    assertTrue(
        repair(Repair.Lost.REMOVED).stream()
            .allMatch(each -> each.result() == Repair.Result.REMOVED));
    assertEquals(0, engine.images().list().size());
  }

  /// Docker's registry fails where what is asked for as a manifest is a blob.
  @Test
  void aConfigurationIsHadFromARegistryThatHasItAsABlobAndFailsAtTheManifest() throws IOException {
    damage("configuration");
    registry.misbehave(new Fault.Refuse(500, "UNKNOWN", "unknown error"), "/manifests/sha256:");
    assertMends();
    assertEquals(image.id(), engine.images().list().getFirst().id());
  }

  @Test
  void aManifestThatARegistryFailsAtIsNotLostAlthoughItIsNoBlob() throws IOException {
    damage("manifest");
    registry.misbehave(new Fault.Refuse(500, "UNKNOWN", "unknown error"), "/manifests/sha256:");
    registry.misbehave(NO, "/blobs/");
    assertStays(registry.host() + "/it/app");
    registry.behave();
    assertMends();
  }

  @Test
  void whatAnswersAsNoRegistryDoesHasSaidNothing() throws IOException {
    damage("files");
    registry.misbehave(new Fault.Refuse(404, "", ""), "/v2/");
    assertStays(registry.host() + "/it/app");
  }

  @Test
  void aLayerThatBreaksOffOnTheWayIsNotLost() throws IOException {
    damage("files");
    registry.misbehave(
        new Fault.Cut(10),
        request -> request.method().equals("GET") && request.path().contains("/blobs/"),
        Integer.MAX_VALUE);
    List<Repair> repairs = repair(Repair.Lost.REMOVED);
    assertEquals(Repair.Result.LEFT, repairs.getFirst().result(), repairs.toString());
    assertEquals(1, engine.images().list().size());
    registry.behave();
    assertMends();
  }

  @Test
  void aPlannedRemovalLeavesOutWhatCouldNotBeAsked() throws IOException {
    damage("files");
    registry.misbehave(new Fault.Refuse(403, "DENIED", "no"), "/v2/it/app");
    List<Repair> plan =
        engine.repair(
            RepairOptions.DEFAULT
                .withAccess(Workshop.PLAIN_HTTP)
                .withMode(Repair.Mode.PLANNED)
                .withLost(Repair.Lost.REMOVED),
            _ -> {});
    assertEquals(
        List.of(Repair.Outlook.OPEN), plan.stream().map(Repair::outlook).toList(), plan.toString());
    assertTrue(plan.getFirst().text().contains("could not be asked"), plan.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"all", "digest-only", "tag-only"})
  void whatAMirrorMayHaveIsNotLost(String use) throws IOException {
    mirrored("", "pull-from-mirror = \"" + use + "\"\n");
    damage("files");
    registry.misbehave(NO, "/v2/it/app");
    mirror.misbehave(new Fault.Refuse(403, "DENIED", "no"), "/v2/copies");
    assertStays("mirror " + mirror.host() + "/copies/it/app");
    mirror.behave();
    var _ = mirror.addImage("copies/it/app", "1", made);
    assertMends();
  }

  @Test
  void aMirrorHelpsWhereTheRegistryIsAway() throws IOException {
    mirrored("", "");
    var _ = mirror.addImage("copies/it/app", "1", made);
    damage("files");
    damage("manifest");
    registry.close();
    assertMends();
  }

  @Test
  void whatNeitherARegistryNorItsMirrorHasIsLost() throws IOException {
    mirrored("", "");
    damage("files");
    registry.misbehave(NO, "/v2/it/app");
    assertEquals(Repair.Result.REMOVED, repair(Repair.Lost.REMOVED).getFirst().result());
    assertEquals(0, engine.images().list().size());
  }

  @Test
  void whatABlockedRegistryMayHaveIsNotLost() throws IOException {
    damage("files");
    mirrored("blocked = true\n", "");
    assertStays(registry.host() + "/it/app");
    file(
        "registries.conf",
        "[[registry]]\nlocation = \"" + registry.host() + "\"\nblocked = true\n");
    assertStays(registry.host() + "/it/app");
    file("registries.conf", "");
    assertMends();
  }
}
