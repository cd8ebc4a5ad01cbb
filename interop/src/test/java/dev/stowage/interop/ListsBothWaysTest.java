package dev.stowage.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.config.StorageOverrides;
import dev.stowage.engine.ArtifactAdd;
import dev.stowage.engine.Artifacts;
import dev.stowage.engine.Engine;
import dev.stowage.engine.EngineOptions;
import dev.stowage.engine.EntryChanges;
import dev.stowage.engine.Image;
import dev.stowage.engine.ListAdd;
import dev.stowage.engine.ManifestList;
import dev.stowage.engine.PullOptions;
import dev.stowage.engine.PushOptions;
import dev.stowage.engine.Pushed;
import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.Json;
import dev.stowage.model.MediaType;
import dev.stowage.model.Platform;
import dev.stowage.store.Driver;
import dev.stowage.testkit.ImageGenerator;
import dev.stowage.testkit.TestImage;
import dev.stowage.transfer.Listener;
import dev.stowage.transfer.RegistryAccess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Lists of manifests and artifacts that Stowage and podman make, change and push in one store.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ListsBothWaysTest {
  private static final RegistryAccess PLAIN_HTTP =
      RegistryAccess.DEFAULT.withTls(RegistryAccess.Tls.NOT_VERIFIED);
  private static final ListAdd ADD = ListAdd.DEFAULT.withAccess(PLAIN_HTTP);
  private static final PushOptions PUSH = PushOptions.DEFAULT.withAccess(PLAIN_HTTP);

  private Workplace work = new Workplace(Path.of("/nowhere"));
  private LocalRegistry registry = new LocalRegistry(0, ProcessHandle.current());
  private Document index = new Document(MediaType.OCI_INDEX, Bytes.empty());

  @BeforeAll
  void begin() throws IOException {
    Tool.requireAll();
    work = Workplace.make();
    registry = LocalRegistry.serve(work.directory());
    Map<String, Document> instances = new LinkedHashMap<>();
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (String architecture : List.of("amd64", "arm64")) {
        TestImage image =
            ImageGenerator.oci()
                .architecture(architecture)
                .layer(Map.of("etc/name", Bytes.utf8(architecture.repeat(500))))
                .build();
        for (Bytes blob : image.blobs()) {
          upload(client, blob);
        }
        registry.put("it/app", architecture, image.manifest());
        instances.put(architecture, image.manifest());
      }
    }
    index = ImageGenerator.index(ImageGenerator.Format.OCI, instances);
    registry.put("it/app", "v1", index);
  }

  private void upload(HttpClient client, Bytes blob) throws IOException {
    try {
      HttpResponse<String> begun =
          client.send(
              HttpRequest.newBuilder(
                      URI.create("http://" + registry.host() + "/v2/it/app/blobs/uploads/"))
                  .POST(HttpRequest.BodyPublishers.noBody())
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      String place = begun.headers().firstValue("Location").orElseThrow();
      URI target =
          URI.create(
              (place.startsWith("/") ? "http://" + registry.host() + place : place)
                  + (place.contains("?") ? "&" : "?")
                  + "digest="
                  + Digest.of(blob));
      assertEquals(
          201,
          client
              .send(
                  HttpRequest.newBuilder(target)
                      .PUT(HttpRequest.BodyPublishers.ofByteArray(blob.toArray()))
                      .build(),
                  HttpResponse.BodyHandlers.ofString())
              .statusCode());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @AfterAll
  void cleanUp() throws IOException {
    registry.close();
    work.close();
  }

  private static Engine open(TestStore store) throws IOException {
    return Engine.open(
        EngineOptions.DEFAULT.withStorage(
            StorageOverrides.NONE
                .withRoot(store.root())
                .withRunRoot(store.run())
                .withDriver(store.driver().text())));
  }

  private String at(String tag) {
    return registry.host() + "/it/app:" + tag;
  }

  private String raw(String name) throws IOException {
    return Shell.run(
        List.of(
            "skopeo",
            "inspect",
            "--raw",
            "--tls-verify=false",
            "docker://" + registry.host() + "/" + name));
  }

  private static Json manifests(String inspection) throws IOException {
    return Json.parseObject(Bytes.utf8(inspection)).get("manifests").orElseThrow();
  }

  @Test
  void listsOfThisMachinesPodman() throws IOException {
    madeChangedAndPushed(Peer.PACKAGED);
  }

  @Tag("large")
  @ParameterizedTest
  @EnumSource(
      value = Peer.class,
      names = {"TRIXIE", "FORKY"})
  void listsOfANewerPodman(Peer peer) throws IOException {
    peer.require();
    madeChangedAndPushed(peer);
  }

  private void madeChangedAndPushed(Peer peer) throws IOException {
    TestStore store = new TestStore(work.resolve("lists-" + peer), Driver.OVERLAY);
    String _ = store.podman(peer, "manifest", "create", "theirs");
    String _ =
        store.podman(peer, "manifest", "add", "--all", "--tls-verify=false", "theirs", at("v1"));
    try (Engine engine = open(store)) {
      ManifestList ours =
          engine
              .lists()
              .create("ours")
              .add(at("v1"), ADD.withInstances(ListAdd.Instances.ALL))
              .list();
      // Each changes what the other one made, and both lists are the same again.
      EntryChanges changes =
          EntryChanges.NONE
              .withPlatform(new Platform("", "", "v9", "7", List.of()))
              .withAnnotations(Map.of("k", "v"));
      Digest second = ours.entries().getLast().digest();
      ManifestList theirs = engine.lists().find("theirs").annotate(second, changes);
      String _ =
          store.podman(
              peer,
              "manifest",
              "annotate",
              "--variant=v9",
              "--os-version=7",
              "--annotation=k=v",
              "ours",
              second.toString());
      ours = engine.lists().find("ours");
      assertEquals(
          theirs.image().manifest().bytes().utf8(), ours.image().manifest().bytes().utf8());
      for (ManifestList list : List.of(ours, theirs)) {
        String shown = store.podman(peer, "manifest", "inspect", list.id().value());
        assertEquals(
            list.inspect().get("manifests").orElseThrow(), manifests(shown), "as podman shows it");
      }
      Pushed pushed = theirs.push(registry.host() + "/my/theirs:1", PUSH, Listener.NONE);
      String _ =
          store.podman(
              peer,
              "manifest",
              "push",
              "--quiet",
              "--all",
              "--tls-verify=false",
              "ours",
              "docker://" + registry.host() + "/my/ours:1");
      assertEquals(pushed.manifest().bytes().utf8(), raw("my/ours:1"));
      assertEquals(raw("my/theirs:1"), raw("my/ours:1"));
      String _ = store.podman(peer, "manifest", "remove", "ours", second.toString());
      assertEquals(1, engine.lists().find("ours").entries().size());
      String _ = store.podman(peer, "manifest", "rm", "ours");
      assertFalse(engine.lists().exists("ours"));
    }
  }

  /// An index that was pulled whole is one of podman's lists.
  @Test
  void aWholeIndexIsPushedBackByBoth() throws IOException {
    TestStore store = new TestStore(work.resolve("whole"), Driver.OVERLAY);
    try (Engine engine = open(store)) {
      Image list =
          engine
              .pull(
                  at("v1"),
                  PullOptions.DEFAULT
                      .withAccess(PLAIN_HTTP)
                      .withInstances(PullOptions.Instances.ALL),
                  Listener.NONE)
              .images()
              .getFirst();
      Pushed pushed =
          engine.lists().of(list).push(registry.host() + "/back/ours:1", PUSH, Listener.NONE);
      assertEquals(index.digest(), pushed.digest());
      assertEquals(index.bytes().utf8(), raw("back/ours:1"));
      String shown = store.podman(Peer.PACKAGED, "manifest", "inspect", at("v1"));
      assertEquals(
          engine.lists().of(list).inspect().get("manifests").orElseThrow(), manifests(shown));
      String images = store.podman(Peer.PACKAGED, "images", "--digests", "--no-trunc");
      assertTrue(images.contains(list.id().value()), images);
      String _ =
          store.podman(
              Peer.PACKAGED,
              "manifest",
              "push",
              "--quiet",
              "--all",
              "--tls-verify=false",
              at("v1"),
              "docker://" + registry.host() + "/it/app:theirs");
      // It compresses the layers anew; the images are the same.
      assertEquals(
          2, ((Json.Arr) manifests(raw("it/app:theirs"))).items().size(), "all of its images");
      String _ = store.podman(Peer.PACKAGED, "rmi", "--all", "--force");
      assertEquals(List.of(), engine.images().list());
    }
  }

  @Tag("large")
  @Test
  void artifactsGoBothWays() throws IOException {
    Peer peer = Peer.FORKY;
    peer.require();
    TestStore store = new TestStore(work.resolve("artifacts"), Driver.OVERLAY);
    Path file = Files.writeString(work.resolve("one.txt"), "one\n");
    Path other = Files.writeString(work.resolve("two.json"), "{}");
    String ours = registry.host() + "/art/ours:1";
    String theirs = registry.host() + "/art/theirs:1";
    try (Engine engine = open(store)) {
      Artifacts artifacts = engine.artifacts();
      Digest made = artifacts.add(ours, List.of(file), ArtifactAdd.DEFAULT).digest();
      String _ = store.podman(peer, "artifact", "add", theirs, file.toString());
      String _ = store.podman(peer, "artifact", "add", "--append", ours, other.toString());
      Digest grown =
          artifacts
              .add(
                  theirs,
                  List.of(other),
                  ArtifactAdd.DEFAULT.withPresent(ArtifactAdd.Present.GROWS))
              .digest();
      for (String name : List.of(ours, theirs)) {
        assertEquals(
            Json.parse(Bytes.utf8(store.podman(peer, "artifact", "inspect", name))),
            artifacts.find(name).inspect());
      }
      Document pushed = artifacts.push(theirs, PUSH, Listener.NONE);
      assertEquals(grown, pushed.digest());
      String _ = store.podman(peer, "artifact", "push", "-q", "--tls-verify=false", ours);
      Digest there = artifacts.find(ours).digest();
      String _ = store.podman(peer, "artifact", "rm", "--all");
      assertEquals(List.of(), artifacts.list());
      assertEquals(
          there,
          artifacts.pull(ours, PullOptions.DEFAULT.withAccess(PLAIN_HTTP), Listener.NONE).digest());
      String _ = store.podman(peer, "artifact", "pull", "-q", "--tls-verify=false", theirs);
      Path out = Files.createDirectories(work.resolve("out"));
      String _ = store.podman(peer, "artifact", "extract", ours, out.toString());
      assertEquals("one\n", Files.readString(out.resolve("one.txt")));
      assertEquals(2, artifacts.extract(theirs, out, Artifacts.Part.ALL).size());
      assertNotEquals(made, there);
    }
  }
}
