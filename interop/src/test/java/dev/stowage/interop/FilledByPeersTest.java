package dev.stowage.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.model.Json;
import dev.stowage.model.LayerId;
import dev.stowage.model.Reference;
import dev.stowage.store.Container;
import dev.stowage.store.Driver;
import dev.stowage.store.ImageRecord;
import dev.stowage.store.Layer;
import dev.stowage.store.Mount;
import dev.stowage.store.Scope;
import dev.stowage.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Stores that podman and buildah filled, read and changed by Stowage, and what podman sees then.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FilledByPeersTest {
  private Workplace work = new Workplace(Path.of("/nowhere"));
  private LocalRegistry registry = new LocalRegistry(0, ProcessHandle.current());

  @BeforeAll
  void begin() throws IOException {
    Tool.requireAll();
    work = Workplace.make();
    String _ = Shell.run(List.of(Shell.script("make-odd-image"), work.directory().toString()));
    registry = LocalRegistry.serve(work.directory());
    registry.take(work.resolve("odd.oci:odd"), "odd/gzip:1", "--preserve-digests");
  }

  @AfterAll
  void cleanUp() throws IOException {
    registry.close();
    work.close();
  }

  @ParameterizedTest
  @CsvSource({"OVERLAY, PACKAGED", "VFS, PACKAGED"})
  void storesOfThisMachinesPodman(Driver driver, Peer peer) throws Exception {
    readAndChange(driver, peer);
  }

  @Tag("large")
  @ParameterizedTest
  @CsvSource({"OVERLAY, TRIXIE", "OVERLAY, FORKY", "VFS, FORKY"})
  void storesOfANewerPodman(Driver driver, Peer peer) throws Exception {
    peer.require();
    readAndChange(driver, peer);
  }

  private void readAndChange(Driver driver, Peer peer) throws Exception {
    TestStore filled = new TestStore(work.resolve(driver + "-" + peer), driver);
    Reference name = registry.name("odd/gzip:1");
    filled.pull(peer, name);
    buildOn(filled, peer, name);

    everyLayerComesBack(filled);
    containersAreSeen(filled, peer, name);
    mountsShowWhatPodmanShows(filled, peer, name);
    podmanSeesNewNames(filled, peer, name);
    podmanSeesRemovals(filled, peer, name);
  }

  /// An image of buildah's on top, with files added, changed and removed.
  private static void buildOn(TestStore store, Peer peer, Reference base) throws IOException {
    String container =
        store
            .buildah(peer, "from", "--pull-never", base.toString())
            .strip()
            .lines()
            .toList()
            .getLast();
    Path file = Files.writeString(store.directory().resolve("file"), "from buildah\n");
    String _ = store.buildah(peer, "copy", "--quiet", container, file.toString(), "/odd/new");
    String _ = store.buildah(peer, "commit", "--quiet", "--rm", container, "localhost/built:1");
  }

  private static void everyLayerComesBack(TestStore filled) throws IOException {
    try (Store store = filled.open()) {
      List<Layer> layers = store.read(now -> now.layers());
      assertEquals(filled.records("layers").size(), layers.size());
      assertTrue(layers.size() >= 4, layers.toString());
      for (Layer layer : layers) {
        try (InputStream tar = store.diff(layer.id())) {
          assertEquals(
              layer.uncompressedDigest().orElseThrow(),
              Digest.of(Bytes.owning(tar.readAllBytes())));
        }
      }
    }
  }

  /// The layer of a container has no tar-split: its tar is what podman makes when it commits.
  private static void containersAreSeen(TestStore filled, Peer peer, Reference name)
      throws IOException {
    String id =
        filled
            .podman(
                peer,
                "run",
                "--detach=false",
                "--cidfile",
                filled.directory().resolve("cid").toString(),
                "--cgroups=disabled",
                "--network=none",
                name.toString(),
                "sh",
                "-c",
                "echo changed >/odd/old; ln -s here /odd/link; /bin/busybox rm -r /odd/sticky;"
                    + " /bin/busybox mkdir /odd/sticky; echo new >/odd/sticky/new;"
                    + " /bin/busybox ln /odd/old /odd/old-too; /bin/busybox rm /odd/noise")
            .strip();
    assertEquals("", id);
    String container = Files.readString(filled.directory().resolve("cid")).strip();
    String _ = filled.podman(peer, "commit", "-q", container, "localhost/committed:1");
    try (Store store = filled.open()) {
      List<Container> containers = store.read(now -> now.containers());
      assertEquals(1, containers.size());
      assertEquals(container, containers.getFirst().id().value());
      LayerId writable = containers.getFirst().layer().orElseThrow();
      ImageRecord committed =
          store.read(now -> now.imageNamed("localhost/committed:1").orElseThrow());
      LayerId top = committed.topLayer().orElseThrow();
      try (InputStream ours = store.diff(writable);
          InputStream theirs = store.diff(top)) {
        byte[] expected = theirs.readAllBytes();
        byte[] packed = ours.readAllBytes();
        Path _ = Files.write(filled.directory().resolve("theirs.tar"), expected);
        Path _ = Files.write(filled.directory().resolve("ours.tar"), packed);
        assertEquals(
            listing(filled.directory().resolve("theirs.tar")),
            listing(filled.directory().resolve("ours.tar")));
        // Podman 4.3 notes the kind of each file in its mode too, and vfs the time of packing.
        if (filled.driver() == Driver.OVERLAY && peer != Peer.PACKAGED) {
          assertEquals(Digest.of(Bytes.owning(expected)), Digest.of(Bytes.owning(packed)));
        }
      }
    }
    String _ = filled.podman(peer, "rm", container);
    String _ = filled.podman(peer, "rmi", "localhost/committed:1");
  }

  /// The entries of an archive. Where vfs has lost a file, the peer notes the time of packing.
  private static String listing(Path tar) throws IOException {
    return Shell.run(List.of("tar", "--full-time", "--numeric-owner", "-tvf", tar.toString()))
        .replaceAll("[-0-9]{10} [:0-9]{8}(?= .*/\\.wh\\.)", "");
  }

  private static void mountsShowWhatPodmanShows(TestStore filled, Peer peer, Reference name)
      throws IOException {
    String id =
        filled.podman(peer, "image", "inspect", "--format={{.Id}}", name.toString()).strip();
    String theirs = filled.mounted(id);
    try (Store store = filled.open()) {
      LayerId top =
          store.read(now -> now.imageNamed(name.toString()).orElseThrow()).topLayer().orElseThrow();
      String ours;
      try (Mount mount = store.mount(top)) {
        ours = TestStore.facts(mount.path());
        if (filled.driver() == Driver.OVERLAY) {
          assertTrue(Files.readString(Path.of("/proc/mounts")).contains(mount.path().toString()));
        }
      }
      assertEquals(theirs, ours);
      assertFalse(Files.readString(Path.of("/proc/mounts")).contains(filled.root().toString()));
    }
  }

  private static void podmanSeesNewNames(TestStore filled, Peer peer, Reference name)
      throws IOException {
    try (Store store = filled.open()) {
      ImageRecord image = store.read(now -> now.imageNamed(name.toString()).orElseThrow());
      ImageRecord _ =
          store.write(
              Scope.NAMES,
              edit -> edit.addNames(image.id(), List.of("localhost/renamed:1", "localhost/x:2")));
    }
    Json.Obj seen = inspected(filled, peer, "localhost/renamed:1");
    assertEquals(
        List.of("localhost/renamed:1", "localhost/x:2", name.toString()), seen.texts("RepoTags"));
    assertEquals(
        List.of(name.toString(), "localhost/x:2", "localhost/renamed:1"),
        seen.texts("NamesHistory"));
    String _ = filled.podman(peer, "untag", "localhost/x:2", "localhost/x:2");
    try (Store store = filled.open()) {
      ImageRecord image = store.read(now -> now.imageNamed(name.toString()).orElseThrow());
      assertEquals(List.of("localhost/renamed:1", name.toString()), image.names());
    }
  }

  private static Json.Obj inspected(TestStore store, Peer peer, String name) throws IOException {
    String text = store.podman(peer, "image", "inspect", name);
    return (Json.Obj) ((Json.Arr) Json.parse(Bytes.utf8(text))).items().getFirst();
  }

  private static void podmanSeesRemovals(TestStore filled, Peer peer, Reference name)
      throws IOException {
    try (Store store = filled.open()) {
      ImageRecord built = store.read(now -> now.imageNamed("localhost/built:1").orElseThrow());
      List<LayerId> removed = store.write(Scope.ALL, edit -> edit.removeImage(built.id()));
      assertEquals(1, removed.size());
    }
    assertEquals(
        List.of(name.toString(), "localhost/renamed:1"),
        names(filled.podman(peer, "images", "--format={{.Repository}}:{{.Tag}}")));
    String _ = filled.podman(peer, "image", "inspect", name.toString());
    try (Store store = filled.open()) {
      ImageRecord image = store.read(now -> now.imageNamed(name.toString()).orElseThrow());
      assertEquals(3, store.write(Scope.ALL, edit -> edit.removeImage(image.id())).size());
    }
    assertEquals(
        List.of(), names(filled.podman(peer, "images", "-a", "--format={{.Repository}}:{{.Tag}}")));
    assertEquals(0, filled.records("layers").size());
    Path layers =
        filled.driver() == Driver.OVERLAY
            ? filled.root().resolve("overlay/l")
            : filled.root().resolve("vfs/dir");
    try (var left = Files.list(layers)) {
      assertEquals(List.of(), left.toList());
    }
    filled.pull(peer, name);
    everyLayerIsWhole(filled);
  }

  private static void everyLayerIsWhole(TestStore filled) throws IOException {
    assertEquals(3, filled.records("layers").size());
  }

  private static List<String> names(String lines) {
    List<String> names = new ArrayList<>(lines.lines().toList());
    names.sort(null);
    return names;
  }
}
