package dev.stowage.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.config.Machine;
import dev.stowage.config.StorageOverrides;
import dev.stowage.config.Surroundings;
import dev.stowage.config.Terminal;
import dev.stowage.config.User;
import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.model.Event;
import dev.stowage.model.Json;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Platform;
import dev.stowage.model.PlatformChoice;
import dev.stowage.model.Reference;
import dev.stowage.model.RejectedException;
import dev.stowage.model.StowageException;
import dev.stowage.testkit.ImageGenerator;
import dev.stowage.testkit.TestImage;
import dev.stowage.transfer.Copier;
import dev.stowage.transfer.CopyOptions;
import dev.stowage.transfer.ImageSink;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.Listener;
import dev.stowage.transfer.Listener.Progress;
import dev.stowage.transfer.LocalForm;
import dev.stowage.transfer.Location;
import dev.stowage.transfer.TrustChoice;
import dev.stowage.transfer.place.DockerArchiveWriter;
import dev.stowage.transfer.place.Sinks;
import dev.stowage.transfer.place.Sources;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Loads and imports into a store of their own.
class ArchivesTest {
  @TempDir Path directory;
  private Engine engine;
  private final List<Progress> told = new ArrayList<>();
  private final TestImage image = image("1");
  private final TestImage other = image("2");

  @BeforeEach
  void open() throws IOException {
    policy("insecureAcceptAnything");
    Surroundings surroundings =
        new Surroundings(
            Map.of("TMPDIR", directory.resolve("temporary").toString()),
            directory.resolve("machine"),
            directory,
            new User(0, 0, 0, 0, directory.resolve("machine/root"), User.Privilege.ROOTFUL),
            new Machine(new Platform("linux", "amd64", ""), "host", "6.1.0", 2),
            Terminal.NONE,
            () -> ZoneOffset.UTC);
    engine =
        Engine.open(
            surroundings,
            EngineOptions.DEFAULT.withStorage(
                StorageOverrides.NONE
                    .withRoot(directory.resolve("root"))
                    .withRunRoot(directory.resolve("run"))
                    .withDriver("overlay")));
  }

  @AfterEach
  void close() throws IOException {
    engine.close();
  }

  private void policy(String type) throws IOException {
    Path file = directory.resolve("machine/etc/containers/policy.json");
    Path _ = Files.createDirectories(file.getParent());
    Path _ = Files.writeString(file, "{\"default\":[{\"type\":\"" + type + "\"}]}");
  }

  private static TestImage image(String content) {
    return ImageGenerator.oci()
        .layer(Map.of("below", Bytes.utf8("shared")))
        .layer(Map.of("name", Bytes.utf8(content)))
        .build();
  }

  private static String id(TestImage image) {
    return Digest.of(image.config()).hex();
  }

  private ImageSource source(TestImage image) throws IOException {
    Path layout = directory.resolve("layout-" + id(image));
    Path blobs = Files.createDirectories(layout.resolve("blobs/sha256"));
    List<Bytes> all = new ArrayList<>(image.blobs());
    all.add(image.manifest().bytes());
    for (Bytes blob : all) {
      Path _ = Files.write(blobs.resolve(Digest.of(blob).hex()), blob.toArray());
    }
    Path _ =
        Files.writeString(
            layout.resolve("index.json"),
            "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\""
                + image.manifest().type()
                + "\",\"digest\":\""
                + image.manifest().digest()
                + "\",\"size\":"
                + image.manifest().bytes().length()
                + "}]}");
    return Sources.open(new Location.InLayout(layout, Location.Choice.ONLY), engine.localAccess());
  }

  private void copy(TestImage image, ImageSink sink) throws IOException {
    try (ImageSource source = source(image)) {
      Copier.copy(
          source,
          sink,
          CopyOptions.of(PlatformChoice.of(new Platform("linux", "amd64", ""))),
          Listener.NONE);
    }
  }

  private void write(TestImage image, String place) throws IOException {
    try (ImageSink sink =
        Sinks.open(
            Location.parse(place.replace("%", directory.toString())),
            engine.localAccess(),
            LocalForm.USUAL)) {
      copy(image, sink);
    }
  }

  private List<String> load(String name) throws IOException {
    return load(new ArchiveInput.At(directory.resolve(name)));
  }

