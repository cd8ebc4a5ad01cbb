package dev.stowage.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.config.Machine;
import dev.stowage.config.PullPolicy;
import dev.stowage.config.StorageOverrides;
import dev.stowage.config.Surroundings;
import dev.stowage.config.Terminal;
import dev.stowage.config.User;
import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.Event;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import dev.stowage.model.MediaType;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Platform;
import dev.stowage.model.RejectedException;
import dev.stowage.model.StowageException;
import dev.stowage.model.UnsupportedException;
import dev.stowage.testkit.EmbeddedRegistry;
import dev.stowage.testkit.Fault;
import dev.stowage.testkit.ImageGenerator;
import dev.stowage.testkit.TestImage;
import dev.stowage.transfer.Listener.Progress;
import dev.stowage.transfer.RegistryAccess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Pulls from an embedded registry into a store of their own, as a machine with no configuration
/// but a permissive policy.
class PullTest {
  private static final PullOptions PLAIN =
      PullOptions.DEFAULT
          .withAccess(RegistryAccess.DEFAULT.withTls(RegistryAccess.Tls.NOT_VERIFIED))
          .withRetry(new PullOptions.Retry(1, Duration.ofMillis(1)));

  @TempDir Path directory;
  private EmbeddedRegistry registry;
  private Engine engine;
  private final List<Progress> told = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void open() throws IOException {
    registry = EmbeddedRegistry.start();
    policy("insecureAcceptAnything");
    StorageOverrides store =
        StorageOverrides.NONE
            .withRoot(directory.resolve("root"))
            .withRunRoot(directory.resolve("run"))
            .withDriver("overlay");
    engine = Engine.open(surroundings(), EngineOptions.DEFAULT.withStorage(store));
  }

  private Surroundings surroundings() {
    return new Surroundings(
        Map.of(),
        directory.resolve("machine"),
        directory,
        new User(0, 0, 0, 0, directory.resolve("machine/root"), User.Privilege.ROOTFUL),
        new Machine(new Platform("linux", "amd64", ""), "host", "6.1.0", 2),
        Terminal.NONE,
        () -> ZoneOffset.UTC);
  }

