package dev.stowage.transfer.place;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.archive.Compression;
import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Document;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.Json;
import dev.stowage.model.Manifest;
import dev.stowage.model.MediaType;
import dev.stowage.model.StowageException;
import dev.stowage.testkit.ImageGenerator;
import dev.stowage.testkit.TarBytes;
import dev.stowage.testkit.TestImage;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.Location;
import java.io.ByteArrayInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ArchiveSourcesTest {
  @TempDir Path directory;

  private final TestImage image =
      ImageGenerator.oci()
          .layer(Map.of("a", Bytes.utf8("lower")))
          .layer(Map.of("b", Bytes.utf8("upper")))
          .build();
  private final TestImage other =
      ImageGenerator.oci().layer(Map.of("c", Bytes.utf8("another"))).build();

  private ImageSource open(String location) throws IOException {
    return Sources.open(
        Location.parse(location.replace("%", directory.toString())), Archives.access(directory));
  }

  private Path put(String name, byte[] bytes) throws IOException {
    return Archives.write(directory.resolve(name), bytes);
  }

  private String complaint(String location) {
    return String.valueOf(
            assertThrows(
                    StowageException.class,
                    () -> {
                      try (ImageSource source = open(location)) {
                        Document _ = source.manifest();
                      }
                    })
                .getMessage())
        .replace(directory.toString(), "%");
  }

  /// Reads all of an image and holds it against what it was made from.
  private static void assertIs(TestImage expected, ImageSource source) throws IOException {
    ImageManifest manifest = (ImageManifest) Manifest.parse(source.manifest());
    try (InputStream config = source.blob(manifest.config())) {
      assertEquals(expected.config(), Bytes.owning(config.readAllBytes()));
    }
    assertEquals(expected.layers().size(), manifest.layers().size());
    for (int i = 0; i < manifest.layers().size(); i++) {
      Descriptor layer = manifest.layers().get(i);
      try (InputStream content = source.blob(layer)) {
        byte[] bytes = content.readAllBytes();
        assertEquals(layer.size(), bytes.length);
        assertEquals(
            layer.digest(), dev.stowage.model.Digest.of(Bytes.copyOf(bytes)), "layer " + i);
        assertArrayEquals(
            Archives.plain(expected, i),
            Compression.open(new ByteArrayInputStream(bytes)).content().readAllBytes());
      }
    }
  }

  @Test
  void anImageOfADockerArchiveIsReadWithAManifestOfItsPlainLayers() throws Exception {
    Path _ = put("a.tar", Archives.docker(image, "quay.io/a:1"));
    try (ImageSource source = open("docker-archive:%/a.tar")) {
      assertIs(image, source);
      ImageManifest manifest = (ImageManifest) Manifest.parse(source.manifest());
      assertEquals(MediaType.DOCKER_LAYER, manifest.layers().getFirst().type());
      assertEquals(image.diffIds(), manifest.layers().stream().map(Descriptor::digest).toList());
    }
  }

  @Test
  void forTheStoreTheManifestIsTheOneThatPodmanMakes() throws Exception {
    Path _ = put("a.tar", Archives.docker(image, "quay.io/a:1"));
    try (ImageSource source =
        Sources.openForStore(
            Location.parse("docker-archive:" + directory + "/a.tar"), Archives.access(directory))) {
      String text = source.manifest().bytes().utf8();
      assertEquals(
          "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.docker.distribution.manifest.v2+json\","
              + "\"config\":{\"mediaType\":\"application/vnd.docker.container.image.v1+json\",\"size\":"
              + image.config().length()
              + ",\"digest\":\""
              + dev.stowage.model.Digest.of(image.config())
              + "\"},\"layers\":[{\"mediaType\":\"application/vnd.docker.image.rootfs.diff.tar.gzip\","
              + "\"size\":2048,\"digest\":\""
              + image.diffIds().get(0)
              + "\"},{\"mediaType\":\"application/vnd.docker.image.rootfs.diff.tar.gzip\",\"size\":2048,"
              + "\"digest\":\""
              + image.diffIds().get(1)
              + "\"}]}",
          text);
      assertIs(image, source);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"GZIP", "ZSTD"})
  void aCompressedArchiveIsReadThroughATemporaryFileThatHasNoName(Compression compression)
      throws Exception {
    Path _ =
        put("a.tar.x", Archives.compressed(compression, Archives.docker(image, "quay.io/a:1")));
    try (ImageSource source = open("docker-archive:%/a.tar.x:quay.io/a:1")) {
      assertIs(image, source);
      try (Stream<Path> left = Files.list(directory.resolve("temporary"))) {
        assertEquals(0, left.count());
      }
    }
  }

  @Test
  void archivesPackedByXzAndBzip2AreReadToo() throws Exception {
    for (String program : List.of("xz", "bzip2")) {
      Path plain = put("p.tar", Archives.docker(image, "quay.io/a:1"));
      Path packed = directory.resolve("p.tar." + program);
      Process process =
          new ProcessBuilder(program, "-c", plain.toString())
              .redirectOutput(packed.toFile())
              .start();
      assertEquals(0, process.waitFor());
      try (ImageSource source = open("docker-archive:%/p.tar." + program)) {
        assertIs(image, source);
      }
    }
  }

  @Test
  void aStreamIsReadWhereItLiesIfItIsAFileAndElseThroughATemporaryFile() throws Exception {
    byte[] archive = Archives.docker(image, "quay.io/a:1");
    Path file = put("a.tar", archive);
    Path temporary = directory.resolve("temporary");
    try (FileInputStream in = new FileInputStream(file.toFile());
        DockerImages images = DockerImages.open("stdin", in, Archives.access(directory))) {
      assertIs(image, images.source(images.choose(Location.Choice.ONLY)));
      assertFalse(Files.exists(temporary));
    }
    try (DockerImages images =
        DockerImages.open("stdin", new ByteArrayInputStream(archive), Archives.access(directory))) {
      assertIs(image, images.source(images.choose(Location.Choice.ONLY)));
      assertTrue(Files.exists(temporary));
    }
  }

  @Test
  void layersThatAreCompressedLinkedOrDuplicatedAreTheSameLayers() throws Exception {
    byte[] lower = Archives.plain(image, 0);
    byte[] upper = Archives.plain(image, 1);
    TarBytes tar = new TarBytes();
    TarBytes _ = Archives.file(tar, "x/upper.tar.gz", Archives.compressed(Compression.GZIP, upper));
    TarBytes _ = Archives.file(tar, "lower.tar", lower).directory("y/");
    TarBytes _ = tar.link('2', "y/layer.tar", "../lower.tar").link('1', "up", "./x/upper.tar.gz");
    TarBytes _ =
        Archives.file(
            tar, "lower.tar", "not this one".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    TarBytes _ = Archives.file(tar, "./c.json", image.config().toArray());
    TarBytes _ =
        Archives.file(
            tar,
            "manifest.json",
            Archives.manifest(Archives.item("c.json", List.of(), List.of("y/layer.tar", "up"))));
    Path _ = put("a.tar", tar.end().bytes());
    try (ImageSource source = open("docker-archive:%/a.tar")) {
      assertIs(image, source);
    }
  }

  @Test
  void aLayerThatStandsTwiceInAnImageMayBeOneMember() throws Exception {
    Bytes tar = ImageGenerator.tar(Map.of("a", Bytes.utf8("x")));
    TestImage twice = ImageGenerator.oci().layer(tar).layer(tar).build();
    Path _ = put("a.tar", Archives.docker(twice));
    try (ImageSource source = open("docker-archive:%/a.tar:@0")) {
      assertIs(twice, source);
    }
  }

  @Test
  void oneOfSeveralImagesIsChosenByNameOrPosition() throws Exception {
    TarBytes tar = new TarBytes();
    TarBytes _ = Archives.file(tar, "1", Archives.plain(image, 0));
    TarBytes _ = Archives.file(tar, "2", Archives.plain(image, 1));
    TarBytes _ = Archives.file(tar, "3", Archives.plain(other, 0));
    TarBytes _ = Archives.file(tar, "a.json", image.config().toArray());
    TarBytes _ = Archives.file(tar, "b.json", other.config().toArray());
    TarBytes _ =
        Archives.file(
            tar,
            "manifest.json",
            Archives.manifest(
                Archives.item("a.json", List.of("busybox:1", "quay.io/a:2"), List.of("1", "2")),
                Archives.item("b.json", List.of("quay.io/b:latest"), List.of("3"))));
    Path _ = put("a.tar", tar.end().bytes());
    for (String choice : List.of(":@0", ":docker.io/library/busybox:1", ":quay.io/a:2")) {
      try (ImageSource source = open("docker-archive:%/a.tar" + choice)) {
        assertIs(image, source);
      }
    }
    for (String choice : List.of(":@1", ":quay.io/b")) {
      try (ImageSource source = open("docker-archive:%/a.tar" + choice)) {
        assertIs(other, source);
      }
    }
    assertEquals(
        "Unexpected tar manifest.json: expected 1 item, got 2",
        complaint("docker-archive:%/a.tar"));
    assertEquals(
        "Invalid source index @2, only 2 manifest items available",
        complaint("docker-archive:%/a.tar:@2"));
    assertEquals("Tag \"quay.io/c:1\" not found", complaint("docker-archive:%/a.tar:quay.io/c:1"));
  }

  @Test
  void whatIsWrongInADockerArchiveIsNamed() throws Exception {
    assertEquals(
        "open %/none.tar: no such file or directory", complaint("docker-archive:%/none.tar"));
    assertEquals("read %: is a directory", complaint("docker-archive:%"));
    Path _ = put("e.tar", new TarBytes().file("x", "y").end().bytes());
    assertEquals(
        "loading tar component \"manifest.json\": file does not exist",
        complaint("docker-archive:%/e.tar"));
    record Case(String manifest, String complaint) {}
    List<Case> cases =
        List.of(
            new Case("{}", "decoding tar manifest.json: wanted an array"),
            new Case("[1]", "decoding tar manifest.json: wanted an array of objects"),
            new Case("[{\"Config\":1}]", "decoding tar manifest.json: \"Config\" is not a string"),
            new Case(
                "[{\"Config\":\"none\"}]", "loading tar component \"none\": file does not exist"),
            new Case(
                "[{\"Config\":\"d\"}]",
                "Error reading tar archive component \"d\": not a regular file"),
            new Case(
                "[{\"Config\":\"loop\"}]",
                "Error reading tar archive component \"loop\": too many links"),
            new Case(
                "[{\"Config\":\"out\"}]", "loading tar component \"out\": file does not exist"),
            new Case("[{\"Config\":\"x\"}]", "Invalid image config (rootFS is not set): \"x\""),
            new Case(
                "[{\"Config\":\"c\",\"Layers\":[\"1\"]}]",
                "Inconsistent layer count: 1 in manifest, 2 in config"),
            new Case(
                "[{\"Config\":\"c\",\"Layers\":[\"1\",\"./1\"]}]",
                "Layer tarfile \"1\" used for two different DiffID values"),
            new Case(
                "[{\"Config\":\"c\",\"Layers\":[\"1\",\"2\"]}]",
                "Some layer tarfiles are missing in the tarball: \"2\""));
    for (Case each : cases) {
      TarBytes tar = new TarBytes().directory("d").link('2', "loop", "loop");
      TarBytes _ = tar.link('2', "out", "/etc/hostname").file("x", "{}").file("1", "one");
      TarBytes _ = Archives.file(tar, "c", image.config().toArray());
      TarBytes _ = tar.file("manifest.json", each.manifest());
      Path _ = put("w.tar", tar.end().bytes());
      assertEquals(each.complaint(), complaint("docker-archive:%/w.tar"), each.manifest());
    }
  }

  @Test
  void anOciArchiveIsReadWithoutBeingUnpacked() throws Exception {
    List<Json> entries =
        List.of(
            Archives.entry(image, OciImages.NAME, "one"),
            Archives.entry(other, OciImages.NAME, "docker.io/library/two:1"));
    byte[] archive = Archives.oci(entries, image, other).end().bytes();
    Path _ = put("a.tar", archive);
    Path _ = put("a.tar.gz", Archives.compressed(Compression.GZIP, archive));
    for (String file : List.of("a.tar", "a.tar.gz")) {
      for (String choice : List.of(":one", ":@0")) {
        try (ImageSource source = open("oci-archive:%/" + file + choice)) {
          assertIs(image, source);
          assertEquals(image.manifest(), source.manifest());
        }
      }
      try (ImageSource source = open("oci-archive:%/" + file + ":docker.io/library/two:1")) {
        assertIs(other, source);
      }
    }
    assertEquals("more than one image in oci, choose an image", complaint("oci-archive:%/a.tar"));
    assertEquals(
        "no descriptor found for reference \"three\"", complaint("oci-archive:%/a.tar:three"));
    assertEquals(
        "index 2 is too large, only 2 entries available", complaint("oci-archive:%/a.tar:@2"));
  }

  @Test
  void aManifestThatIsNotWhatTheIndexPromisesIsRefused() throws Exception {
    TarBytes tar = Archives.oci(List.of(Archives.entry(image)), image);
    TarBytes _ =
        tar.file("blobs/sha256/" + image.manifest().digest().hex(), "{\"schemaVersion\":2}");
    Path _ = put("a.tar", tar.end().bytes());
    assertTrue(
        complaint("oci-archive:%/a.tar")
            .startsWith("oci-archive:%/a.tar: blobs/sha256/" + image.manifest().digest().hex()),
        complaint("oci-archive:%/a.tar"));
  }

  @Test
  void severalLayoutsMayShareTheirBlobs() throws Exception {
    Path blobs = Files.createDirectories(directory.resolve("shared/sha256"));
    for (Bytes blob : image.blobs()) {
      Path _ = Files.write(blobs.resolve(dev.stowage.model.Digest.of(blob).hex()), blob.toArray());
    }
    Path _ =
        Files.write(
            blobs.resolve(image.manifest().digest().hex()), image.manifest().bytes().toArray());
    Path layout = Files.createDirectories(directory.resolve("layout"));
    Path _ =
        Files.writeString(
            layout.resolve("index.json"),
            Json.object()
                .put("schemaVersion", 2)
                .put("manifests", new Json.Arr(List.of(Archives.entry(image))))
                .build()
                .compact());
    try (ImageSource source =
        Sources.open(
            Location.parse("oci:" + layout),
            Archives.access(directory).withSharedBlobs(directory.resolve("shared")))) {
      assertIs(image, source);
    }
    assertEquals(
        "oci:%/layout: the layout lacks the blob " + image.manifest().digest(),
        complaint("oci:%/layout"));
  }

  @Test
  void namesAreCleanedAsPathsAre() {
    assertEquals("a/c", ArchiveFile.cleaned("./a//b/../c/."));
    assertEquals("a", ArchiveFile.cleaned("/../../a"));
    assertEquals("", ArchiveFile.cleaned("a/.."));
    assertEquals("etc", ArchiveFile.cleaned("a/../../etc"));
  }

  /// Whatever an archive is changed into, it is read, or refused with a reason.
  @Test
  void noArchiveBreaksTheReader() throws Exception {
    List<byte[]> seeds =
        List.of(
            Archives.docker(image, "quay.io/a:1"),
            Archives.oci(List.of(Archives.entry(image)), image).end().bytes());
    Random random = new Random(99);
    List<String> seen = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      byte[] bytes = seeds.get(i % 2).clone();
      for (int change = random.nextInt(6); change >= 0; change--) {
        int block = random.nextInt(bytes.length / 512) * 512;
        bytes[block + (random.nextBoolean() ? 124 : 0) + random.nextInt(100)] =
            (byte) "0179/.\0\"{}[],".charAt(random.nextInt(13));
      }
      if (random.nextInt(4) == 0) {
        bytes = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length));
      }
      Path _ = put("f.tar", bytes);
      try (ImageSource source =
          open((i % 2 == 0 ? "docker-archive" : "oci-archive") + ":%/f.tar")) {
        ImageManifest manifest = (ImageManifest) Manifest.parse(source.manifest());
        for (Descriptor layer : manifest.layers()) {
          try (InputStream content = source.blob(layer)) {
            long _ = content.transferTo(java.io.OutputStream.nullOutputStream());
          }
        }
        seen.add("");
      } catch (IOException e) {
        assertFalse(String.valueOf(e.getMessage()).isBlank());
        seen.add(e.getClass().getSimpleName());
      }
    }
    assertTrue(seen.contains("") && seen.contains("MalformedException"), seen::toString);
  }
}
