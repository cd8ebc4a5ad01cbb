package dev.stowage.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.Json;
import dev.stowage.model.MediaType;
import dev.stowage.model.Reference;
import dev.stowage.testkit.EmbeddedRegistry;
import dev.stowage.testkit.ImageGenerator;
import dev.stowage.testkit.TestImage;
import dev.stowage.transfer.Listener;
import dev.stowage.transfer.Location;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Indexes that are pulled whole, with an attestation as BuildKit makes it.
class WholeIndexTest {
  private static final PullOptions ALL = Workshop.PULL.withInstances(PullOptions.Instances.ALL);

  @TempDir Path directory;
  private EmbeddedRegistry from;
  private EmbeddedRegistry to;
  private Engine engine;
  private Document index;
  private Document attestation;
  private final List<TestImage> images = new ArrayList<>();

  private static Json.Obj descriptor(MediaType type, Bytes content) {
    return Json.object()
        .put("mediaType", type.value())
        .put("digest", Digest.of(content).toString())
        .put("size", content.length())
        .build();
  }

  @BeforeEach
  void open() throws IOException {
    from = EmbeddedRegistry.start();
    to = EmbeddedRegistry.start();
    engine = Workshop.open(directory);
    List<Json> entries = new ArrayList<>();
    for (String architecture : List.of("amd64", "arm64", "s390x")) {
      TestImage image =
          ImageGenerator.oci()
              .architecture(architecture)
              .layer(Map.of("etc/name", Bytes.utf8(architecture.repeat(500))))
              .build();
      images.add(image);
      Digest _ = from.addImage("it/app", architecture, image);
      entries.add(
          descriptor(MediaType.OCI_MANIFEST, image.manifest().bytes()).toBuilder()
              .put(
                  "platform",
                  Json.object().put("architecture", architecture).put("os", "linux").build())
              .build());
    }
    attestation = attestation();
    entries.add(
        descriptor(MediaType.OCI_MANIFEST, attestation.bytes()).toBuilder()
            .put(
                "annotations",
                Json.object()
                    .put(
                        "vnd.docker.reference.digest",
                        images.getFirst().manifest().digest().toString())
                    .put("vnd.docker.reference.type", "attestation-manifest")
                    .build())
            .put(
                "platform",
                Json.object().put("architecture", "unknown").put("os", "unknown").build())
            .build());
    // With white space and an order of keys that nobody here would write.
    index =
        new Document(
            MediaType.OCI_INDEX,
            Bytes.utf8(
                Json.object()
                    .put("manifests", new Json.Arr(entries))
                    .put("mediaType", MediaType.OCI_INDEX.value())
                    .put("schemaVersion", 2)
                    .build()
                    .pretty("   ")));
    Digest _ = from.addManifest("it/app", "v1", index);
  }

  private Document attestation() throws IOException {
    Bytes statement = Bytes.utf8("{\"_type\":\"https://in-toto.io/Statement/v0.1\"}");
    Bytes config =
        Bytes.utf8(
            "{\"architecture\":\"unknown\",\"os\":\"unknown\",\"config\":{},\"rootfs\":{\"type\":"
                + "\"layers\",\"diff_ids\":[\""
                + Digest.of(statement)
                + "\"]}}");
    Descriptor _ = from.addBlob("it/app", MediaType.OCI_CONFIG, config);
    MediaType inToto = new MediaType("application/vnd.in-toto+json");
    Descriptor _ = from.addBlob("it/app", inToto, statement);
    Document manifest =
        new Document(
            MediaType.OCI_MANIFEST,
            Bytes.utf8(
                Json.object()
                    .put("schemaVersion", 2)
                    .put("mediaType", MediaType.OCI_MANIFEST.value())
                    .put("config", descriptor(MediaType.OCI_CONFIG, config))
                    .put("layers", new Json.Arr(List.of(descriptor(inToto, statement))))
                    .build()
                    .compact()));
    Digest _ = from.addManifest("it/app", manifest.digest().toString(), manifest);
    return manifest;
  }

  @AfterEach
  void close() throws IOException {
    engine.close();
    from.close();
    to.close();
  }

