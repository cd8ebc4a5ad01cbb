package dev.stowage.transfer.place;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.Bytes;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.Manifest;
import dev.stowage.model.Platform;
import dev.stowage.model.PlatformChoice;
import dev.stowage.testkit.EmbeddedDaemon;
import dev.stowage.testkit.ImageGenerator;
import dev.stowage.testkit.TestAuthority;
import dev.stowage.testkit.TestImage;
import dev.stowage.transfer.Copier;
import dev.stowage.transfer.CopyOptions;
import dev.stowage.transfer.DaemonAccess;
import dev.stowage.transfer.ImageSink;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.Listener;
import dev.stowage.transfer.LocalAccess;
import dev.stowage.transfer.LocalForm;
import dev.stowage.transfer.Location;
import dev.stowage.transfer.RegistryAccess;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    return access(daemon.host(), RegistryAccess.Tls.AS_CONFIGURED, Optional.empty());
  }

  private LocalAccess access(String host, RegistryAccess.Tls tls, Optional<Path> certificates) {
    return Archives.access(directory)
        .withDaemon(new DaemonAccess(Optional.of(host), tls, certificates, Optional.empty()));
  }

  private void copy(String from, String to) throws IOException {
    copy(from, to, access());
  }

  private void copy(String from, String to, LocalAccess access) throws IOException {
    try (ImageSource source =
            Sources.open(Location.parse(from.replace("%", directory.toString())), access);
        ImageSink sink =
            Sinks.open(
                Location.parse(to.replace("%", directory.toString())), access, LocalForm.USUAL)) {
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
          http://:2375          | after http:// come a host, a colon and a port from 1 to 65535
          localhost             | it does not begin with unix://, tcp:// or http://
          ssh://me@example.org  | tcp:// with TLS or by http:// without, not by ssh://me@example.org
          http://no.invalid:23  | Is the docker daemon running? (no such host: no.invalid)
          http://no_such.invalid:2375 | Is the docker daemon running? (no such host: no_such.invalid)
          tcp://me@localhost:1  | after tcp:// come a host, a colon and a port from 1 to 65535
          tcp://localhost:65536 | after tcp:// come a host, a colon and a port from 1 to 65535
          tcp://no.invalid:2375 | (dial tcp: lookup no.invalid: no such host)
          """)
  void aHostThatIsNoneIsToldSo(String host, String told) {
    LocalAccess access = access(host, RegistryAccess.Tls.AS_CONFIGURED, Optional.empty());
    String message =
        String.valueOf(
            assertThrows(
                    IOException.class,
                    () -> Sources.open(Location.parse("docker-daemon:busybox:1"), access))
                .getMessage());
    assertTrue(message.endsWith(told), message);
  }

  /// A directory as Docker's tools want it.
  private Path certificates(TestAuthority authority, String name) throws IOException {
    TestAuthority.Identity caller = authority.issue("caller");
    Path made = Files.createDirectory(directory.resolve(name));
    Path _ = Files.writeString(made.resolve("ca.pem"), authority.certificatePem());
    Path _ = Files.writeString(made.resolve("cert.pem"), caller.certificatePem());
    Path _ = Files.writeString(made.resolve("key.pem"), caller.keyPem());
    return made;
  }

  @Test
  void anImageGoesToADaemonWithTlsAndComesBack() throws Exception {
    TestAuthority authority = TestAuthority.create("daemon");
    Path certificates = certificates(authority, "own");
    Path _ = Archives.write(directory.resolve("a.tar"), Archives.docker(image));
    try (EmbeddedDaemon secure = EmbeddedDaemon.start(Optional.of(authority.server("127.0.0.1")))) {
      LocalAccess access =
          access(secure.host(), RegistryAccess.Tls.REQUIRED, Optional.of(certificates));
      copy("docker-archive:%/a.tar", "docker-daemon:quay.io/a:1", access);
      assertEquals(1, secure.loaded().size());
      secure.add("quay.io/a:1", secure.loaded().getFirst());
      copy("docker-daemon:quay.io/a:1", "dir:%/d", access);
    }
    try (ImageSource source = Sources.open(Location.parse("dir:" + directory + "/d"), access())) {
      ImageManifest manifest = (ImageManifest) Manifest.parse(source.manifest());
      assertEquals(
          image.diffIds(), manifest.layers().stream().map(layer -> layer.digest()).toList());
    }
  }

  private String refused(String host, RegistryAccess.Tls tls, Optional<Path> certificates) {
    return String.valueOf(
        assertThrows(
                IOException.class,
                () -> copy("docker-daemon:a:1", "dir:%/e", access(host, tls, certificates)))
            .getMessage());
  }

  @Test
  void onlyADaemonThatProvesItsNameIsTalkedTo() throws Exception {
    TestAuthority authority = TestAuthority.create("daemon");
    Path own = certificates(authority, "own");
    Path other = certificates(TestAuthority.create("other"), "other");
    try (EmbeddedDaemon secure = EmbeddedDaemon.start(Optional.of(authority.server("127.0.0.1")));
        EmbeddedDaemon misnamed =
            EmbeddedDaemon.start(Optional.of(authority.server("elsewhere.example")))) {
      String unknown = "x509: certificate signed by unknown authority";
      for (Optional<Path> certificates : List.of(Optional.of(other), Optional.<Path>empty())) {
        String told = refused(secure.host(), RegistryAccess.Tls.AS_CONFIGURED, certificates);
        assertTrue(told.contains("Cannot connect to the Docker daemon at tcp://127.0.0.1:"), told);
        assertTrue(told.contains(unknown), told);
      }
      String told = refused(misnamed.host(), RegistryAccess.Tls.REQUIRED, Optional.of(own));
      assertTrue(told.contains("failed to verify certificate of 127.0.0.1:"), told);
      // Unverified, it is talked to, but still wants to know who calls.
      assertEquals(
          "loading image from docker engine: Error response from daemon: No such image: a:1",
          refused(misnamed.host(), RegistryAccess.Tls.NOT_VERIFIED, Optional.of(own)));
      assertFalse(
          refused(secure.host(), RegistryAccess.Tls.NOT_VERIFIED, Optional.empty())
              .contains("No such image"));
      Files.delete(own.resolve("ca.pem"));
      assertEquals(
          "loading image from docker engine: "
              + own.resolve("ca.pem")
              + ": no such file; a Docker daemon with TLS is asked with ca.pem, cert.pem and"
              + " key.pem of one directory",
          refused(secure.host(), RegistryAccess.Tls.REQUIRED, Optional.of(own)));
    }
  }

  @Test
  void withoutTlsADaemonIsReachedByItsNameAlone() throws Exception {
    try (EmbeddedDaemon plain = EmbeddedDaemon.start(Optional.empty())) {
      assertEquals(
          "loading image from docker engine: Error response from daemon: No such image: a:1",
          refused(plain.host(), RegistryAccess.Tls.AS_CONFIGURED, Optional.empty()));
      String told =
          refused(
              plain.host().replace("http:", "tcp:"),
              RegistryAccess.Tls.AS_CONFIGURED,
              Optional.empty());
      assertTrue(told.contains("where it speaks no TLS, its host is written http://"), told);
    }
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
