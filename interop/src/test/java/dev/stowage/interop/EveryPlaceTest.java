package dev.stowage.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.archive.Compression;
import dev.stowage.config.Surroundings;
import dev.stowage.engine.Engine;
import dev.stowage.engine.EngineOptions;
import dev.stowage.engine.TransferOptions;
import dev.stowage.model.Bytes;
import dev.stowage.model.Credentials;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Family;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.LayerCompression;
import dev.stowage.model.Manifest;
import dev.stowage.model.Platform;
import dev.stowage.model.StowageException;
import dev.stowage.store.Driver;
import dev.stowage.testkit.EmbeddedDaemon;
import dev.stowage.testkit.ImageGenerator;
import dev.stowage.testkit.TestImage;
import dev.stowage.transfer.CopyOptions.Form;
import dev.stowage.transfer.CopyOptions.Packing;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.Listener;
import dev.stowage.transfer.LocalAccess;
import dev.stowage.transfer.LocalForm;
import dev.stowage.transfer.Location;
import dev.stowage.transfer.RegistryAccess;
import dev.stowage.transfer.place.Sources;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// One small image from every kind of place to every other, in every family of documents and every
/// compression. The sources were written by skopeo; what Stowage wrote is read by skopeo, podman
/// and umoci. Configuration and contents of the layers are the same everywhere; what a place cannot
/// hold is refused in words.
class EveryPlaceTest {
  private static final Set<String> ARCHIVES_OF_DOCKER = Set.of("docker-archive", "docker-daemon");
  private static Workplace place;
  private static LocalRegistry registry;
  private static EmbeddedDaemon daemon;
  private static TestStore store;
  private static final Map<String, String> sources = new LinkedHashMap<>();

  private static final TestImage image =
      ImageGenerator.oci()
          .label("a", "<b> & c")
          .layer(Map.of("etc/one", Bytes.utf8("lower")))
          .randomLayer("usr/two", 50_000, 1)
          .layer(Map.of("etc/three", Bytes.utf8("upper")))
          .build();

  @BeforeAll
  static void begin() throws Exception {
    Tool.requireAll();
    place = Workplace.make();
    registry = LocalRegistry.serve(place.resolve("registry"));
    daemon = EmbeddedDaemon.start(place.resolve("docker.sock"));
    store = new TestStore(place.resolve("store"), Driver.OVERLAY);
    Path layout = place.resolve("layout");
    Layouts.write(image, layout);
    sources.put("oci", "oci:" + layout);
    made("oci zstd", "oci:%/zstd", "--dest-compress-format=zstd");
    made("dir plain", "dir:%/plain", "--dest-decompress");
    made("oci-archive", "oci-archive:%/a.oci.tar:name");
    made("dir v2s2", "dir:%/dir", "--format=v2s2");
    made("docker-archive", "docker-archive:%/a.docker.tar:localhost/it:1");
    made("docker", "docker://" + registry.host() + "/it:1", "--format=v2s2");
    made("containers-storage", store.location("localhost/it:1"));
    daemon.add("localhost/it:1", Bytes.owning(Files.readAllBytes(place.resolve("a.docker.tar"))));
    sources.put("docker-daemon", "docker-daemon:localhost/it:1");
  }

  @AfterAll
  static void end() throws IOException {
    if (registry != null) {
      registry.close();
    }
    if (daemon != null) {
      daemon.close();
    }
    if (place != null) {
      place.close();
    }
  }

  /// A source that skopeo writes.
  private static void made(String name, String to, String... options) throws IOException {
    String target = to.replace("%", place.directory().toString());
    List<String> words = new ArrayList<>(List.of("copy", "--quiet"));
    words.addAll(List.of(options));
    words.addAll(List.of("--dest-tls-verify=false", "oci:" + place.resolve("layout"), target));
    String _ = Peer.PACKAGED.run("skopeo", words);
    sources.put(name, target);
  }

  private static String sink(String kind, String name) {
    return switch (kind) {
      case "docker" -> "docker://" + registry.host() + "/to:" + name;
      case "docker-daemon" -> "docker-daemon:localhost/to:" + name;
      case "containers-storage" -> store.location("localhost/to:" + name);
      case "docker-archive" ->
          "docker-archive:" + place.resolve(name + ".docker") + ":localhost/to:" + name;
      case "oci-archive" -> "oci-archive:" + place.resolve(name + ".oci") + ":localhost/to:" + name;
      default -> kind + ":" + place.resolve(name + "." + kind);
    };
  }

