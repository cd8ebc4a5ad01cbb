package dev.stowage.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.MediaType;
import dev.stowage.model.RegistryException;
import dev.stowage.model.UnsupportedException;
import dev.stowage.testkit.Access;
import dev.stowage.testkit.CuttingLine;
import dev.stowage.testkit.EmbeddedRegistry;
import dev.stowage.testkit.EmbeddedRegistry.Places;
import dev.stowage.testkit.EmbeddedRegistry.Setup;
import dev.stowage.testkit.Fault;
import dev.stowage.testkit.LoggedRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UploadTest {
  private static final String TEAM = "team/app";
  private static final MediaType TYPE = MediaType.OCI_LAYER_GZIP;
  private static final Bytes BIG = random(20_000_000, 7);
  private static final Bytes SMALL = random(5000, 8);

  private static Bytes random(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return Bytes.owning(bytes);
  }

  private static Descriptor of(Bytes content) {
    return new Descriptor(TYPE, Digest.of(content), content.length());
  }

  private static RemoteRepository repository(Registries client, EmbeddedRegistry registry)
      throws IOException {
    return client.repository(Clients.plain(registry, TEAM), Clients.JANE);
  }

  private static void push(EmbeddedRegistry registry, Bytes content) throws IOException {
    try (Registries client = Clients.open()) {
      repository(client, registry).push(of(content), content.stream());
    }
  }

  private static void assertHolds(EmbeddedRegistry registry, Bytes content) throws IOException {
    assertEquals(Optional.of(content), registry.blob(TEAM, Digest.of(content)));
    assertEquals(0, registry.openUploads(TEAM));
    assertEquals(List.of(), registry.complaints());
  }

  private static Predicate<LoggedRequest> nth(String method, int number) {
    int[] seen = {0};
    return request -> request.method().equals(method) && ++seen[0] == number;
  }

  private static List<String> methods(EmbeddedRegistry registry) {
    return registry.log("/blobs/").stream().map(LoggedRequest::method).toList();
  }

  private static long sentBytes(EmbeddedRegistry registry) {
    return registry.log("/blobs/").stream()
        .mapToLong(request -> Long.parseLong(request.header("Content-Length").orElse("0")))
        .sum();
  }

  @Test
  void aSmallBlobIsSentWhole() throws IOException {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start()) {
      push(registry, SMALL);
      assertHolds(registry, SMALL);
      assertEquals(List.of("POST", "PUT"), methods(registry));
    }
  }

  @Test
  void anEmptyBlobIsABlob() throws IOException {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start()) {
      push(registry, Bytes.empty());
      assertHolds(registry, Bytes.empty());
    }
  }

  @ParameterizedTest
  @EnumSource(Places.class)
  void aBigBlobIsSentInChunksHoweverTheRegistryNamesThePlace(Places places) throws IOException {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start(Setup.DEFAULT.with(places))) {
      push(registry, BIG);
      assertHolds(registry, BIG);
      assertEquals(List.of("POST", "PATCH", "PATCH", "PATCH", "PUT"), methods(registry));
    }
  }

  @Test
  void afterACutOnlyWhatIsLackingIsSent() throws IOException {
    try (EmbeddedRegistry registry =
        EmbeddedRegistry.start(Setup.DEFAULT.with(Places.WITH_STATE))) {
      registry.misbehave(new Fault.CutRequest(3_000_000, Fault.Kept.PART), nth("PATCH", 2), 1);
      push(registry, BIG);
      assertHolds(registry, BIG);
      LoggedRequest third =
          registry.log("/blobs/").stream()
              .filter(request -> request.method().equals("PATCH"))
              .toList()
              .get(2);
      long resumed = 8 * 1024 * 1024 + 3_000_000;
      assertTrue(
          third.header("Content-Range").orElse("").startsWith(resumed + "-"), third::toString);
    }
  }

  @Test
  void aRegistryThatForgetsPartsGetsSmallerChunks() throws IOException {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start()) {
      registry.misbehave(new Fault.CutRequest(3_000_000, Fault.Kept.NOTHING), nth("PATCH", 2), 1);
      push(registry, BIG);
      assertHolds(registry, BIG);
      assertTrue(
          sentBytes(registry) <= BIG.length() + BlobUpload.CHUNK, () -> "" + sentBytes(registry));
      assertEquals(
          Optional.of("" + BlobUpload.SMALL_CHUNK),
          registry.log("/blobs/").get(4).header("Content-Length"));
    }
  }

  @Test
  void anUploadThatIsLostBeforeAnythingCountedBeginsAnew() throws IOException {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start()) {
      registry.misbehave(new Fault.CutRequest(3_000_000, Fault.Kept.NO_UPLOAD), nth("PATCH", 1), 1);
      push(registry, BIG);
      assertHolds(registry, BIG);
    }
  }

  @Test
  void anUploadThatIsLostLaterIsToldWithItsPlace() throws IOException {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start()) {
      registry.misbehave(new Fault.CutRequest(3_000_000, Fault.Kept.NO_UPLOAD), nth("PATCH", 2), 1);
      RegistryException e = assertThrows(RegistryException.class, () -> push(registry, BIG));
      assertEquals(
          "uploading blob "
              + Digest.of(BIG)
              + " to "
              + registry.host()
              + "/team/app: stopped at byte 8388608 of 20000000, and the registry does not let the"
              + " upload go on: blob upload unknown: blob upload unknown to registry",
          e.getMessage());
      assertEquals(List.of("BLOB_UPLOAD_UNKNOWN"), e.codes());
    }
  }

  @Test
  void aLostAnswerToAChunkIsAskedFor() throws IOException {
    try (EmbeddedRegistry registry =
        EmbeddedRegistry.start(Setup.DEFAULT.with(Places.WITH_STATE))) {
      registry.misbehave(new Fault.LoseAnswer(), nth("PATCH", 1), 1);
      push(registry, BIG);
      assertHolds(registry, BIG);
      assertEquals(BIG.length(), sentBytes(registry));
    }
  }

  @ParameterizedTest
  @EnumSource(Places.class)
  void aLostAnswerToTheEndIsAskedFor(Places places) throws IOException {
    for (Bytes content : List.of(SMALL, BIG)) {
      try (EmbeddedRegistry registry = EmbeddedRegistry.start(Setup.DEFAULT.with(places))) {
        registry.misbehave(new Fault.LoseAnswer(), nth("PUT", 1), 1);
        push(registry, content);
        assertHolds(registry, content);
        assertEquals(content.length(), sentBytes(registry));
      }
    }
  }

  @Test
  void aBusyRegistryIsWaitedFor() throws IOException {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start()) {
      registry.misbehave(new Fault.Busy(429, "0"), nth("POST", 1), 1);
      registry.misbehave(new Fault.Busy(503, "0"), nth("PATCH", 2), 2);
      registry.misbehave(new Fault.Busy(429, "0"), nth("PUT", 1), 1);
      push(registry, BIG);
      assertHolds(registry, BIG);
    }
  }

  @Test
  void aWaitThatIsTooLongIsTold() throws IOException {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start()) {
      registry.misbehave(new Fault.Busy(429, "600"), nth("PATCH", 1), 1);
      RegistryException e = assertThrows(RegistryException.class, () -> push(registry, BIG));
      assertTrue(
          String.valueOf(e.getMessage())
              .endsWith(
                  "toomanyrequests: slow down (the registry asks to wait 10 minutes before the"
                      + " next attempt)"),
          e.getMessage());
      assertEquals(0, registry.openUploads(TEAM));
    }
  }

  @Test
  void aTokenThatExpiresMeanwhileIsRenewed() throws IOException {
    try (EmbeddedRegistry registry =
        EmbeddedRegistry.start(
            Setup.DEFAULT.with(
                new Access.Tokens("jane", "hunter2", Access.Anonymous.NOTHING, 300)))) {
      registry.misbehave(
          new Fault.Header("X-Seen", "1"),
          request -> {
            if (request.method().equals("PATCH")
                && request.header("Content-Range").orElse("").startsWith("8388608-")
                && registry.log("/token").size() == 1) {
              registry.revokeTokens();
            }
            return false;
          },
          1);
      push(registry, BIG);
      assertHolds(registry, BIG);
      assertEquals(2, registry.log("/token").size());
      assertEquals(
          List.of("repository:team/app:pull,push"),
          registry
              .log("/token")
              .getLast()
              .query()
              .lines()
              .map(
                  query ->
                      java.net.URLDecoder.decode(query, java.nio.charset.StandardCharsets.UTF_8))
              .map(query -> query.substring(query.indexOf("scope=") + 6))
              .toList());
    }
  }

  @Test
  void anotherHostGetsTheBytesAndNoCredentials() throws IOException {
    try (EmbeddedRegistry registry =
            EmbeddedRegistry.start(Setup.DEFAULT.with(new Access.Password("jane", "hunter2")));
        EmbeddedRegistry other = EmbeddedRegistry.start()) {
      String elsewhere = other.beginUpload(TEAM);
      registry.misbehave(
          new Fault.Header("Location", elsewhere),
          request -> request.header("Authorization").isPresent() && request.method().equals("POST"),
          1);
      push(registry, BIG);
      assertHolds(other, BIG);
      assertTrue(
          other.log().stream().noneMatch(request -> request.header("Authorization").isPresent()));
    }
  }

  @Test
  void aRedirectedChunkGoesAlongWithoutCredentials() throws IOException {
    try (EmbeddedRegistry registry =
            EmbeddedRegistry.start(Setup.DEFAULT.with(new Access.Password("jane", "hunter2")));
        EmbeddedRegistry other = EmbeddedRegistry.start()) {
      String elsewhere = other.beginUpload(TEAM);
      registry.misbehave(new Fault.Redirect(307, elsewhere), nth("PATCH", 1), 1);
      push(registry, BIG);
      assertHolds(other, BIG);
      assertTrue(
          other.log().stream().noneMatch(request -> request.header("Authorization").isPresent()));
    }
  }

  @Test
  void theSmallestChunkThatTheRegistryTakesIsKept() throws IOException {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start()) {
      registry.misbehave(new Fault.Header("OCI-Chunk-Min-Length", "10000000"), nth("POST", 1), 1);
      push(registry, BIG);
      assertHolds(registry, BIG);
      assertEquals(List.of("POST", "PATCH", "PATCH", "PUT"), methods(registry));
    }
    try (EmbeddedRegistry registry = EmbeddedRegistry.start()) {
      registry.misbehave(
          new Fault.Header("OCI-Chunk-Min-Length", "100000000000"), nth("POST", 1), 1);
      assertThrows(UnsupportedException.class, () -> push(registry, BIG));
    }
  }

  @Test
  void aProxyThatTakesSmallBodiesOnlyGetsSmallBodies() throws IOException {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start()) {
      registry.misbehave(
          new Fault.Refuse(413, "", ""),
          request -> Long.parseLong(request.header("Content-Length").orElse("0")) > 1_000_000,
          Integer.MAX_VALUE);
      push(registry, BIG);
      assertHolds(registry, BIG);
      Bytes whole = Clients.IMAGE.blobs().getFirst();
      push(registry, whole);
      assertHolds(registry, whole);
    }
  }

  @Test
  void aProxyThatTakesNoBodyAtAllIsTold() throws IOException {
    for (Bytes content : List.of(SMALL, Clients.IMAGE.blobs().getFirst(), BIG)) {
      try (EmbeddedRegistry registry = EmbeddedRegistry.start()) {
        registry.misbehave(
            new Fault.Refuse(413, "", ""),
            request -> !request.header("Content-Length").orElse("0").equals("0"),
            Integer.MAX_VALUE);
        RegistryException e = assertThrows(RegistryException.class, () -> push(registry, content));
        assertEquals(413, e.status());
        assertEquals(0, registry.openUploads(TEAM));
        assertTrue(registry.log("/blobs/").size() < 10, () -> "" + methods(registry));
      }
    }
  }

  @Test
  void aRegistryThatHasNothingLeftAfterProgressHasLostTheUpload() throws IOException {
    try (EmbeddedRegistry registry =
        EmbeddedRegistry.start(Setup.DEFAULT.with(Places.WITH_STATE))) {
      registry.misbehave(new Fault.CutRequest(3_000_000, Fault.Kept.NOTHING), nth("PATCH", 2), 1);
      registry.misbehave(
          new Fault.Header("Range", "0-0"), nth("GET", 2), 1); // the first GET is the greeting
      RegistryException e = assertThrows(RegistryException.class, () -> push(registry, BIG));
      assertTrue(
          String.valueOf(e.getMessage())
              .endsWith("the registry has lost what it had: it keeps 1 bytes of 16777216"),
          e.getMessage());
      assertEquals(List.of(BlobUpload.LOST), e.codes());
    }
  }

  @Test
  void anUploadThatWasPutTogetherWronglyBeginsAnewOnce() throws IOException {
    for (int refusals = 1; refusals <= 2; refusals++) {
      try (EmbeddedRegistry registry = EmbeddedRegistry.start()) {
        registry.misbehave(new Fault.Busy(503, "0"), nth("POST", 1), 1);
        registry.misbehave(
            new Fault.Refuse(400, "DIGEST_INVALID", "it is another"),
            request -> request.method().equals("PUT"),
            refusals);
        if (refusals == 1) {
          push(registry, SMALL);
          assertEquals(Optional.of(SMALL), registry.blob(TEAM, Digest.of(SMALL)));
        } else {
          RegistryException e = assertThrows(RegistryException.class, () -> push(registry, SMALL));
          assertEquals(List.of("DIGEST_INVALID"), e.codes());
        }
      }
    }
    try (EmbeddedRegistry registry = EmbeddedRegistry.start()) {
      registry.misbehave(new Fault.CutRequest(1000, Fault.Kept.PART), nth("PATCH", 2), 1);
      registry.misbehave(
          new Fault.Refuse(400, "DIGEST_INVALID", "it is another"), nth("PUT", 1), 1);
      RegistryException e = assertThrows(RegistryException.class, () -> push(registry, BIG));
      assertEquals(List.of(BlobUpload.LOST), e.codes());
      push(registry, BIG);
      assertHolds(registry, BIG);
    }
  }

  @Test
  void anInterruptTakesTheUploadBack() throws Exception {
    CountDownLatch flowing = new CountDownLatch(1);
    InputStream endless =
        new InputStream() {
          private long count;

          @Override
          public int read() {
            return 0;
          }

          @Override
          public int read(byte[] target, int offset, int wanted) {
            count += wanted;
            if (count > 30_000_000) {
              flowing.countDown();
            }
            return wanted;
          }
        };
    try (EmbeddedRegistry registry = EmbeddedRegistry.start();
        Registries client = Clients.open()) {
      RemoteRepository repository = repository(client, registry);
      Throwable[] seen = new Throwable[1];
      Thread thread =
          Thread.ofVirtual()
              .start(
                  () ->
                      seen[0] =
                          assertThrows(IOException.class, () -> repository.push(TYPE, endless)));
      assertTrue(flowing.await(10, TimeUnit.SECONDS));
      thread.interrupt();
      assertTrue(thread.join(java.time.Duration.ofSeconds(10)));
      assertTrue(seen[0] instanceof java.io.InterruptedIOException, () -> "" + seen[0]);
      assertEquals(0, registry.openUploads(TEAM));
    }
  }

  @Test
  void overALineThatIsCutAgainAndAgainLittleIsSentTwice() throws IOException {
    Bytes content = random(40_000_000, 9);
    try (EmbeddedRegistry registry = EmbeddedRegistry.start();
        CuttingLine line = CuttingLine.to(registry.port(), 4_000_000);
        Registries client =
            new Registries(
                Clients.SETTINGS.withRetries(
                    new Retries(
                        4,
                        java.time.Duration.ofMillis(60),
                        java.time.Duration.ofSeconds(2),
                        40)))) {
      RemoteRepository repository =
          client.repository(
              dev.stowage.config.Endpoint.of(
                      dev.stowage.model.Reference.parse(line.host() + "/" + TEAM))
                  .with(dev.stowage.config.RegistryEntry.Security.INSECURE),
              Clients.ANONYMOUS);
      repository.push(of(content), content.stream());
      assertHolds(registry, content);
      assertTrue(line.cuts() >= 9, () -> "" + line.cuts());
      assertTrue(line.up() <= content.length() * 1.02, () -> "" + line.up());
      try (InputStream back = repository.blob(of(content))) {
        assertEquals(content, Bytes.owning(back.readAllBytes()));
      }
      assertTrue(line.down() <= content.length() * 1.02, () -> "" + line.down());
    }
  }
}
