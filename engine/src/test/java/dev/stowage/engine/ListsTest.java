package dev.stowage.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.Family;
import dev.stowage.model.ImageId;
import dev.stowage.model.ImageIndex;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.InUseException;
import dev.stowage.model.LayerCompression;
import dev.stowage.model.Manifest;
import dev.stowage.model.MediaType;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Platform;
import dev.stowage.testkit.EmbeddedRegistry;
import dev.stowage.testkit.ImageGenerator;
import dev.stowage.testkit.TestImage;
import dev.stowage.transfer.CopyOptions;
import dev.stowage.transfer.Listener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Lists of manifests made here of images that are here and there.
class ListsTest {
  private static final ListAdd ADD = ListAdd.DEFAULT.withAccess(Workshop.PLAIN_HTTP);

  @TempDir Path directory;
  private EmbeddedRegistry from;
  private EmbeddedRegistry to;
  private Engine engine;
  private TestImage amd64;
  private TestImage arm64;

  private static TestImage image(String architecture) {
    return ImageGenerator.oci()
        .architecture(architecture)
        .layer(Map.of("etc/name", Bytes.utf8(architecture.repeat(500))))
        .build();
  }

  @BeforeEach
  void open() throws IOException {
    from = EmbeddedRegistry.start();
    to = EmbeddedRegistry.start();
    engine = Workshop.open(directory);
    amd64 = image("amd64");
    arm64 = image("arm64");
    Digest _ = from.addImage("it/one", "v1", amd64);
    Digest _ = from.addImage("it/app", "amd", amd64);
    Digest _ = from.addImage("it/app", "arm", arm64);
    Map<String, Document> instances = new LinkedHashMap<>();
    instances.put("amd64", amd64.manifest());
    instances.put("arm64", arm64.manifest());
    Digest _ =
        from.addManifest(
            "it/app", "v1", ImageGenerator.index(ImageGenerator.Format.OCI, instances));
  }

  @AfterEach
  void close() throws IOException {
    engine.close();
    from.close();
    to.close();
  }

  private String at(String name) {
    return from.host() + "/it/" + name;
  }

  private static List<Digest> digests(ManifestList list) {
    return list.entries().stream().map(ListEntry::digest).toList();
  }

  private ImageIndex pushed(ManifestList list, PushOptions options) throws IOException {
    Pushed pushed = list.push(to.host() + "/my/list:1", options, Listener.NONE);
    Document there = to.manifest("my/list", "1").orElseThrow();
    assertEquals(pushed.digest(), there.digest());
    return (ImageIndex) Manifest.parse(there);
  }

  @Test
  void anImageIsAddedFromWhereItIs() throws IOException {
    Image local = engine.pull(at("one:v1"), Workshop.PULL, Listener.NONE).images().getFirst();
    ManifestList list = engine.lists().create("mylist");
    assertEquals(List.of(), list.entries());
    list = list.add(at("app:v1"), ADD.withInstances(ListAdd.Instances.ALL)).list();
    assertEquals(List.of(amd64.manifest().digest(), arm64.manifest().digest()), digests(list));
    // The same image by another way takes the entry's place and keeps the first location.
    ManifestList.Added again =
        list.add(
            "containers-storage:" + at("one:v1"),
            ADD.withChanges(
                EntryChanges.NONE.withPlatform(new Platform("", "", "", "9", List.of("f")))));
    assertEquals(List.of(amd64.manifest().digest()), again.digests());
    assertEquals(
        List.of(arm64.manifest().digest(), amd64.manifest().digest()), digests(again.list()));
    assertEquals(
        new Platform("linux", "amd64", "", "9", List.of("f")),
        again.list().entries().getLast().platform());
    // A name that no registry has is a local one.
    Image _ = local.tag("localhost/mine:1");
    assertEquals(
        List.of(amd64.manifest().digest()),
        engine.lists().create("other").add("localhost/mine:1", ADD).digests());
    assertEquals(local.id(), again.list().instance(new Platform("linux", "amd64", "")).id());
    assertEquals(
        local.id(),
        again.list().instance(new Platform("", "", "v9")).id(),
        "a variant counts only with an architecture");
    ManifestList listed = again.list();
    assertThrows(
        NotFoundException.class, () -> listed.instance(new Platform("linux", "arm64", "")));
    IOException nowhere =
        assertThrows(IOException.class, () -> listed.add("localhost:1/nobody/has:this", ADD));
    String message = String.valueOf(nowhere.getMessage());
    assertTrue(message.startsWith("locating image to add to manifest list: \"docker://"), message);
    assertTrue(
        message.endsWith(
            "; \"localhost:1/nobody/has:this\": localhost:1/nobody/has:this: image not known"),
        message);
  }