  private static TransferOptions options(Optional<Family> family, LayerCompression compression) {
    TransferOptions.End end =
        new TransferOptions.End(
            RegistryAccess.DEFAULT
                .withTls(RegistryAccess.Tls.NOT_VERIFIED)
                .withCredentials(new Credentials.Anonymous()),
            Optional.empty(),
            Optional.of(daemon.host()));
    TransferOptions options =
        TransferOptions.of(new Platform("linux", "amd64", "")).withEnds(end, end);
    Form form =
        Form.AS_IT_IS.withPacking(
            new Packing.As(compression, OptionalInt.empty(), Packing.Others.REPLACED));
    if (family.isPresent()) {
      form = form.withManifest(family.get());
    }
    return options
        .withTrust(options.trust().acceptingAnything())
        .withForm(LocalForm.USUAL.withInLayouts(LocalForm.InLayouts.KEPT))
        .withCopy(options.copy().withForm(form));
  }

  private static void copy(String from, String to, TransferOptions options) throws IOException {
    var _ =
        Engine.copy(
            Surroundings.ofThisProcess(),
            EngineOptions.DEFAULT.withRoots(store.root(), store.run()).withDriver("overlay"),
            Location.parse(from),
            Location.parse(to),
            options,
            Listener.NONE);
  }

  /// What came of a copy: the type of the manifest and of the lowest layer, or the refusal.
  private static String copied(
      String from, String to, Optional<Family> family, LayerCompression compression)
      throws IOException {
    try {
      copy(from, to, options(family, compression));
      return "";
    } catch (StowageException e) {
      return e.getClass().getSimpleName() + ": " + e.getMessage();
    }
  }

  private static ImageManifest assertHolds(String where) throws IOException {
    Location location = Location.parse(where);
    try (ImageSource source =
        Sources.open(
            location, LocalAccess.of(place.directory(), new Platform("linux", "amd64", "")))) {
      ImageManifest manifest = (ImageManifest) Manifest.parse(source.manifest());
      try (InputStream config = source.blob(manifest.config())) {
        assertEquals(image.config(), Bytes.owning(config.readAllBytes()), where);
      }
      for (int i = 0; i < image.layers().size(); i++) {
        Descriptor layer = manifest.layers().get(i);
        byte[] stored;
        try (InputStream content = source.blob(layer)) {
          stored = content.readAllBytes();
        }
        assertEquals(layer.digest(), Digest.of(Bytes.copyOf(stored)), where);
        byte[] plain = Compression.open(new ByteArrayInputStream(stored)).content().readAllBytes();
        assertEquals(image.diffIds().get(i), Digest.of(Bytes.owning(plain)), where);
      }
      return manifest;
    }
  }

  @Test
  void anImageGoesFromEveryPlaceToEveryOtherInEveryFormThatItCanHave() throws Exception {
    List<String> kinds =
        List.of(
            "oci",
            "oci-archive",
            "dir",
            "docker-archive",
            "docker-daemon",
            "docker",
            "containers-storage");
    Map<String, String> wrong = new TreeMap<>();
    Map<Family, byte[]> manifests = new EnumMap<>(Family.class);
    int number = 0;
    for (Map.Entry<String, String> source : sources.entrySet()) {
      for (String kind : kinds) {
        for (Family family : Family.values()) {
          for (LayerCompression compression :
              List.of(LayerCompression.GZIP, LayerCompression.ZSTD, LayerCompression.NONE)) {
            String what = source.getKey() + " -> " + kind + " " + family + " " + compression;
            String to = sink(kind, "n" + number++);
            String outcome = copied(source.getValue(), to, Optional.of(family), compression);
            String expected = refusal(kind, family, compression);
            if (!outcome.startsWith(expected) || (expected.isEmpty() && !outcome.isEmpty())) {
              wrong.put(what, outcome);
            } else if (outcome.isEmpty()) {
              check(what, kind, to, family, compression, manifests);
            }
          }
        }
      }
    }
    assertEquals(Map.of(), wrong);
  }

  /// What the beginning of a refusal is; empty where the copy is to succeed.
  private static String refusal(String kind, Family family, LayerCompression compression) {
    if (ARCHIVES_OF_DOCKER.contains(kind)) {
      return family == Family.OCI ? "UnsupportedException: " : "";
    }
    return family == Family.DOCKER && compression == LayerCompression.ZSTD
        ? "UnsupportedException: "
        : "";
  }

