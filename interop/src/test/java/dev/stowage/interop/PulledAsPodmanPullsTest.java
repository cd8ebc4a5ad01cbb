package dev.stowage.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.Bytes;
import dev.stowage.model.Document;
import dev.stowage.model.Manifest;
import dev.stowage.model.Reference;
import dev.stowage.store.Driver;
import dev.stowage.testkit.ImageGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The same image pulled by Stowage and by podman, each into an empty store.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PulledAsPodmanPullsTest {
  /// All columns, with the moment of creation instead of the time that has passed since.
  private static final String LISTED =
      "{{.Repository}} {{.Tag}} {{.Digest}} {{.ID}} {{.CreatedAt}} {{.Size}}";

  private Workplace work = new Workplace(Path.of("/nowhere"));
  private LocalRegistry registry = new LocalRegistry(0, ProcessHandle.current());

  private int pair;

  @BeforeAll
  void makeImages() throws Exception {
    Tool.requireAll();
    work = Workplace.make();
    String _ = Shell.run(List.of(Shell.script("make-odd-image"), work.directory().toString()));
    registry = LocalRegistry.serve(work.directory());
    Path odd = work.resolve("odd.oci:odd");
    registry.take(odd, "odd/gzip:1", "--preserve-digests");
    registry.take(odd, "odd/docker:1", "--format", "v2s2");
    Path zstd = work.resolve("zstd.oci");
    convert(odd, zstd, "--dest-compress-format", "zstd");
    registry.take(work.resolve("zstd.oci:odd"), "odd/zstd:1", "--preserve-digests");
    registry.take(work.resolve("plain.oci:odd"), "odd/plain:1", "--preserve-digests");
    index(ImageGenerator.Format.OCI, "odd/gzip");
    index(ImageGenerator.Format.DOCKER, "odd/docker");
  }

  private static void convert(Path from, Path to, String... options) throws IOException {
    List<String> command = new ArrayList<>(List.of("skopeo", "copy", "--quiet"));
    command.addAll(List.of(options));
    command.addAll(List.of("oci:" + from, "oci:" + to + ":odd"));
    String _ = Shell.run(command);
  }

  private void index(ImageGenerator.Format format, String repository) throws IOException {
    Bytes bytes =
        Bytes.utf8(
            Shell.run(
                List.of(
                    "skopeo",
                    "inspect",
                    "--raw",
                    "--tls-verify=false",
                    "docker://" + registry.host() + "/" + repository + ":1")));
    Document manifest = new Document(Manifest.guessType(bytes), bytes);
    Map<String, Document> instances = new LinkedHashMap<>();
    instances.put("s390x", manifest);
    instances.put("amd64", manifest);
    registry.put(repository, "index", ImageGenerator.index(format, instances));
  }

  @AfterAll
  void cleanUp() throws IOException {
    registry.close();
    work.close();
  }

  private TestStore store(String name, Driver driver) {
    return new TestStore(work.resolve(name), driver);
  }

  @ParameterizedTest
  @CsvSource({
    "OVERLAY, odd/gzip:1",
    "OVERLAY, odd/docker:1",
    "OVERLAY, odd/zstd:1",
    "OVERLAY, odd/plain:1",
    "OVERLAY, odd/gzip:index",
    "OVERLAY, odd/docker:index",
    "VFS, odd/gzip:1",
    "VFS, odd/docker:index"
  })
  void bothStoresHoldTheSame(Driver driver, String image) throws Exception {
    pair++;
    TestStore ours = store("ours" + pair, driver);
    TestStore theirs = store("theirs" + pair, driver);
    Reference name = registry.name(image);
    Instant begun = Instant.now();
    ours.pull(name);
    theirs.pull(Peer.PACKAGED, name);

    new StoreComparison(ours, theirs, begun).assertEqual();
    assertSaidAlike(theirs, ours, "image", "inspect", name.toString());
    assertSaidAlike(theirs, ours, "images", "--digests", "--no-trunc", "--format", LISTED);
    assertSaidAlike(theirs, ours, "image", "tree", name.toString());
    assertEquals(theirs.saved(Peer.PACKAGED, name), ours.saved(Peer.PACKAGED, name));
  }

  private static void assertSaidAlike(TestStore theirs, TestStore ours, String... words)
      throws IOException {
    assertEquals(theirs.told(Peer.PACKAGED, words), ours.told(Peer.PACKAGED, words));
  }

  @ParameterizedTest
  @CsvSource({"OVERLAY", "VFS"})
  void aContainerRunsFromIt(Driver driver) throws Exception {
    TestStore ours = store("run-" + driver, driver);
    Reference name = registry.name("odd/gzip:1");
    ours.pull(name);
    String said =
        ours.podman(
            Peer.PACKAGED,
            "run",
            "--rm",
            "--cgroups=disabled",
            "--network=none",
            name.toString(),
            "sh",
            "-c",
            "cat /odd/replaced/after; ls /odd/replaced; ls /odd/doomed; id -u; stat -c %a /odd/setuid"
                + " 2>&1 || true");
    assertTrue(said.startsWith("visible\nafter\n"), said);
    assertTrue(said.contains("4755"), said);
  }

  @ParameterizedTest
  @ValueSource(strings = {"odd/gzip:1", "odd/docker:1", "odd/zstd:1"})
  void podmanPushesTheSameBlobsOfBoth(String image) throws Exception {
    pair++;
    TestStore ours = store("push-ours" + pair, Driver.OVERLAY);
    TestStore theirs = store("push-theirs" + pair, Driver.OVERLAY);
    Reference name = registry.name(image);
    ours.pull(name);
    theirs.pull(Peer.PACKAGED, name);
    assertEquals(pushed(theirs, name), pushed(ours, name));
  }

  /// The manifest of the image in a registry of its own that podman has pushed it to.
  private static String pushed(TestStore from, Reference name) throws Exception {
    try (Workplace place = Workplace.make();
        LocalRegistry to = LocalRegistry.serve(place.directory())) {
      Reference there = to.name("odd/again:1");
      String _ =
          from.podman(
              Peer.PACKAGED, "push", "-q", "--tls-verify=false", name.toString(), there.toString());
      return Shell.run(
          List.of("skopeo", "inspect", "--raw", "--tls-verify=false", "docker://" + there));
    }
  }

  @Test
  void whatPodmanRemovesOfItIsGone() throws Exception {
    TestStore ours = store("removed", Driver.OVERLAY);
    Reference name = registry.name("odd/gzip:1");
    ours.pull(name);
    String _ = ours.podman(Peer.PACKAGED, "rmi", name.toString());
    assertEquals(0, ours.records("layers").size());
    assertEquals(List.of("l"), directories(ours.root().resolve("overlay")));
    assertEquals(List.of(), directories(ours.root().resolve("overlay/l")));
    assertEquals(List.of(), directories(ours.root().resolve("overlay-images")));
    assertEquals(0, ours.snapshot().images().size());
  }

  private static List<String> directories(Path path) throws IOException {
    try (var files = Files.list(path)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> Files.isDirectory(path.resolve(name)) && !name.equals("tempdirs"))
          .sorted()
          .toList();
    }
  }
}