  @Test
  void aListIsPushedWithAllThatItListsWhereverThatIs() throws IOException {
    Image _ = engine.pull(at("one:v1"), Workshop.PULL, Listener.NONE).images().getFirst();
    Path file = Files.writeString(directory.resolve("notes.txt"), "notes\n");
    ManifestList list =
        engine
            .lists()
            .create("mylist")
            .add("containers-storage:" + at("one:v1"), ADD)
            .list()
            .add(at("app:arm"), ADD)
            .list()
            .addArtifact(
                List.of(file),
                ListArtifact.DEFAULT.withType(new MediaType("application/x-notes")),
                Workshop.PLAIN_HTTP,
                EntryChanges.NONE)
            .list();
    ImageIndex index = pushed(list, Workshop.PUSH);
    assertEquals(digests(list), index.manifests().stream().map(Descriptor::digest).toList());
    for (Descriptor entry : index.manifests()) {
      ImageManifest manifest =
          (ImageManifest)
              Manifest.parse(to.manifest("my/list", entry.digest().toString()).orElseThrow());
      for (Descriptor layer : manifest.layers()) {
        assertTrue(to.blob("my/list", layer.digest()).isPresent(), layer.toString());
      }
    }
    assertEquals(
        Bytes.utf8("notes\n"), to.blob("my/list", Digest.of(Bytes.utf8("notes\n"))).orElseThrow());
    assertEquals(index.manifests().getLast().digest(), list.member("notes.txt"));
    assertEquals(index.manifests().getLast().digest(), list.member(file.toString()));
    // Without the images it is the index alone that travels.
    Pushed bare =
        list.push(
            to.host() + "/my/list:bare",
            Workshop.PUSH.withCopy(CopyOptions.of(CopyOptions.Instances.INDEX_ONLY)),
            Listener.NONE);
    assertEquals(index.document().bytes(), bare.manifest().bytes());
  }

  @Test
  void anIndexGetsTheImagesThatItLacksInACompression() throws IOException {
    ManifestList list =
        engine
            .lists()
            .create("mylist")
            .add(at("app:v1"), ADD.withInstances(ListAdd.Instances.ALL))
            .list();
    PushOptions options =
        Workshop.PUSH.withCopy(
            Workshop.PUSH
                .copy()
                .withForm(
                    CopyOptions.Form.AS_IT_IS.withBesides(
                        List.of(LayerCompression.ZSTD, LayerCompression.GZIP))));
    ImageIndex index = pushed(list, options);
    List<String> compressions = new ArrayList<>();
    for (Descriptor entry : index.manifests()) {
      ImageManifest manifest =
          (ImageManifest)
              Manifest.parse(to.manifest("my/list", entry.digest().toString()).orElseThrow());
      compressions.add(
          entry.platform().orElseThrow().architecture()
              + " "
              + LayerCompression.of(manifest.layers().getFirst().type())
              + " "
              + entry.annotations().containsKey("io.github.containers.compression.zstd"));
    }
    assertEquals(
        List.of("amd64 GZIP false", "arm64 GZIP false", "amd64 ZSTD true", "arm64 ZSTD true"),
        compressions);
  }

  @Test
  void aListIsPushedInTheWordsOfTheOtherFamily() throws IOException {
    ManifestList list = engine.lists().create("mylist").add(at("app:amd"), ADD).list();
    PushOptions docker =
        Workshop.PUSH.withCopy(
            Workshop.PUSH.copy().withForm(CopyOptions.Form.AS_IT_IS.withManifest(Family.DOCKER)));
    ImageIndex index = pushed(list, docker);
    assertEquals(MediaType.DOCKER_LIST, index.document().type());
    assertEquals(MediaType.DOCKER_MANIFEST, index.manifests().getFirst().type());
  }