  private void file(String path, String text) throws IOException {
    Path file = directory.resolve("machine").resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void policy(String type) throws IOException {
    file("etc/containers/policy.json", "{\"default\":[{\"type\":\"" + type + "\"}]}");
  }

  @AfterEach
  void close() throws IOException {
    engine.close();
    registry.close();
  }

  private static TestImage image(String content) {
    return ImageGenerator.oci().layer(Map.of("name", Bytes.utf8(content))).build();
  }

  private String name(String tag) {
    return registry.host() + "/it/app:" + tag;
  }

  private Image pull(String text, PullOptions options) throws IOException {
    return engine.pull(text, options, told::add).images().getFirst();
  }

  private static String id(TestImage image) {
    return Digest.of(image.config()).hex();
  }

  @Test
  void layersThatAreRemovedDuringThePullAreFetchedAfterAll() throws IOException {
    Map<String, Bytes> base = Map.of("base", Bytes.utf8("shared"));
    TestImage above =
        ImageGenerator.oci().layer(base).layer(Map.of("name", Bytes.utf8("above"))).build();
    registry.addImage("it/app", "base", ImageGenerator.oci().layer(base).build());
    registry.addImage("it/app", "above", above);
    Image below = pull(name("base"), PLAIN);
    AtomicInteger removals = new AtomicInteger();
    Pulled pulled =
        engine.pull(
            name("above"),
            PLAIN,
            progress -> {
              if (progress instanceof Progress.Committing && removals.getAndIncrement() == 0) {
                remove(below);
              }
            });
    assertEquals(id(above), pulled.images().getFirst().id().value());
    assertEquals(2, removals.get());
    assertTrue(pulled.images().getFirst().damage().isEmpty());
  }

  private static void remove(Image image) {
    try {
      Removal _ = image.remove(RemoveOptions.DEFAULT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aPullIsToldAndNamed() throws IOException {
    registry.addImage("it/app", "v1", image("1"));
    Image pulled = pull(name("v1"), PLAIN);
    assertEquals(id(image("1")), pulled.id().value());
    assertEquals(name("v1"), pulled.names().getFirst().toString());
    assertTrue(told.contains(new Progress.Trying(pulled.names().getFirst())));
    Event event = ((Progress.Changed) told.getLast()).event();
    assertEquals(Event.Kind.PULL, event.kind());
    assertEquals(name("v1"), event.name());
  }

  @Test
  void aFailureIsToldToo() {
    NotFoundException failure =
        assertThrows(NotFoundException.class, () -> pull(name("none"), PLAIN));
    assertEquals(NotFoundException.Kind.MANIFEST, failure.kind());
    assertEquals(Event.Kind.PULL_ERROR, ((Progress.Changed) told.getLast()).event().kind());
  }

  @Test
  void aManifestThatIsNoneIsToldWithTheImage() throws IOException {
    registry.addManifest(
        "it/app",
        "broken",
        new Document(MediaType.OCI_MANIFEST, Bytes.utf8("{\"schemaVersion\": 2}")));
    MalformedException e =
        assertThrows(MalformedException.class, () -> pull(name("broken"), PLAIN));
    assertTrue(String.valueOf(e.getMessage()).startsWith(name("broken") + ": "), e.getMessage());
  }

  @Test
  void policyNeverAsksNobody() throws IOException {
    registry.addImage("it/app", "v1", image("1"));
    assertThrows(
        NotFoundException.class, () -> pull(name("v1"), PLAIN.withPolicy(PullPolicy.NEVER)));
    assertEquals(List.of(), registry.log());
  }

  @Test
  void policyMissingAsksOnlyForWhatIsNotHere() throws IOException {
    registry.addImage("it/app", "v1", image("1"));
    pull(name("v1"), PLAIN.withPolicy(PullPolicy.MISSING));
    registry.addImage("it/app", "v1", image("2"));
    registry.clearLog();
    assertEquals(
        id(image("1")), pull(name("v1"), PLAIN.withPolicy(PullPolicy.MISSING)).id().value());
    assertEquals(List.of(), registry.log());
  }

  @Test
  void policyNewerPullsOnlyWhatIsAnother() throws IOException {
    registry.addImage("it/app", "v1", image("1"));
    pull(name("v1"), PLAIN);
    registry.clearLog();
    pull(name("v1"), PLAIN.withPolicy(PullPolicy.NEWER));
    assertEquals(List.of(), registry.log("/blobs/"));
    registry.addImage("it/app", "v1", image("2"));
    assertEquals(id(image("2")), pull(name("v1"), PLAIN.withPolicy(PullPolicy.NEWER)).id().value());
  }

  @Test
  void policyNewerKeepsTheLocalImageWhereTheRegistryFails() throws IOException {
    registry.addImage("it/app", "v1", image("1"));
    pull(name("v1"), PLAIN);
    registry.misbehave(new Fault.Refuse(403, "DENIED", "no"), "/v2/it/app");
    assertEquals(id(image("1")), pull(name("v1"), PLAIN.withPolicy(PullPolicy.NEWER)).id().value());
    assertThrows(StowageException.class, () -> pull(name("v1"), PLAIN));
  }

  @Test
  void anIdCannotBePulled() throws IOException {
    registry.addImage("it/app", "v1", image("1"));
    String id = pull(name("v1"), PLAIN).id().value();
    assertThrows(UnsupportedException.class, () -> pull(id, PLAIN));
    assertThrows(UnsupportedException.class, () -> pull(id.substring(0, 12), PLAIN));
    assertEquals(id, pull(id, PLAIN.withPolicy(PullPolicy.MISSING)).id().value());
  }

  @Test
  void anotherPlatformIsPulledOverAPolicyOfMissing() throws IOException {
    TestImage arm =
        ImageGenerator.oci().architecture("arm64").layer(Map.of("a", Bytes.utf8("a"))).build();
    TestImage amd =
        ImageGenerator.oci().architecture("amd64").layer(Map.of("a", Bytes.utf8("b"))).build();
    registry.addImage("it/app", "arm", arm);
    registry.addImage("it/app", "amd", amd);
    registry.addManifest(
        "it/app",
        "all",
        ImageGenerator.index(
            ImageGenerator.Format.OCI, Map.of("arm64", arm.manifest(), "amd64", amd.manifest())));
    assertEquals(id(amd), pull(name("all"), PLAIN).id().value());
    PullOptions other =
        PLAIN.withPolicy(PullPolicy.MISSING).withPlatform(new Platform("", "arm64", ""));
    assertEquals(id(arm), pull(name("all"), other).id().value());
  }

  @Test
  void anImageOfAnotherPlatformIsWarnedOf() throws IOException {
    TestImage arm =
        ImageGenerator.oci().architecture("arm64").layer(Map.of("a", Bytes.utf8("a"))).build();
    registry.addImage("it/app", "arm", arm);
    pull(name("arm"), PLAIN);
    assertTrue(told.stream().anyMatch(Progress.Warned.class::isInstance));
  }

  @Test
  void allTagsArePulled() throws IOException {
    registry.addImage("it/app", "v1", image("1"));
    registry.addImage("it/app", "v2", image("2"));
    PullOptions all = PLAIN.withTags(PullOptions.Tags.ALL);
    assertEquals(2, engine.pull(registry.host() + "/it/app", all, told::add).images().size());
    assertEquals(2, engine.images().list().size());
  }

  @Test
  void aShortNameIsTriedAtTheSearchRegistriesInTheirOrder() throws IOException {
    try (EmbeddedRegistry second = EmbeddedRegistry.start()) {
      second.addImage("it/app", "v1", image("2"));
      file(
          "etc/containers/registries.conf",
          "short-name-mode = \"permissive\"\nunqualified-search-registries = [\""
              + registry.host()
              + "\", \""
              + second.host()
              + "\"]\n");
      assertEquals(id(image("2")), pull("it/app:v1", PLAIN).id().value());
      assertEquals(2, told.stream().filter(Progress.Trying.class::isInstance).count());
      IOException failure = assertThrows(IOException.class, () -> pull("it/none:v1", PLAIN));
      assertTrue(failure.toString().contains("2 errors occurred"), failure.toString());
    }
  }

  @Test
  void aPolicyThatRejectsIsObeyedBeforeAnythingIsRead() throws IOException {
    registry.addImage("it/app", "v1", image("1"));
    policy("reject");
    assertThrows(RejectedException.class, () -> pull(name("v1"), PLAIN));
    assertEquals(List.of(), registry.log());
  }

  @Test
  void aDamagedImageIsRepairedByAPull() throws IOException {
    registry.addImage("it/app", "v1", image("1"));
    Image pulled = pull(name("v1"), PLAIN);
    Path data = directory.resolve("root/overlay-images").resolve(pulled.id().value());
    Files.delete(data.resolve("manifest"));
    assertTrue(pulled.refresh().damage().isPresent());
    Image again = pull(name("v1"), PLAIN.withPolicy(PullPolicy.MISSING));
    assertTrue(again.damage().isEmpty());
  }

  @Test
  void aLayoutOnDiskIsAPlaceToPullFrom() throws IOException {
    TestImage image = image("layout");
    Path layout = layout(image, "localhost/it/app:v1");
    Image pulled = pull("oci:" + layout + ":localhost/it/app:v1", PLAIN);
    assertEquals(id(image), pulled.id().value());
    assertEquals("localhost/it/app:v1", pulled.names().getFirst().toString());
    assertTrue(pull("oci:" + layout, PLAIN).id().equals(pulled.id()));
    assertThrows(NotFoundException.class, () -> pull("oci:" + layout + ":other", PLAIN));
  }

  private Path layout(TestImage image, String name) throws IOException {
    Path blobs = Files.createDirectories(directory.resolve("layout/blobs/sha256"));
    for (Bytes blob : image.blobs()) {
      Files.write(blobs.resolve(Digest.of(blob).hex()), blob.toArray());
    }
    Bytes manifest = image.manifest().bytes();
    Files.write(blobs.resolve(Digest.of(manifest).hex()), manifest.toArray());
    Descriptor descriptor =
        new Descriptor(image.manifest().type(), image.manifest().digest(), manifest.length());
    Json.Obj entry =
        Json.object()
            .put("mediaType", descriptor.type().value())
            .put("digest", descriptor.digest().toString())
            .put("size", descriptor.size())
            .put(
                "annotations", Json.object().put("org.opencontainers.image.ref.name", name).build())
            .build();
    Json.Obj index =
        Json.object()
            .put("schemaVersion", 2)
            .put("manifests", new Json.Arr(List.of(entry)))
            .build();
    Files.writeString(directory.resolve("layout/index.json"), index.compact());
    return directory.resolve("layout");
  }
}