  private static void check(
      String what,
      String kind,
      String to,
      Family family,
      LayerCompression compression,
      Map<Family, byte[]> manifests)
      throws IOException {
    boolean first = what.startsWith("oci ->");
    if (kind.equals("docker-daemon")) {
      Path file = place.resolve("loaded.docker");
      Path _ = Files.write(file, daemon.loaded().getLast().toArray());
      ImageManifest _ = assertHolds("docker-archive:" + file);
      return;
    }
    if (kind.equals("docker") || kind.equals("containers-storage")) {
      if (first || kind.equals("docker")) {
        assertReadBySkopeo(what, to);
      }
      return;
    }
    ImageManifest manifest = assertHolds(to);
    if (kind.equals("docker-archive")) {
      return;
    }
    assertEquals(family.manifest(), manifest.document().type(), what);
    for (Descriptor layer : manifest.layers()) {
      assertEquals(compression, LayerCompression.of(layer.type()), what);
    }
    if (compression == LayerCompression.NONE) {
      // Wherever the image came from, it is described in the same words.
      byte[] text = manifest.document().bytes().toArray();
      byte[] before = manifests.putIfAbsent(family, text);
      if (before != null) {
        assertArrayEquals(before, text, what);
      }
    }
    // Older skopeos find no manifest of Docker's by a name of the layout.
    if (first && (family == Family.OCI || !kind.equals("oci-archive"))) {
      assertReadBySkopeo(what, to);
    }
  }

  /// Has skopeo copy an image, which checks every digest, and looks at what it got.
  private static void assertReadBySkopeo(String what, String from) throws IOException {
    Path read = place.resolve("read");
    String _ =
        Peer.PACKAGED.run(
            "skopeo", List.of("copy", "--quiet", "--src-tls-verify=false", from, "dir:" + read));
    ImageManifest manifest = assertHolds("dir:" + read);
    assertTrue(manifest.layers().size() == image.layers().size(), what);
  }

  @Test
  void podmanLoadsAndUmociListsWhatStowageWrote() throws Exception {
    TransferOptions options = options(Optional.empty(), LayerCompression.GZIP);
    copy(sources.getOrDefault("docker", ""), sink("docker-archive", "p"), options);
    copy(sources.getOrDefault("dir v2s2", ""), sink("oci-archive", "p"), options);
    copy(
        sources.getOrDefault("docker-archive", ""),
        "oci:" + place.resolve("u") + ":tagged",
        options);
    TestStore theirs = new TestStore(place.resolve("theirs"), Driver.OVERLAY);
    for (String file : List.of("p.docker", "p.oci")) {
      assertEquals(
          "Loaded image: localhost/to:p",
          theirs
              .podman(Peer.PACKAGED, "load", "--quiet", "--input", place.resolve(file).toString())
              .strip());
    }
    assertEquals(
        Digest.of(image.config()).hex(),
        theirs
            .podman(Peer.PACKAGED, "image", "inspect", "--format", "{{.Id}}", "localhost/to:p")
            .strip());
    assertEquals(
        "tagged",
        Shell.run(List.of("umoci", "ls", "--layout", place.resolve("u").toString())).strip());
    String unpacked = place.resolve("bundle").toString();
    String _ =
        Shell.run(List.of("umoci", "unpack", "--image", place.resolve("u") + ":tagged", unpacked));
    assertEquals("upper", Files.readString(Path.of(unpacked, "rootfs/etc/three")));
  }

  @Test
  void whatStowageSavesIsByteForByteWhatPodmanSaves() throws Exception {
    Path ours = place.resolve("ours.tar");
    Path theirs = place.resolve("theirs.tar");
    try (Engine engine = Engine.open(EngineOptions.DEFAULT.withRoots(store.root(), store.run()))) {
      var _ =
          engine.save(
              List.of("localhost/it:1"),
              new dev.stowage.engine.SaveOutput.At(ours),
              dev.stowage.engine.SaveOptions.DEFAULT.withMoreNames(List.of("quay.io/b:2")),
              Listener.NONE);
    }
    String _ =
        store.podman(
            Peer.PACKAGED,
            "save",
            "--quiet",
            "--output",
            theirs.toString(),
            "localhost/it:1",
            "quay.io/b:2");
    assertEquals(-1, Files.mismatch(ours, theirs));
  }
}
