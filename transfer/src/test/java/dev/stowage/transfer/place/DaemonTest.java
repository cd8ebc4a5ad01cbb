package dev.stowage.transfer.place;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.Bytes;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.Manifest;
import dev.stowage.model.Platform;
import dev.stowage.model.PlatformChoice;
import dev.stowage.testkit.EmbeddedDaemon;
import dev.stowage.testkit.ImageGenerator;
import dev.stowage.testkit.TestImage;
import dev.stowage.transfer.Copier;
import dev.stowage.transfer.CopyOptions;
import dev.stowage.transfer.ImageSink;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.Listener;
import dev.stowage.transfer.LocalAccess;
import dev.stowage.transfer.LocalForm;
import dev.stowage.transfer.Location;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DaemonTest {
  @TempDir Path directory;
  private EmbeddedDaemon daemon;

  private final TestImage image =
      ImageGenerator.oci()
          .layer(Map.of("a", Bytes.utf8("lower")))
          .randomLayer("b", 100_000, 3)
          .build();

  @BeforeEach
  void start() throws IOException {
    daemon = EmbeddedDaemon.start(directory.resolve("docker.sock"));
  }

  @AfterEach
  void stop() {
    daemon.close();
  }

  private LocalAccess access() {
    return Archives.access(directory).withDaemon(daemon.host());
  }

  private void copy(String from, String to) throws IOException {
    try (ImageSource source =
            Sources.open(Location.parse(from.replace("%", directory.toString())), access());
        ImageSink sink =
            Sinks.open(
                Location.parse(to.replace("%", directory.toString())), access(), LocalForm.USUAL)) {
      Copier.copy(
          source,
          sink,
          CopyOptions.of(PlatformChoice.of(new Platform("linux", "amd64", ""))),
          Listener.NONE);
    }
  }

  private String failure(String from, String to) {
    return String.valueOf(assertThrows(IOException.class, () -> copy(from, to)).getMessage());
  }

  @Test
  void anImageGoesToTheDaemonAndComesBack() throws Exception {
    Path _ = Archives.write(directory.resolve("a.tar"), Archives.docker(image));
    copy("docker-archive:%/a.tar", "docker-daemon:quay.io/a:1");
    assertEquals(1, daemon.loaded().size());
    byte[] sent = daemon.loaded().getFirst().toArray();
    try (DockerImages images =
        DockerImages.open("sent", new ByteArrayInputStream(sent), access())) {
      assertEquals(List.of("quay.io/a:1"), images.items().getFirst().names());
    }
    daemon.add("quay.io/a:1", Bytes.owning(sent));
    copy("docker-daemon:quay.io/a:1", "dir:%/d");
    try (ImageSource source = Sources.open(Location.parse("dir:" + directory + "/d"), access())) {
      ImageManifest manifest = (ImageManifest) Manifest.parse(source.manifest());
      assertEquals(
          image.diffIds(), manifest.layers().stream().map(layer -> layer.digest()).toList());
    }
  }

  @Test
  void whatTheDaemonSaysIsPassedOn() throws Exception {
    assertEquals(
        "loading image from docker engine: Error response from daemon: No such image: busybox:1",
        failure("docker-daemon:busybox:1", "dir:%/d"));
    Path _ = Archives.write(directory.resolve("a.tar"), Archives.docker(image));
    daemon.refuseLoads("no space left on device");
    assertEquals(
        "docker engine reported: \"no space left on device\"",
        failure("docker-archive:%/a.tar", "docker-daemon:quay.io/a:1"));
  }

  @Test
  void whatTheDaemonSaysBeforeItHangsUpIsPassedOn() throws Exception {
    TestImage large = ImageGenerator.oci().randomLayer("b", 4_000_000, 3).build();
    Path _ = Archives.write(directory.resolve("a.tar"), Archives.docker(large));
    daemon.answerLoadsEarly("403 Forbidden", "{\"message\":\"loading is not allowed\"}");
    assertEquals(
        "starting a load operation in docker engine: Error response from daemon: loading is not"
            + " allowed",
        failure("docker-archive:%/a.tar", "docker-daemon:quay.io/a:1"));
    daemon.answerLoadsEarly("200 OK", "{\"errorDetail\":{\"message\":\"disk full\"}}\n");
    assertEquals(
        "docker engine reported: \"disk full\"",
        failure("docker-archive:%/a.tar", "docker-daemon:quay.io/a:1"));
  }

  @Test
  void aReportWithoutLineEndsIsNotReadForEver() throws Exception {
    Path _ = Archives.write(directory.resolve("a.tar"), Archives.docker(image));
    daemon.refuseLoads("x".repeat(2_000_000));
    assertEquals(
        "parsing docker load progress: a message of more than 1048576 bytes",
        failure("docker-archive:%/a.tar", "docker-daemon:quay.io/a:1"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          tcp://localhost:99999 | after tcp:// come a host, a colon and a port from 1 to 65535
          tcp://localhost       | after tcp:// come a host, a colon and a port from 1 to 65535
          tcp://:2375           | after tcp:// come a host, a colon and a port from 1 to 65535
          unix://               | it names no socket
          localhost             | it does not begin with unix:// or tcp://
          ssh://me@example.org  | is reached by unix:// or tcp://, not by ssh://me@example.org
          tcp://no.invalid:2375 | Is the docker daemon running? (no such host: no.invalid)
          """)
  void aHostThatIsNoneIsToldSo(String host, String told) {
    LocalAccess access = Archives.access(directory).withDaemon(host);
    String message =
        String.valueOf(
            assertThrows(
                    IOException.class,
                    () -> Sources.open(Location.parse("docker-daemon:busybox:1"), access))
                .getMessage());
    assertTrue(message.endsWith(told), message);
  }

  @Test
  void aDaemonThatDoesNotRunIsNamed() {
    daemon.close();
    assertTrue(
        failure("docker-daemon:busybox:1", "dir:%/d")
            .startsWith(
                "loading image from docker engine: Cannot connect to the Docker daemon at "
                    + daemon.host()
                    + ". Is the docker daemon running?"));
  }

  @Test
  void aDestinationNeedsATag() {
    String id = "sha256:" + "a".repeat(64);
    assertEquals(
        "Invalid destination docker-daemon:" + id + ": a destination must be a name:tag",
        assertThrows(
                IOException.class,
                () -> Sinks.open(Location.parse("docker-daemon:" + id), access(), LocalForm.USUAL))
            .getMessage());
  }

  @Test
  void whatIsNotCommittedNeverReachesTheDaemonsStore() throws Exception {
    try (ImageSink sink =
        Sinks.open(Location.parse("docker-daemon:quay.io/a:1"), access(), LocalForm.USUAL)) {
      ImageManifest manifest = (ImageManifest) Manifest.parse(image.manifest());
      sink.put(dev.stowage.transfer.Part.config(manifest.config()), image.config().stream());
    }
    assertEquals(List.of(), daemon.loaded());
  }
}