  private List<String> load(ArchiveInput input) throws IOException {
    List<String> names = new ArrayList<>();
    for (Loaded.Named each : engine.load(input, LoadOptions.DEFAULT, told::add).images()) {
      names.add(each.name());
    }
    return names;
  }

  private String idOf(String name) throws IOException {
    return engine.images().find(name).image().id().value();
  }

  @Test
  void allImagesOfADockerArchiveAreLoadedUnderAllTheirNames() throws Exception {
    Path file = directory.resolve("a.tar");
    try (DockerArchiveWriter writer = DockerArchiveWriter.to(file, engine.localAccess())) {
      List<Reference> names =
          List.of(Reference.parse("quay.io/a:1"), Reference.parse("quay.io/b:2"));
      try (ImageSink sink = writer.image(names, LocalForm.USUAL)) {
        copy(image, sink);
      }
      try (ImageSink sink = writer.image(List.of(), LocalForm.USUAL)) {
        copy(other, sink);
      }
      writer.commit();
    }
    assertEquals(List.of("quay.io/a:1", "quay.io/b:2", "sha256:" + id(other)), load("a.tar"));
    assertEquals(id(image), idOf("quay.io/a:1"));
    assertEquals(id(image), idOf("quay.io/b:2"));
    assertEquals(List.of(), engine.images().find(id(other)).image().names());
    List<Event> events = new ArrayList<>();
    for (Progress progress : told) {
      if (progress instanceof Progress.Changed(Event event)) {
        events.add(event);
      }
    }
    assertEquals(3, events.size());
    assertEquals(Event.Kind.LOAD, events.getFirst().kind());
    assertEquals(file.toString(), events.getFirst().name());
  }

