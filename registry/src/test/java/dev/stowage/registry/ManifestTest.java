package dev.stowage.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.MediaType;
import dev.stowage.model.MismatchException;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.RegistryException;
import dev.stowage.model.Tag;
import dev.stowage.testkit.EmbeddedRegistry;
import dev.stowage.testkit.Fault;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ManifestTest {
  private EmbeddedRegistry registry;
  private Registries client;
  private RemoteRepository repository;
  private static final Tag V1 = new Tag("v1");

  @BeforeEach
  void start() throws IOException {
    registry = Clients.filled();
    client = Clients.open();
    repository = Clients.at(client, registry);
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    registry.close();
    assertEquals(List.of(), registry.complaints());
  }

  private static String message(Exception e) {
    return String.valueOf(e.getMessage());
  }

  @Test
  void aManifestComesExactlyAsItWasPushed() throws IOException {
    assertEquals(Clients.IMAGE.manifest(), repository.manifest(V1));
    assertEquals(Clients.IMAGE.manifest(), repository.manifest(Clients.IMAGE.manifest().digest()));
    assertEquals(Clients.IMAGE.manifest().digest(), repository.digest(V1));
  }

  @Test
  void requestsSayWhoIsCallingAndReuseTheirConnection() throws IOException {
    repository.manifest(V1);
    repository.manifest(V1);
    assertEquals(
        List.of("GET /v2/", "GET /v2/team/app/manifests/v1", "GET /v2/team/app/manifests/v1"),
        registry.log().stream().map(Object::toString).toList());
    int last = registry.log().getLast().connection();
    assertTrue(registry.log().stream().allMatch(request -> request.connection() == last));
    assertEquals("stowage", registry.log().getLast().header("User-Agent").orElseThrow());
  }

  @Test
  void anUnknownTagReadsAsPodmanSaysIt() {
    NotFoundException e =
        assertThrows(NotFoundException.class, () -> repository.manifest(new Tag("nope")));
    assertEquals(NotFoundException.Kind.MANIFEST, e.kind());
    assertEquals(
        "reading manifest nope in " + registry.host() + "/team/app: manifest unknown", message(e));
    assertThrows(NotFoundException.class, () -> repository.digest(new Tag("nope")));
  }

  @Test
  void otherBytesThanTheDigestAskedForAreRefused() {
    registry.misbehave(new Fault.WrongContent(), "/manifests/");
    MismatchException e =
        assertThrows(
            MismatchException.class, () -> repository.manifest(Clients.IMAGE.manifest().digest()));
    assertEquals(Clients.IMAGE.manifest().digest().toString(), e.wanted());
  }

  @Test
  void otherBytesThanTheRegistryStatesForATagAreRefused() {
    registry.misbehave(new Fault.WrongContent(), "/manifests/");
    assertThrows(MismatchException.class, () -> repository.manifest(V1));
  }

  @Test
  void anEndlessManifestEndsAtTheLimit() {
    registry.misbehave(new Fault.Endless(), "/manifests/");
    RegistryException e = assertThrows(RegistryException.class, () -> repository.manifest(V1));
    assertTrue(message(e).endsWith("exceeded maximum allowed size of 4194304 bytes"), message(e));
  }

  @Test
  void aHugeStatedLengthIsNotEvenRead() {
    registry.misbehave(new Fault.WrongLength(10_000_000_000L), "/manifests/");
    assertThrows(RegistryException.class, () -> repository.manifest(V1));
  }

  @Test
  void aWebPageIsCalledAWebPage() {
    registry.misbehave(new Fault.Page(), "/manifests/");
    RegistryException e = assertThrows(RegistryException.class, () -> repository.manifest(V1));
    assertTrue(message(e).contains("a web page, not a manifest"), message(e));
  }

  @Test
  void aTypeThatSaysNothingIsReadFromTheManifest() throws IOException {
    registry.misbehave(new Fault.Header("Content-Type", "application/json"), "/manifests/");
    assertEquals(MediaType.OCI_MANIFEST, repository.manifest(V1).type());
  }

  @Test
  void aTypeMayHaveParameters() throws IOException {
    registry.misbehave(
        new Fault.Header("Content-Type", MediaType.OCI_MANIFEST + "; charset=utf-8"),
        "/manifests/");
    assertEquals(MediaType.OCI_MANIFEST, repository.manifest(V1).type());
  }

  @Test
  void anOldSchemaKeepsItsTypeSoThatItsReaderCanRefuseIt() throws IOException {
    Bytes old = Bytes.utf8("{\"schemaVersion\":1,\"name\":\"x\",\"signatures\":[]}");
    Digest digest =
        registry.addManifest("team/app", "old", new Document(MediaType.DOCKER_SCHEMA1_SIGNED, old));
    assertEquals(MediaType.DOCKER_SCHEMA1_SIGNED, repository.manifest(digest).type());
    assertEquals(MediaType.DOCKER_SCHEMA1_SIGNED, repository.manifest(new Tag("old")).type());
  }

  @Test
  void aManifestCutInTheMiddleIsAnErrorOfTheRegistry() {
    registry.misbehave(new Fault.Cut(10), "/manifests/");
    RegistryException e = assertThrows(RegistryException.class, () -> repository.manifest(V1));
    assertTrue(message(e).contains("unexpected EOF"), message(e));
  }

  @Test
  void aBusyRegistryIsAskedAgain() throws IOException {
    registry.misbehave(new Fault.Busy(429, "0"), "/manifests/", 1);
    registry.misbehave(new Fault.Refuse(503, "", ""), "/manifests/", 1);
    registry.misbehave(new Fault.Silence(), "/manifests/", 1);
    assertEquals(Clients.IMAGE.manifest(), repository.manifest(V1));
    assertEquals(4, registry.log("/manifests/").size());
  }

  @Test
  void aRegistryThatStaysBusyIsGivenUp() {
    registry.misbehave(new Fault.Refuse(500, "", ""), "/manifests/");
    RegistryException e = assertThrows(RegistryException.class, () -> repository.manifest(V1));
    assertEquals(500, e.status());
    assertTrue(
        message(e).contains("received unexpected HTTP status: 500 Internal Server Error"),
        message(e));
    assertEquals(4, registry.log("/manifests/").size());
  }

  @Test
  void aRegistryThatAsksForTooMuchPatienceIsNotWaitedFor() {
    registry.misbehave(new Fault.Busy(429, "3600"), "/manifests/");
    RegistryException e = assertThrows(RegistryException.class, () -> repository.manifest(V1));
    assertEquals(429, e.status());
    assertEquals(List.of("TOOMANYREQUESTS"), e.codes());
    assertEquals(java.time.Duration.ofHours(1), e.retryAfter().orElseThrow());
    assertEquals(1, registry.log("/manifests/").size());
  }

  @Test
  void aDeniedManifestReadsAsPodmanSaysIt() {
    registry.misbehave(
        new Fault.Refuse(403, "DENIED", "requested access to the resource is denied"),
        "/manifests/");
    RegistryException e = assertThrows(RegistryException.class, () -> repository.manifest(V1));
    assertTrue(
        message(e)
            .startsWith(
                "reading manifest v1 in "
                    + registry.host()
                    + "/team/app: requested access to the resource is denied"),
        message(e));
    assertEquals(List.of("DENIED"), e.codes());
    assertFalse(message(e).contains("hunter2"));
  }

  @Test
  void theRegistrysWordsCannotReachTheTerminalAsCommands() {
    registry.misbehave(new Fault.Refuse(403, "DENIED", "\u001b[31mred\u0007"), "/manifests/");
    RegistryException e = assertThrows(RegistryException.class, () -> repository.manifest(V1));
    assertFalse(message(e).contains("\u001b"));
  }

  @Test
  void garbageIsNotTakenForAnAnswer() {
    registry.misbehave(new Fault.Garbage("SSH-2.0-OpenSSH_9.2\r\n"), "/manifests/");
    Exception e = assertThrows(IOException.class, () -> repository.manifest(V1));
    assertTrue(message(e).contains("malformed HTTP response"), message(e));
  }

  @Test
  void endlessHeadersEnd() {
    registry.misbehave(
        new Fault.Garbage("HTTP/1.1 200 OK\r\n" + "A: b\r\n".repeat(1000) + "\r\n"), "/manifests/");
    Exception e = assertThrows(IOException.class, () -> repository.manifest(V1));
    assertTrue(message(e).contains("header fields"), message(e));
  }

  @Test
  void aRegistryThatSaysNothingTimesOut() {
    registry.misbehave(new Fault.Stall(0), "/manifests/");
    RegistryException e = assertThrows(RegistryException.class, () -> repository.manifest(V1));
    assertTrue(message(e).contains("i/o timeout"), message(e));
  }

  @Test
  void aWarningOfTheRegistryIsHeardOnce() throws IOException {
    List<String> heard = new java.util.concurrent.CopyOnWriteArrayList<>();
    registry.misbehave(new Fault.Header("Warning", "299 - \"going away \\\"soon\\\"\""), "/v2/");
    try (Registries listening =
        new Registries(Clients.SETTINGS.withNotices((_, text) -> heard.add(text)))) {
      RemoteRepository place = Clients.at(listening, registry);
      place.manifest(V1);
      place.manifest(V1);
    }
    assertEquals(List.of("going away \"soon\""), heard);
  }
}