  private Image pull(PullOptions options) throws IOException {
    return engine.pull(from.host() + "/it/app:v1", options, Listener.NONE).images().getFirst();
  }

  @Test
  void anIndexIsPushedAsItWasPulled() throws IOException {
    Image list = pull(ALL);
    assertTrue(list.list());
    assertEquals(index.bytes(), list.manifest().bytes());
    assertEquals(5, engine.images().list().size() + 1);
    // What is attached is here, and is not asked for again.
    from.clearLog();
    Pushed pushed =
        engine.lists().of(list).push(to.host() + "/my/app:v1", Workshop.PUSH, Listener.NONE);
    assertEquals(index.digest(), pushed.digest());
    assertEquals(index.bytes(), to.manifest("my/app", "v1").orElseThrow().bytes());
    for (TestImage image : images) {
      assertEquals(
          Optional.of(image.manifest().bytes()),
          to.manifest("my/app", image.manifest().digest().toString()).map(Document::bytes));
    }
    assertEquals(
        Optional.of(attestation.bytes()),
        to.manifest("my/app", attestation.digest().toString()).map(Document::bytes));
    assertEquals(List.of(), from.log(attestation.digest().toString()));
  }

  @Test
  void eachOfItsImagesIsOneOfItsOwn() throws IOException {
    Image list = pull(ALL);
    for (TestImage image : images) {
      Reference name =
          Reference.of(
              Reference.parse(from.host() + "/it/app").repository(), image.manifest().digest());
      Image instance = engine.images().find(name.toString()).image();
      assertEquals(List.of(name), instance.names());
      assertEquals(image.manifest().bytes(), instance.manifest().bytes());
    }
    // The name leads to this machine's image, as it does where a list was put together.
    assertEquals(
        images.getFirst().manifest().digest(),
        engine.images().find(from.host() + "/it/app:v1").image().digest().orElseThrow());
    assertEquals(list.id(), engine.lists().find(from.host() + "/it/app:v1").id());
  }

  @Test
  void theSameIndexStaysTheSameListAndAnotherTakesItsName() throws IOException {
    Image list = pull(ALL);
    assertEquals(list.id(), pull(ALL).id());
    Document other = new Document(MediaType.OCI_INDEX, Bytes.utf8(index.bytes().utf8() + "\n"));
    Digest _ = from.addManifest("it/app", "v1", other);
    Image changed = pull(ALL);
    assertNotEquals(list.id(), changed.id());
    assertEquals(List.of(), list.refresh().names());
  }

  @Test
  void anImageAloneIsPulledAsEver() throws IOException {
    Image image =
        engine.pull(from.host() + "/it/app:arm64", ALL, Listener.NONE).images().getFirst();
    assertEquals(images.get(1).manifest().bytes(), image.manifest().bytes());
    assertEquals(List.of(Reference.parse(from.host() + "/it/app:arm64")), image.names());
  }

  @Test
  void anIndexGoesToALayoutAndComesBackUnchanged() throws IOException {
    Image list = pull(ALL);
    Location layout = Location.parse("oci:" + directory.resolve("layout") + ":localhost/back:1");
    Pushed out = engine.lists().of(list).push(layout.toString(), Workshop.PUSH, Listener.NONE);
    assertEquals(index.digest(), out.digest());
    Image back = engine.pull(layout.toString(), ALL, Listener.NONE).images().getFirst();
    assertEquals(index.bytes(), back.manifest().bytes());
    assertEquals(List.of(Reference.parse("localhost/back:1")), back.names());
    Pushed again =
        engine.lists().of(back).push(to.host() + "/back/app:v1", Workshop.PUSH, Listener.NONE);
    assertEquals(index.digest(), again.digest());
  }

  @Test
  void aRemovedListLeavesItsImages() throws IOException {
    Image list = pull(ALL);
    Removal removal =
        engine
            .images()
            .remove(
                List.of(list.id().value()),
                RemoveOptions.DEFAULT.withNames(RemoveOptions.Scope.Names.LISTS));
    assertEquals(List.of(list.id()), removal.removed());
    assertEquals(3, engine.images().list().size());
  }
}