  @Test
  void anArchiveMayComeAsAStreamAndCompressed() throws Exception {
    write(image, "docker-archive:%/a.tar:quay.io/a:1");
    byte[] archive = Files.readAllBytes(directory.resolve("a.tar"));
    java.io.ByteArrayOutputStream packed = new java.io.ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(archive);
    }
    assertEquals(
        List.of("quay.io/a:1"),
        load(new ArchiveInput.From("stdin", new ByteArrayInputStream(packed.toByteArray()))));
    try (var left = Files.list(directory.resolve("temporary"))) {
      assertEquals(0, left.count());
    }
  }

  @Test
  void anOciArchiveIsLoadedUnderTheNameOfItsAnnotation() throws Exception {
    write(image, "oci-archive:%/a.tar:docker.io/library/x:1");
    assertEquals(List.of("docker.io/library/x:1"), load("a.tar"));
    write(image, "oci-archive:%/b.tar:short");
    assertEquals(List.of("localhost/short:latest"), load("b.tar"));
    write(image, "oci-archive:%/c.tar");
    assertEquals(List.of("sha256:" + id(image)), load("c.tar"));
    assertEquals(
        image.manifest().digest(), engine.images().find("short").image().digests().getFirst());
  }

  @Test
  void aLayoutWithOneImageGivesItNoNameAndOneWithSeveralGivesAllTheirs() throws Exception {
    write(image, "oci:%/l:quay.io/a:1");
    assertEquals(List.of("sha256:" + id(image)), load("l"));
    write(other, "oci:%/l:quay.io/a:2");
    assertEquals(List.of("quay.io/a:1", "quay.io/a:2"), load("l"));
    assertEquals(id(other), idOf("quay.io/a:2"));
  }

  @Test
  void aPlainDirectoryIsLoadedWithoutAName() throws Exception {
    write(image, "dir:%/d");
    assertEquals(List.of("sha256:" + id(image)), load("d"));
  }

  @Test
  void whatIsNoImageIsRefusedWithAReasonForEachForm() throws Exception {
    Path _ = Files.writeString(directory.resolve("text"), "no archive at all");
    Path _ = Files.createDirectories(directory.resolve("empty"));
    String complaint =
        String.valueOf(assertThrows(StowageException.class, () -> load("text")).getMessage());
    assertTrue(
        complaint.startsWith(
            "payload does not match any of the supported image formats:\n * oci: "),
        complaint);
    for (String form : List.of("oci-archive", "docker-archive", "dir")) {
      assertTrue(complaint.contains("\n * " + form + ": "), complaint);
    }
    complaint =
        String.valueOf(assertThrows(StowageException.class, () -> load("empty")).getMessage());
    assertTrue(complaint.contains("index.json: no such file or directory"), complaint);
    assertEquals(
        "open " + directory.resolve("none") + ": no such file or directory",
        assertThrows(NotFoundException.class, () -> load("none")).getMessage());
  }

  @Test
  void thePolicyHasAWordBeforeAnythingIsLoaded() throws Exception {
    write(image, "docker-archive:%/a.tar:quay.io/a:1");
    policy("reject");
    assertThrows(RejectedException.class, () -> load("a.tar"));
    assertEquals(List.of(), engine.images().list());
  }

  private void policyOfStores(String type) throws IOException {
    Path _ =
        Files.writeString(
            directory.resolve("machine/etc/containers/policy.json"),
            "{\"default\":[{\"type\":\"insecureAcceptAnything\"}],\"transports\":"
                + "{\"containers-storage\":{\"\":[{\"type\":\""
                + type
                + "\"}]}}}");
  }

  @Test
  void thePolicyHasAWordBeforeAnythingIsSaved() throws Exception {
    write(image, "docker-archive:%/a.tar:quay.io/a:1");
    assertEquals(List.of("quay.io/a:1"), load("a.tar"));
    policyOfStores("reject");
    for (SaveOptions.Format format : SaveOptions.Format.values()) {
      Path file = directory.resolve(format.word());
      RejectedException refused =
          assertThrows(
              RejectedException.class,
              () ->
                  engine.save(
                      List.of("quay.io/a:1"),
                      new SaveOutput.At(file),
                      SaveOptions.DEFAULT.withFormat(format),
                      Listener.NONE));
      assertTrue(
          String.valueOf(refused.getMessage())
              .startsWith("Source image rejected: Running image containers-storage:@" + id(image)),
          refused::toString);
      assertFalse(Files.exists(file), format.word());
    }
    Path accepting = directory.resolve("accepting.json");
    Path _ = Files.writeString(accepting, "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}");
    List<Image> saved =
        engine.save(
            List.of("quay.io/a:1"),
            new SaveOutput.At(directory.resolve("saved")),
            SaveOptions.DEFAULT.withTrust(TrustChoice.DEFAULT.withPolicy(accepting)),
            Listener.NONE);
    assertEquals(1, saved.size());
    Path other = directory.resolve("none.json");
    assertThrows(
        IOException.class,
        () ->
            engine.push(
                "quay.io/a:1",
                Optional.of("dir:" + directory.resolve("pushed")),
                PushOptions.DEFAULT.withTrust(TrustChoice.DEFAULT.withPolicy(other)),
                Listener.NONE));
    // As Podman has it: a policy that refuses the store does not keep its images from being pushed.
    Pushed _ =
        engine.push(
            "quay.io/a:1",
            Optional.of("dir:" + directory.resolve("pushed")),
            PushOptions.DEFAULT,
            Listener.NONE);
  }

  @Test
  void archivesArePulledByTheirLocations() throws Exception {
    write(image, "docker-archive:%/a.tar:quay.io/a:1");
    write(image, "oci-archive:%/o.tar:quay.io/o:1");
    write(other, "oci:%/l:quay.io/l:1");
    for (String place :
        List.of("docker-archive:%/a.tar", "oci-archive:%/o.tar", "oci:%/l:quay.io/l:1")) {
      Pulled pulled =
          engine.pull(place.replace("%", directory.toString()), PullOptions.DEFAULT, Listener.NONE);
      assertEquals(1, pulled.images().size());
    }
    assertEquals(id(image), idOf("quay.io/a:1"));
    assertEquals(id(image), idOf("quay.io/o:1"));
    assertEquals(id(other), idOf("quay.io/l:1"));
  }

  @Test
  void aTarIsImportedInOnePassWithWhatIsSaidOfIt() throws Exception {
    Bytes tar = ImageGenerator.tar(Map.of("etc/x", Bytes.utf8("content")));
    Path file = directory.resolve("a.tar");
    Path _ = Files.write(file, tar.toArray());
    Path _ = Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2024-05-06T07:08:09Z")));
    Image made =
        engine.importImage(
            new ImportInput.At(file),
            ImportOptions.DEFAULT
                .withName("imported:1")
                .withMessage("from a test")
                .withChanges(List.of("CMD /bin/x", "ENV A=b"))
                .withPlatform(new Platform("", "arm64", "v8")),
            told::add);
    assertEquals("localhost/imported:1", made.names().getFirst().toString());
    assertEquals(
        "{\"created\":\"2024-05-06T07:08:09Z\",\"architecture\":\"arm64\",\"os\":\"linux\","
            + "\"variant\":\"v8\",\"config\":{\"Env\":[\"A=b\"],\"Cmd\":[\"/bin/sh\",\"-c\",\"/bin/x\"]},"
            + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\""
            + Digest.of(tar)
            + "\"]},\"history\":[{\"created\":\"2024-05-06T07:08:09Z\",\"created_by\":"
            + "\"/bin/sh -c #(nop) ADD file:"
            + Digest.of(tar).hex()
            + " in /\",\"comment\":\"from a test\"}]}",
        made.config().json().compact());
    List<String> events = new ArrayList<>();
    for (Progress progress : told) {
      if (progress instanceof Progress.Changed(Event event)) {
        events.add(event.kind() + " " + event.name());
      }
    }
    assertEquals(List.of("IMPORT imported:1", "TAG imported:1"), events);
    assertEquals("content", Files.readString(Path.of(content(made)).resolve("etc/x")));
  }

  private String content(Image made) throws IOException {
    return directory
        .resolve("root/overlay")
        .resolve(made.topLayer().orElseThrow().value())
        .resolve("diff")
        .toString();
  }

  @Test
  void theSameTarComesInHoweverItIsCompressedAndWhereverFrom() throws Exception {
    byte[] tar = ImageGenerator.tar(Map.of("etc/x", Bytes.utf8("content"))).toArray();
    java.io.ByteArrayOutputStream packed = new java.io.ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(tar);
    }
    Image made =
        engine.importImage(
            new ImportInput.From(new ByteArrayInputStream(packed.toByteArray())),
            ImportOptions.DEFAULT,
            told::add);
    assertEquals(
        Json.of("application/vnd.oci.image.layer.v1.tar+gzip"),
        Json.parseObject(made.manifest().bytes())
            .objects("layers")
            .getFirst()
            .get("mediaType")
            .orElseThrow());
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread serving = Thread.ofVirtual().start(() -> serve(server, packed.toByteArray()));
      Image fetched =
          engine.importImage(
              new ImportInput.Web(
                  URI.create("http://127.0.0.1:" + server.getLocalPort() + "/a.tar.gz")),
              ImportOptions.DEFAULT,
              told::add);
      serving.join();
      assertEquals(made.topLayer(), fetched.topLayer());
      assertTrue(
          told.contains(
              new Progress.Noted(
                  "Downloading from \"http://127.0.0.1:" + server.getLocalPort() + "/a.tar.gz\"")));
    }
  }

  private static void serve(ServerSocket server, byte[] content) {
    try (Socket socket = server.accept()) {
      byte[] request = new byte[4096];
      assertTrue(socket.getInputStream().read(request) > 0);
      socket
          .getOutputStream()
          .write(
              ("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: "
                      + content.length
                      + "\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(content);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatCannotBeImportedLeavesNothing() throws Exception {
    Path _ = Files.writeString(directory.resolve("text"), "no archive at all");
    assertThrows(
        IOException.class,
        () ->
            engine.importImage(
                new ImportInput.At(directory.resolve("text")), ImportOptions.DEFAULT, told::add));
    NotFoundException missing =
        assertThrows(
            NotFoundException.class,
            () ->
                engine.importImage(
                    new ImportInput.At(directory.resolve("none")),
                    ImportOptions.DEFAULT,
                    told::add));
    assertTrue(String.valueOf(missing.getMessage()).startsWith("error opening \""));
    assertEquals(List.of(), engine.images().list());
    InetSocketAddress nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    assertThrows(
        IOException.class,
        () ->
            engine.importImage(
                new ImportInput.Web(URI.create("http://127.0.0.1:" + nobody.getPort() + "/a.tar")),
                ImportOptions.DEFAULT,
                told::add));
  }
}
