package dev.stowage.transfer.place;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.archive.Compression;
import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.Json;
import dev.stowage.model.LayerCompression;
import dev.stowage.model.Manifest;
import dev.stowage.model.MediaType;
import dev.stowage.model.MismatchException;
import dev.stowage.model.Reference;
import dev.stowage.model.StowageException;
import dev.stowage.testkit.ImageGenerator;
import dev.stowage.testkit.TestImage;
import dev.stowage.transfer.ImageSink;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.LocalForm;
import dev.stowage.transfer.Location;
import dev.stowage.transfer.Part;
import dev.stowage.transfer.PlainSizes;
import dev.stowage.transfer.Standing;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileSinksTest {
  @TempDir Path directory;

  private final TestImage image =
      ImageGenerator.oci()
          .layer(Map.of("a", Bytes.utf8("lower")))
          .randomLayer("b", 300_000, 4)
          .layer(Map.of("c", Bytes.utf8("upper")))
          .build();
  private final TestImage other =
      ImageGenerator.oci()
          .layer(Map.of("a", Bytes.utf8("lower")))
          .layer(Map.of("d", Bytes.utf8("another")))
          .build();

  private Location location(String text) throws IOException {
    return Location.parse(text.replace("%", directory.toString()));
  }

  private ImageSink sink(String place, LocalForm form) throws IOException {
    return Sinks.open(location(place), Archives.access(directory), form);
  }

  /// How a layer is brought.
  private enum Bringing {
    AS_IT_IS,
    PLAIN,
    PLAIN_AND_NEW
  }

  /// Brings an image as a copier would, the layers from the topmost.
  private static void bring(TestImage image, ImageSink sink, Bringing bringing) throws IOException {
    put(image, sink, bringing);
    sink.commit();
  }

  private static void put(TestImage image, ImageSink sink, Bringing bringing) throws IOException {
    ImageManifest manifest = (ImageManifest) Manifest.parse(image.manifest());
    sink.put(Part.config(manifest.config()), image.config().stream());
    sink.expect(manifest);
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < image.layers().size(); i++) {
      order.add(i);
    }
    Collections.reverse(order);
    for (int i : order) {
      Part part = Part.layer(manifest.layers().get(i), i).withDiffId(image.diffIds().get(i));
      byte[] plain = Archives.plain(image, i);
      Descriptor asPlain =
          new Descriptor(MediaType.DOCKER_LAYER, image.diffIds().get(i), plain.length);
      if (sink.reuse(part).isPresent()) {
        continue;
      }
      switch (bringing) {
        case AS_IT_IS -> sink.put(part, image.layers().get(i).stream());
        case PLAIN -> sink.put(part.withDescriptor(asPlain), new ByteArrayInputStream(plain));
        case PLAIN_AND_NEW ->
            assertEquals(
                asPlain,
                sink.putNew(
                    part.withDescriptor(
                        new Descriptor(
                            MediaType.DOCKER_LAYER,
                            part.descriptor().digest(),
                            part.descriptor().size())),
                    new ByteArrayInputStream(plain)));
      }
    }
    sink.putManifest(written(image, sink), Standing.ALONE, List.of());
  }

  /// The manifest of a family that the place takes.
  private static Document written(TestImage image, ImageSink sink) {
    return sink.accepts().manifests().contains(image.manifest().type())
        ? image.manifest()
        : new Document(MediaType.DOCKER_MANIFEST, image.manifest().bytes());
  }

  private void assertHolds(TestImage expected, String place) throws IOException {
    try (ImageSource source = Sources.open(location(place), Archives.access(directory))) {
      ImageManifest manifest = (ImageManifest) Manifest.parse(source.manifest());
      try (InputStream config = source.blob(manifest.config())) {
        assertEquals(expected.config(), Bytes.owning(config.readAllBytes()));
      }
      for (int i = 0; i < expected.layers().size(); i++) {
        Descriptor layer = manifest.layers().get(i);
        try (InputStream content = source.blob(layer)) {
          byte[] bytes = content.readAllBytes();
          assertEquals(layer.digest(), Digest.of(Bytes.copyOf(bytes)));
          assertArrayEquals(
              Archives.plain(expected, i),
              Compression.open(new ByteArrayInputStream(bytes)).content().readAllBytes());
        }
      }
    }
  }

  private Map<String, Bytes> files() throws IOException {
    Map<String, Bytes> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(directory.relativize(file).toString(), Bytes.owning(Files.readAllBytes(file)));
      }
    }
    return files;
  }

  private static PlainSizes sizes(TestImage... images) {
    return diffId -> {
      try {
        for (TestImage each : images) {
          int at = each.diffIds().indexOf(diffId);
          if (at >= 0) {
            return OptionalLong.of(Archives.plain(each, at).length);
          }
        }
        return OptionalLong.empty();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    };
  }

  @Test
  void aDockerArchiveIsTheSameHoweverItsLayersCome() throws Exception {
    LocalForm known = LocalForm.USUAL.withSizes(sizes(image));
    Map<String, Bytes> archives = new TreeMap<>();
    for (Bringing bringing : List.of(Bringing.PLAIN, Bringing.PLAIN_AND_NEW)) {
      for (LocalForm form : List.of(known, LocalForm.USUAL)) {
        String place = "docker-archive:%/" + archives.size() + ".tar:quay.io/a:1";
        try (ImageSink sink = sink(place, form)) {
          bring(image, sink, bringing);
        }
        assertHolds(image, place);
        archives.put(
            bringing + " " + form.equals(known),
            Bytes.owning(Files.readAllBytes(directory.resolve(archives.size() + ".tar"))));
      }
    }
    ByteArrayOutputStream streamed = new ByteArrayOutputStream();
    try (DockerArchiveWriter writer =
        DockerArchiveWriter.to("stream", streamed, Archives.access(directory))) {
      try (ImageSink sink = writer.image(List.of(Reference.parse("quay.io/a:1")), known)) {
        bring(image, sink, Bringing.PLAIN_AND_NEW);
      }
      writer.commit();
    }
    archives.put("streamed", Bytes.owning(streamed.toByteArray()));
    assertEquals(1, archives.values().stream().distinct().count(), archives::toString);
  }

  @Test
  void imagesOfOneDockerArchiveShareTheirLayers() throws Exception {
    for (LocalForm form :
        List.of(LocalForm.USUAL, LocalForm.USUAL.withSizes(sizes(image, other)))) {
      Path file = directory.resolve("m.tar");
      boolean _ = Files.deleteIfExists(file);
      try (DockerArchiveWriter writer = DockerArchiveWriter.to(file, Archives.access(directory))) {
        for (TestImage each : List.of(image, other, image)) {
          Reference name = Reference.parse("quay.io/a:" + each.layers().size());
          try (ImageSink sink = writer.image(List.of(name), form)) {
            bring(each, sink, Bringing.PLAIN_AND_NEW);
          }
        }
        assertFalse(Files.exists(file), "nothing is visible before the commit");
        writer.commit();
      }
      assertHolds(image, "docker-archive:%/m.tar:quay.io/a:3");
      assertHolds(other, "docker-archive:%/m.tar:quay.io/a:2");
      try (DockerImages images = DockerImages.open(file, Archives.access(directory))) {
        assertEquals(2, images.items().size());
        assertEquals(List.of("quay.io/a:3"), images.items().getFirst().names());
      }
      assertTrue(Files.size(file) < 330_000, "layers stand there once");
    }
  }

  @Test
  void aDockerArchiveThatHasSomethingInItIsNotTouched() throws Exception {
    Path _ = Files.writeString(directory.resolve("a.tar"), "precious");
    assertEquals(
        "docker-archive doesn't support modifying existing images",
        assertThrows(StowageException.class, () -> sink("docker-archive:%/a.tar", LocalForm.USUAL))
            .getMessage());
    assertEquals("precious", Files.readString(directory.resolve("a.tar")));
  }

  @Test
  void additionalNamesAreWrittenBesideTheImagesOwn() throws Exception {
    LocalForm form =
        LocalForm.USUAL.withMoreNames(
            List.of(Reference.parse("quay.io/b:2"), Reference.parse("quay.io/a:1")));
    try (ImageSink sink = sink("docker-archive:%/a.tar:quay.io/a:1", form)) {
      bring(image, sink, Bringing.PLAIN);
    }
    try (DockerImages images =
        DockerImages.open(directory.resolve("a.tar"), Archives.access(directory))) {
      assertEquals(List.of("quay.io/a:1", "quay.io/b:2"), images.items().getFirst().names());
    }
  }

  @Test
  void aLayerThatIsNotWhatTheConfigurationPromisesNeverBecomesPartOfAnArchive() throws Exception {
    try (ImageSink sink = sink("docker-archive:%/a.tar", LocalForm.USUAL)) {
      ImageManifest manifest = (ImageManifest) Manifest.parse(image.manifest());
      sink.put(Part.config(manifest.config()), image.config().stream());
      Part part = Part.layer(manifest.layers().getFirst(), 0);
      assertThrows(
          MismatchException.class,
          () -> sink.putNew(part, new ByteArrayInputStream(new byte[512])));
    }
    assertEquals(Map.of(), files());
  }

  @Test
  void aLayoutGetsImagesAndKeepsTheOthers() throws Exception {
    try (ImageSink sink = sink("oci:%/l:one", LocalForm.USUAL)) {
      bring(image, sink, Bringing.AS_IT_IS);
    }
    try (ImageSink sink = sink("oci:%/l:two", LocalForm.USUAL)) {
      bring(other, sink, Bringing.AS_IT_IS);
    }
    assertHolds(image, "oci:%/l:one");
    assertHolds(other, "oci:%/l:two");
    try (ImageSink sink = sink("oci:%/l:one", LocalForm.USUAL)) {
      bring(other, sink, Bringing.AS_IT_IS);
    }
    assertHolds(other, "oci:%/l:one");
    assertHolds(image, "oci:%/l:@0");
    Json.Obj index =
        Json.parseObject(Bytes.owning(Files.readAllBytes(directory.resolve("l/index.json"))));
    assertEquals(3, index.objects("manifests").size(), index::compact);
    assertEquals(
        "{\"imageLayoutVersion\":\"1.0.0\"}", Files.readString(directory.resolve("l/oci-layout")));
  }

  @Test
  void whatALayoutsIndexSaysBesideStays() throws Exception {
    Path _ = Files.createDirectories(directory.resolve("l"));
    Path index = directory.resolve("l/index.json");
    Path _ =
        Files.writeString(
            index,
            "{\"schemaVersion\":2,\"x-mine\":[1.50],\"manifests\":[{\"mediaType\":\"x/y\",\"digest\":\""
                + image.diffIds().getFirst()
                + "\",\"size\":3,\"x\":true,\"annotations\":{\"a\":\"b\",\""
                + OciImages.NAME
                + "\":\"n\"}}]}");
    try (ImageSink sink = sink("oci:%/l:n", LocalForm.USUAL)) {
      bring(image, sink, Bringing.AS_IT_IS);
    }
    String text = Files.readString(index);
    assertTrue(text.contains("\"x-mine\":[1.50]"), text);
    assertTrue(text.contains("\"x\":true,\"annotations\":{\"a\":\"b\"}}"), text);
    assertHolds(image, "oci:%/l:n");
  }

  @Test
  void blobsThatALayoutHasAreNotWrittenAgain() throws Exception {
    try (ImageSink sink = sink("oci:%/l:one", LocalForm.USUAL)) {
      bring(image, sink, Bringing.AS_IT_IS);
    }
    Path blob =
        directory.resolve("l/blobs/sha256/" + image.layerDescriptors().getFirst().digest().hex());
    Path _ = Files.setLastModifiedTime(blob, java.nio.file.attribute.FileTime.fromMillis(0));
    try (ImageSink sink = sink("oci:%/l:two", LocalForm.USUAL)) {
      bring(other, sink, Bringing.AS_IT_IS);
    }
    assertEquals(0, Files.getLastModifiedTime(blob).toMillis());
  }

  @Test
  void layoutsMayShareOneDirectoryOfBlobs() throws Exception {
    for (String name : List.of("l1", "l2")) {
      try (ImageSink sink =
          Sinks.open(
              location("oci:%/" + name),
              Archives.access(directory).withSharedBlobs(directory.resolve("shared")),
              LocalForm.USUAL)) {
        bring(image, sink, Bringing.AS_IT_IS);
      }
    }
    assertTrue(Files.exists(directory.resolve("shared/sha256/" + image.manifest().digest().hex())));
    assertEquals(
        List.of("l1/index.json", "l1/oci-layout", "l2/index.json", "l2/oci-layout"),
        files().keySet().stream().filter(name -> name.startsWith("l")).toList());
  }

  @Test
  void anOciArchiveReplacesAFileInOneStepAndIsTheSameEachTime() throws Exception {
    Path file = directory.resolve("a.tar");
    Path _ = Files.writeString(file, "precious");
    try (ImageSink sink = sink("oci-archive:%/a.tar:one", LocalForm.USUAL)) {
      put(image, sink, Bringing.AS_IT_IS);
      assertEquals("precious", Files.readString(file));
      sink.commit();
    }
    byte[] once = Files.readAllBytes(file);
    try (ImageSink sink = sink("oci-archive:%/a.tar:one", LocalForm.USUAL)) {
      bring(image, sink, Bringing.AS_IT_IS);
    }
    assertArrayEquals(once, Files.readAllBytes(file));
    assertHolds(image, "oci-archive:%/a.tar:one");
    assertEquals(List.of("a.tar"), List.copyOf(files().keySet()));
  }

  @Test
  void aDirectoryHoldsOneImageWithItsSignaturesAndForgetsTheOneBefore() throws Exception {
    ImageSignature signature = new ImageSignature.Simple(Bytes.copyOf(new byte[] {(byte) 0x90, 1}));
    try (ImageSink sink = sink("dir:%/d", LocalForm.USUAL)) {
      put(image, sink, Bringing.AS_IT_IS);
      sink.putManifest(image.manifest(), Standing.ALONE, List.of(signature, signature));
      sink.commit();
    }
    assertHolds(image, "dir:%/d");
    try (ImageSource source = Sources.open(location("dir:%/d"), Archives.access(directory))) {
      assertEquals(2, source.signatures(image.manifest().digest()).size());
    }
    assertEquals(
        "Directory Transport Version: 1.1\n", Files.readString(directory.resolve("d/version")));
    try (ImageSink sink = sink("dir:%/d", LocalForm.USUAL)) {
      put(other, sink, Bringing.AS_IT_IS);
      assertHolds(image, "dir:%/d");
      sink.commit();
    }
    assertHolds(other, "dir:%/d");
    assertEquals(
        Stream.concat(
                other.blobs().stream().map(blob -> "d/" + Digest.of(blob).hex()),
                Stream.of("d/manifest.json", "d/version"))
            .sorted()
            .toList(),
        List.copyOf(files().keySet()));
  }

  @Test
  void aDirectoryHoldsAnIndexWithItsImages() throws Exception {
    Document index =
        ImageGenerator.index(
            ImageGenerator.Format.OCI,
            Map.of("amd64", image.manifest(), "arm64", other.manifest()));
    for (String place : List.of("dir:%/d", "oci:%/l:x", "oci-archive:%/a.tar:x")) {
      try (ImageSink sink = sink(place, LocalForm.USUAL)) {
        for (TestImage each : List.of(image, other)) {
          put(each, sink, Bringing.AS_IT_IS);
          sink.putManifest(each.manifest(), Standing.LISTED, List.of());
        }
        sink.putIndex(index, List.of());
        sink.commit();
      }
      try (ImageSource source = Sources.open(location(place), Archives.access(directory))) {
        assertEquals(index, source.manifest());
        assertEquals(image.manifest(), source.manifest(image.manifest().digest()));
      }
    }
  }

  @Test
  void aDirectoryWithSomethingElseInItIsNotTouched() throws Exception {
    Path _ = Files.createDirectories(directory.resolve("d"));
    Path _ = Files.writeString(directory.resolve("d/thesis.txt"), "precious");
    StowageException refusal =
        assertThrows(StowageException.class, () -> sink("dir:%/d", LocalForm.USUAL));
    assertTrue(
        String.valueOf(refusal.getMessage())
            .endsWith("not a containers image directory, don't want to overwrite important data"));
    Path _ =
        Files.writeString(directory.resolve("d/version"), "Directory Transport Version: 2.0\n");
    refusal = assertThrows(StowageException.class, () -> sink("dir:%/d", LocalForm.USUAL));
    assertEquals(
        "unsupported directory transport version \"Directory Transport Version: 2.0\\n\" at "
            + directory.resolve("d"),
        refusal.getMessage());
    assertEquals("precious", Files.readString(directory.resolve("d/thesis.txt")));
  }

  @Test
  void aDirectoryTakesLayersInTheFormThatWasAskedFor() throws Exception {
    assertEquals(
        java.util.Set.of(LayerCompression.NONE),
        acceptedBy("dir:%/d", LocalForm.InDirectories.DECOMPRESSED));
    assertFalse(
        acceptedBy("dir:%/d", LocalForm.InDirectories.COMPRESSED).contains(LayerCompression.NONE));
  }

  private java.util.Set<LayerCompression> acceptedBy(String place, LocalForm.InDirectories wanted)
      throws IOException {
    try (ImageSink sink = sink(place, LocalForm.USUAL.withInDirectories(wanted))) {
      return sink.accepts().layers();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker-archive:%/a.tar", "oci-archive:%/a.tar", "dir:%/d", "dir:%/new"})
  void whatIsNotCommittedLeavesNothing(String place) throws Exception {
    Path _ = Files.createDirectories(directory.resolve("d"));
    try (ImageSink sink = sink(place, LocalForm.USUAL)) {
      put(image, sink, place.startsWith("docker") ? Bringing.PLAIN : Bringing.AS_IT_IS);
    }
    assertEquals(Map.of(), files());
    assertFalse(Files.exists(directory.resolve("new")));
  }

  @Test
  void whatAKilledWriterLeftIsDeletedByTheNext() throws Exception {
    Path dead = leftBehind(".stowage-4194304999-0.new", Duration.ofHours(25));
    Path young = leftBehind(".stowage-4194304999-1.new", Duration.ofHours(23));
    Path other = leftBehind(".stowage-x-1.new", Duration.ofHours(25));
    Path full = Files.createDirectories(directory.resolve(".stowage-4194304999-2.new/full"));
    Path alive = directory.resolve(".stowage-" + ProcessHandle.current().pid() + "-999999.new");
    Path _ = Files.move(leftBehind("alive", Duration.ofHours(25)), alive);
    try (ImageSink sink = sink("oci-archive:%/a.tar", LocalForm.USUAL)) {
      bring(image, sink, Bringing.AS_IT_IS);
    }
    assertFalse(Files.exists(dead));
    for (Path stays : List.of(young, other, full, alive)) {
      assertTrue(Files.exists(stays), stays.toString());
    }
  }

  private Path leftBehind(String name, Duration age) throws IOException {
    Path file = Files.writeString(directory.resolve(name), "half");
    return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
  }

  @Test
  void aFileKeepsTheModeOfTheOneItReplaces() throws Exception {
    Path file = Files.writeString(directory.resolve("a.tar"), "");
    for (String mode : List.of("rw-------", "rw-rw-r--")) {
      Path _ = Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
      for (String place : List.of("oci-archive:%/a.tar", "docker-archive:%/a.tar")) {
        Path _ = Files.writeString(file, "");
        try (ImageSink sink = sink(place, LocalForm.USUAL)) {
          put(image, sink, Bringing.PLAIN);
          assertEquals(
              List.of(mode, mode),
              Stream.of("a.tar", unfinished()).map(this::mode).toList(),
              "nobody reads more of it while it is written");
          sink.commit();
        }
        assertEquals(mode, mode("a.tar"));
      }
    }
  }

  private String unfinished() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith(".stowage-"))
          .findFirst()
          .orElseThrow();
    }
  }

  private String mode(String file) {
    try {
      return PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(file)));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aDirectoryWhoseCommitFailsHoldsWhatItHeld() throws Exception {
    ImageSignature old = new ImageSignature.Simple(Bytes.copyOf(new byte[] {(byte) 0x90, 1}));
    ImageSignature now = new ImageSignature.Simple(Bytes.copyOf(new byte[] {(byte) 0x90, 2}));
    try (ImageSink sink = sink("dir:%/d", LocalForm.USUAL)) {
      put(image, sink, Bringing.AS_IT_IS);
      sink.putManifest(image.manifest(), Standing.ALONE, List.of(old));
      sink.commit();
    }
    Path manifest = directory.resolve("d/manifest.json");
    Path _ = Files.createDirectories(directory.resolve("aside/in-the-way"));
    Map<String, Bytes> before;
    try (ImageSink sink = sink("dir:%/d", LocalForm.USUAL)) {
      put(other, sink, Bringing.AS_IT_IS);
      sink.putManifest(other.manifest(), Standing.ALONE, List.of(now, now));
      Path _ = Files.move(manifest, directory.resolve("manifest"));
      Path _ = Files.move(directory.resolve("aside"), manifest);
      before = files();
      assertThrows(IOException.class, sink::commit);
    }
    for (Bytes blob : other.blobs()) {
      String name = "d/" + Digest.of(blob).hex();
      if (!image.blobs().contains(blob)) {
        Bytes _ = before.remove(name);
      }
    }
    assertEquals(before, files());
  }

  @Test
  void aDirectoryThatAKilledWriterLeftMayBeWrittenOnceMore() throws Exception {
    ImageSink killed = sink("dir:%/d", LocalForm.USUAL);
    put(image, killed, Bringing.AS_IT_IS);
    assertFalse(Files.exists(directory.resolve("d/manifest.json")));
    try (ImageSink sink = sink("dir:%/d", LocalForm.USUAL)) {
      bring(other, sink, Bringing.AS_IT_IS);
    }
    assertHolds(other, "dir:%/d");
    assertEquals(other.blobs().size() + 2, files().size());
  }

  @Test
  void aBlobOfTheImageBeforeIsTakenOnlyIfItIsWhole() throws Exception {
    try (ImageSink sink = sink("dir:%/d", LocalForm.USUAL)) {
      bring(image, sink, Bringing.AS_IT_IS);
    }
    Path blob = directory.resolve("d/" + image.layerDescriptors().get(1).digest().hex());
    byte[] damaged = Files.readAllBytes(blob);
    damaged[damaged.length / 2] ^= 1;
    Path _ = Files.write(blob, damaged);
    try (ImageSink sink = sink("dir:%/d", LocalForm.USUAL)) {
      bring(image, sink, Bringing.AS_IT_IS);
    }
    assertHolds(image, "dir:%/d");
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker-archive:%/a:@0", "oci:%/a:@0", "oci-archive:%/a:@0"})
  void nothingIsWrittenAtAPosition(String place) {
    assertEquals(
        "Destination reference must not contain a manifest index @0",
        assertThrows(StowageException.class, () -> sink(place, LocalForm.USUAL)).getMessage());
  }
}