  @Test
  void aNameThatIsTakenIsRefused() throws IOException {
    ManifestList list = engine.lists().create("mylist:v1");
    InUseException taken =
        assertThrows(InUseException.class, () -> engine.lists().create("mylist:v1"));
    assertEquals(List.of(list.id().value()), taken.holders());
    assertEquals(
        "image name \"localhost/mylist:v1\" is already associated with image \""
            + list.id()
            + "\": that name is already in use",
        taken.getMessage());
  }

  @Test
  void whatIsNoListIsToldFromWhatIsNotThere() throws IOException {
    Image image = engine.pull(at("one:v1"), Workshop.PULL, Listener.NONE).images().getFirst();
    ManifestList _ = engine.lists().create("mylist");
    assertTrue(engine.lists().exists("mylist"));
    assertFalse(engine.lists().exists("nolist"));
    NotFoundException none =
        assertThrows(
            NotFoundException.class,
            () -> engine.lists().exists(image.names().getFirst().toString()));
    assertTrue(
        String.valueOf(none.getMessage()).endsWith(": image is not a manifest list"),
        none.getMessage());
  }

  @Test
  void changesMadeAtTheSameTimeAllCount() throws Exception {
    ManifestList list = engine.lists().create("mylist");
    ImageId id = list.id();
    List<Thread> threads = new ArrayList<>();
    List<IOException> failures = java.util.Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < 6; i++) {
      String key = "key" + i;
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      ManifestList _ =
                          engine
                              .lists()
                              .find(id.value())
                              .annotateWhole(
                                  Map.of(key, "x"), Optional.empty(), Workshop.PLAIN_HTTP);
                    } catch (IOException e) {
                      failures.add(e);
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(List.of(), failures);
    assertEquals(
        6,
        engine
            .lists()
            .find("mylist")
            .inspect()
            .object("annotations")
            .orElseThrow()
            .fields()
            .size());
  }

  @Test
  void anImageBecomesAListAndStaysWhatItWas() throws IOException {
    Image image = engine.pull(at("one:v1"), Workshop.PULL, Listener.NONE).images().getFirst();
    ManifestList list = engine.lists().convert(image);
    assertEquals(image.id(), list.id());
    assertEquals(image.names(), list.image().names());
    assertEquals(List.of(amd64.manifest().digest()), digests(list));
    assertEquals(list.id(), engine.lists().convert(list.image()).id());
    ImageIndex index = pushed(list.add(at("app:arm"), ADD).list(), Workshop.PUSH);
    assertEquals(
        List.of(amd64.manifest().digest(), arm64.manifest().digest()),
        index.manifests().stream().map(Descriptor::digest).toList());
  }

  @Test
  void aRemovedEntryIsGoneAndTheListGoesAlone() throws IOException {
    Image image = engine.pull(at("one:v1"), Workshop.PULL, Listener.NONE).images().getFirst();
    ManifestList list =
        engine.lists().create("mylist").add("containers-storage:" + at("one:v1"), ADD).list();
    assertEquals(List.of(), list.remove(amd64.manifest().digest()).entries());
    ManifestList full = list.add("containers-storage:" + at("one:v1"), ADD).list();
    Removal removal =
        engine
            .images()
            .remove(
                List.of("mylist"),
                RemoveOptions.DEFAULT.withNames(RemoveOptions.Scope.Names.LISTS));
    assertEquals(List.of(full.id()), removal.removed());
    assertEquals(image.id(), engine.images().find(image.id().value()).image().id());
  }

  @Test
  void aRemoteListIsShownWhereThereIsNoLocalOne() throws IOException {
    assertEquals(
        "[{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"size\":"
            + amd64.manifest().bytes().length()
            + ",\"digest\":\""
            + amd64.manifest().digest()
            + "\",\"platform\":{\"architecture\":\"amd64\",\"os\":\"linux\"}},"
            + "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"size\":"
            + arm64.manifest().bytes().length()
            + ",\"digest\":\""
            + arm64.manifest().digest()
            + "\",\"platform\":{\"architecture\":\"arm64\",\"os\":\"linux\"}}]",
        engine
            .lists()
            .inspect(at("app:v1"), Workshop.PLAIN_HTTP)
            .get("manifests")
            .orElseThrow()
            .compact());
  }
}
