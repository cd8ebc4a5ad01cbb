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
import dev.stowage.model.Document;
import dev.stowage.model.Event;
import dev.stowage.model.LayerCompression;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Platform;
import dev.stowage.model.RegistryException;
import dev.stowage.testkit.EmbeddedRegistry;
import dev.stowage.testkit.ImageGenerator;
import dev.stowage.testkit.TestImage;
import dev.stowage.transfer.CopyOptions;
import dev.stowage.transfer.CopyOptions.Packing;
import dev.stowage.transfer.Listener;
import dev.stowage.transfer.Listener.Progress;
import dev.stowage.transfer.Location;
import dev.stowage.transfer.Outcome;
import dev.stowage.transfer.RegistryAccess;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Pulls from one embedded registry and pushes to another.
class PushTest {
  private static final RegistryAccess PLAIN_HTTP =
      RegistryAccess.DEFAULT.withTls(RegistryAccess.Tls.NOT_VERIFIED);
  private static final PullOptions PULL = PullOptions.DEFAULT.withAccess(PLAIN_HTTP);
  private static final PushOptions PUSH =
      PushOptions.DEFAULT
          .withAccess(PLAIN_HTTP)
          .withRetry(new PullOptions.Retry(1, Duration.ofMillis(1)));

  @TempDir Path directory;
  private EmbeddedRegistry from;
  private EmbeddedRegistry to;
  private Engine engine;
  private TestImage image;
  private String name = "";
  private final List<Progress> told = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void open() throws IOException {
    from = EmbeddedRegistry.start();
    to = EmbeddedRegistry.start();
    Path policy = directory.resolve("machine/etc/containers/policy.json");
    Path _ = Files.createDirectories(policy.getParent());
    Path _ = Files.writeString(policy, "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}");
    Surroundings surroundings =
        new Surroundings(
            Map.of(),
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
    image =
        ImageGenerator.oci()
            .layer(Map.of("etc/name", Bytes.utf8("lower".repeat(500))))
            .randomLayer("data/blob", 90_000, 4)
            .build();
    Digest _ = from.addImage("it/app", "v1", image);
    name = from.host() + "/it/app:v1";
    Pulled _ = engine.pull(name, PULL, Listener.NONE);
  }

  @AfterEach
  void close() throws IOException {
    engine.close();
    from.close();
    to.close();
    assertEquals(List.of(), from.complaints());
    assertEquals(List.of(), to.complaints());
  }

  private Pushed push(String destination, PushOptions options) throws IOException {
    return engine.push(name, Optional.of(destination), options, told::add);
  }

  private static PushOptions as(LayerCompression compression) {
    return PUSH.withCopy(
        PUSH.copy()
            .withForm(
                CopyOptions.Form.AS_IT_IS.withPacking(
                    new Packing.As(compression, OptionalInt.empty(), Packing.Others.REPLACED))));
  }

  private static List<Outcome.Means> means(Pushed pushed) {
    List<Outcome.Means> means = new ArrayList<>();
    pushed.layers().forEach(layer -> means.add(layer.means()));
    return means;
  }

  @Test
  void anImageArrivesAsItWas() throws IOException {
    Pushed pushed = push(to.host() + "/new/app:v2", PUSH);
    Document there = to.manifest("new/app", "v2").orElseThrow();
    assertEquals(image.manifest().bytes(), there.bytes());
    assertEquals(image.manifest().digest(), pushed.digest());
    Event event =
        told.stream()
            .filter(Progress.Changed.class::isInstance)
            .map(progress -> ((Progress.Changed) progress).event())
            .reduce((a, b) -> b)
            .orElseThrow();
    assertEquals(Event.Kind.PUSH, event.kind());
    assertEquals(to.host() + "/new/app:v2", event.name());
    assertEquals(Optional.of(pushed.image().id()), event.image());
  }

  @Test
  void nothingIsSentThatTheRegistryHas() throws IOException {
    from.clearLog();
    Pushed same = push(name, PUSH);
    assertEquals(List.of(Outcome.Means.PRESENT, Outcome.Means.PRESENT), means(same));
    Pushed mounted = push(from.host() + "/other/app:v1", PUSH);
    assertEquals(List.of(Outcome.Means.MOUNTED, Outcome.Means.MOUNTED), means(mounted));
    assertEquals(image.manifest().digest(), mounted.digest());
    long sent = from.log().stream().filter(request -> request.method().equals("PATCH")).count();
    assertTrue(sent <= 2, "the configuration at most: " + from.log());
  }

  @Test
  void withoutOriginalsLayersAreCompressedAnewAndThenTheSameAgain() throws IOException {
    PushOptions local = PUSH.withOriginals(PushOptions.Originals.NOT_FETCHED);
    from.clearLog();
    Pushed first = push(to.host() + "/a/app:1", local);
    assertEquals(List.of(Outcome.Means.COMPRESSED, Outcome.Means.COMPRESSED), means(first));
    assertTrue(from.log().isEmpty(), "nobody asked where it came from: " + from.log());
    Pushed again = push(to.host() + "/a/app:2", local);
    assertEquals(first.digest(), again.digest());
    assertEquals(
        List.of(Outcome.Means.PRESENT_OTHERWISE, Outcome.Means.PRESENT_OTHERWISE), means(again));
  }

  @Test
  void anOriginThatIsGoneIsNoFailure() throws IOException {
    from.close();
    Pushed pushed = push(to.host() + "/a/app:1", PUSH);
    assertEquals(List.of(Outcome.Means.COMPRESSED, Outcome.Means.COMPRESSED), means(pushed));
    from = EmbeddedRegistry.start();
  }

  @Test
  void archivesAndDirectoriesAreDestinationsToo() throws IOException {
    Path layout = directory.resolve("layout");
    Pushed pushed = push("oci:" + layout + ":x", as(LayerCompression.ZSTD));
    assertTrue(Files.exists(layout.resolve("blobs/sha256").resolve(pushed.digest().hex())));
    Path archive = directory.resolve("image.tar");
    Pushed _ = push("docker-archive:" + archive, PUSH);
    assertTrue(Files.size(archive) > 90_000);
  }

  @Test
  void anImageThatIsNotThereIsNotFound() throws IOException {
    assertThrows(
        NotFoundException.class,
        () -> engine.push("nothing", Optional.empty(), PUSH, Listener.NONE));
  }

  @Test
  void aTextWithoutATransportMeansARegistry() throws IOException {
    assertEquals("docker://host:5000/a/b:latest", Pushed.location("host:5000/a/b").toString());
    assertEquals("docker://docker.io/library/a:b", Pushed.location("docker.io/a:b").toString());
    assertEquals(new Location.InDirectory(Paths.get("/x")), Pushed.location("dir:/x"));
  }

  private static RegistryException refused(
      int status, List<String> codes, @Nullable Throwable cause) {
    return new RegistryException(
        "the registry has given up the upload", status, codes, Optional.empty(), cause);
  }

  @Test
  void whatMayPassIsTriedAgainAndNothingElse() throws IOException {
    assertTrue(Retrying.mayPass(new SocketException("reset")));
    assertTrue(Retrying.mayPass(new IOException("stream cut")));
    assertTrue(Retrying.mayPass(new SocketTimeoutException("Read timed out")));
    assertTrue(Retrying.mayPass(refused(503, List.of(), null)));
    assertTrue(Retrying.mayPass(refused(404, List.of("BLOB_UPLOAD_UNKNOWN"), null)));
    assertTrue(Retrying.mayPass(refused(0, List.of(), new SocketException("reset"))));
    assertTrue(Retrying.mayPass(refused(0, List.of(), new EOFException("cut"))));
    assertTrue(
        Retrying.mayPass(
            refused(0, List.of(), refused(0, List.of(), new SocketTimeoutException("silent")))));
    assertFalse(Retrying.mayPass(refused(404, List.of("BLOB_UNKNOWN"), null)));
    assertFalse(Retrying.mayPass(refused(404, List.of(), new SocketException("reset"))));
    assertFalse(Retrying.mayPass(refused(0, List.of(), null)));
    assertFalse(Retrying.mayPass(refused(0, List.of(), new ConnectException("refused"))));
    assertFalse(Retrying.mayPass(new ConnectException("refused")));
    assertFalse(Retrying.mayPass(new NotFoundException(NotFoundException.Kind.IMAGE, "x")));
    assertFalse(Retrying.mayPass(new java.nio.file.NoSuchFileException("x")));
  }
}
