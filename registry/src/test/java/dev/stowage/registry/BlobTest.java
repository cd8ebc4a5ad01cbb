package dev.stowage.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.Descriptor;
import dev.stowage.model.MismatchException;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.RegistryException;
import dev.stowage.testkit.Access;
import dev.stowage.testkit.EmbeddedRegistry;
import dev.stowage.testkit.EmbeddedRegistry.Setup;
import dev.stowage.testkit.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlobTest {
  private static final Descriptor BLOB = Clients.bigLayer();
  private static final byte[] CONTENT = Clients.IMAGE.layers().getFirst().toArray();
  private EmbeddedRegistry registry;
  private Registries client;
  private RemoteRepository repository;

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
  }

  private byte[] pull(Descriptor blob) throws IOException {
    try (InputStream in = repository.blob(blob)) {
      return in.readAllBytes();
    }
  }

  private List<String> ranges() {
    return registry.log("/blobs/").stream()
        .map(request -> request.header("Range").orElse(""))
        .toList();
  }

  private static String message(Exception e) {
    return String.valueOf(e.getMessage());
  }

  @Test
  void aBlobComesWhole() throws IOException {
    assertArrayEquals(CONTENT, pull(BLOB));
    assertEquals(List.of(""), ranges());
  }

  @Test
  void aBlobInChunksComesWholeAndKeepsItsConnection() throws IOException {
    registry.misbehave(new Fault.Chunked(), "/blobs/");
    assertArrayEquals(CONTENT, pull(BLOB));
    assertArrayEquals(CONTENT, pull(BLOB));
    assertEquals(1, registry.log("/blobs/").stream().map(r -> r.connection()).distinct().count());
  }

  @Test
  void aCutLineIsTakenUpWhereItWasCut() throws IOException {
    registry.misbehave(new Fault.Cut(1_000_000), "/blobs/", 1);
    assertArrayEquals(CONTENT, pull(BLOB));
    assertEquals(List.of("", "bytes=1000000-"), ranges());
  }

  @Test
  void aLineThatIsCutAgainAndAgainStillBringsTheBlob() throws IOException {
    registry.misbehave(new Fault.Cut(200_000), "/blobs/", 3);
    assertArrayEquals(CONTENT, pull(BLOB));
    assertEquals(List.of("", "bytes=200000-", "bytes=400000-", "bytes=600000-"), ranges());
  }

  @Test
  void cutsWithoutProgressEndAndSayWhere() {
    registry.misbehave(new Fault.Cut(100_000), "/blobs/", 1);
    registry.misbehave(new Fault.Cut(0), "/blobs/");
    RegistryException e = assertThrows(RegistryException.class, () -> pull(BLOB));
    assertTrue(message(e).contains("stopped at byte 100000 of " + BLOB.size()), message(e));
    assertEquals(4, ranges().size());
  }

  @Test
  void progressEarnsFurtherAttempts() throws IOException {
    byte[] big = new byte[30_000_000];
    Descriptor blob =
        registry.addBlob("team/app", BLOB.type(), dev.stowage.model.Bytes.copyOf(big));
    registry.misbehave(new Fault.Cut(2_000_000), "/blobs/", 12);
    assertArrayEquals(big, pull(blob));
    assertEquals(13, ranges().size());
  }

  @Test
  void aServerWithoutRangesIsReadFromTheBeginningAgain() throws IOException {
    registry.misbehave(new Fault.Cut(1_000_000), "/blobs/", 1);
    registry.misbehave(new Fault.IgnoreRange(), "/blobs/");
    assertArrayEquals(CONTENT, pull(BLOB));
  }

  @Test
  void aWrongRangeIsNotGluedIn() {
    registry.misbehave(new Fault.Cut(1_000_000), "/blobs/", 1);
    registry.misbehave(new Fault.WrongRange(1), "/blobs/");
    Exception e = assertThrows(IOException.class, () -> pull(BLOB));
    assertTrue(message(e).contains("asked for the bytes from 1000000 on"), message(e));
  }

  @Test
  void aCopyThatChangedMeanwhileIsNotGluedIn() {
    registry.misbehave(new Fault.Cut(1_000_000), "/blobs/", 1);
    registry.misbehave(
        new Fault.Header("ETag", "\"other\""),
        request -> request.header("Range").isPresent(),
        Integer.MAX_VALUE);
    Exception e = assertThrows(IOException.class, () -> pull(BLOB));
    assertTrue(message(e).contains("changed between two parts"), message(e));
  }

  @Test
  void anAnnouncementOfAnotherLengthIsRefusedAtOnce() {
    registry.misbehave(new Fault.WrongLength(5), "/blobs/");
    assertThrows(MismatchException.class, () -> pull(BLOB));
    assertEquals(1, ranges().size());
  }

  @Test
  void aBlobShorterThanItsDescriptorFails() {
    registry.misbehave(new Fault.Chunked(), "/blobs/");
    Descriptor longer = new Descriptor(BLOB.type(), BLOB.digest(), BLOB.size() + 10);
    assertThrows(IOException.class, () -> pull(longer));
  }

  @Test
  void aBlobLongerThanItsDescriptorFails() {
    registry.misbehave(new Fault.Chunked(), "/blobs/");
    Descriptor shorter = new Descriptor(BLOB.type(), BLOB.digest(), BLOB.size() - 10);
    assertThrows(MismatchException.class, () -> pull(shorter));
  }

  @Test
  void aStalledLineIsCutByUsAndTakenUpAgain() throws IOException {
    registry.misbehave(new Fault.Stall(500_000), "/blobs/", 1);
    assertArrayEquals(CONTENT, pull(BLOB));
    assertEquals(List.of("", "bytes=500000-"), ranges());
  }

  @Test
  void aTrickleIsNotEnough() {
    registry.misbehave(new Fault.Slow(1, Duration.ofMillis(20)), "/blobs/");
    RegistryException e = assertThrows(RegistryException.class, () -> pull(BLOB));
    assertTrue(message(e).contains("i/o timeout: only"), message(e));
  }

  @Test
  void aMissingBlobIsNotFound() {
    Descriptor missing =
        new Descriptor(BLOB.type(), dev.stowage.model.Digest.sha256("0".repeat(64)), 10);
    NotFoundException e = assertThrows(NotFoundException.class, () -> pull(missing));
    assertEquals(NotFoundException.Kind.BLOB, e.kind());
    assertTrue(message(e).endsWith("blob unknown to registry"), message(e));
  }

  @Test
  void aBlobMayBeWantedFromTheMiddle() throws IOException {
    try (InputStream in = repository.blob(BLOB, 1_000_000)) {
      assertEquals(CONTENT.length - 1_000_000, in.readAllBytes().length);
    }
    try (InputStream in = repository.blob(BLOB, BLOB.size())) {
      assertEquals(-1, in.read());
    }
  }

  @Test
  void anEmptyBlobIsNoTrouble() throws IOException {
    Descriptor empty = registry.addBlob("team/app", BLOB.type(), dev.stowage.model.Bytes.empty());
    assertEquals(0, pull(empty).length);
  }

  @Test
  void busyAnswersToBlobsAreWaitedOut() throws IOException {
    registry.misbehave(new Fault.Busy(503, "0"), "/blobs/", 2);
    assertArrayEquals(CONTENT, pull(BLOB));
    assertEquals(3, ranges().size());
  }

  @Test
  void contentThatLivesElsewhereIsFetchedThereWithoutCredentials() throws IOException {
    try (EmbeddedRegistry elsewhere = Clients.filled()) {
      Descriptor blob =
          Clients.foreign(
              List.of(
                  "ftp://127.0.0.1/x", elsewhere.url() + "/v2/team/app/blobs/" + BLOB.digest()));
      assertArrayEquals(CONTENT, pull(blob));
      assertEquals(1, elsewhere.log("/blobs/").size());
      assertTrue(elsewhere.log().getFirst().header("Authorization").isEmpty());
      assertEquals(List.of(), registry.log("/blobs/"));
    }
  }

  @Test
  void aForeignPlaceThatFailsFallsBackToTheRegistry() throws IOException {
    try (EmbeddedRegistry elsewhere = EmbeddedRegistry.start()) {
      Descriptor blob = Clients.foreign(List.of(elsewhere.url() + "/nowhere"));
      assertArrayEquals(CONTENT, pull(blob));
    }
  }

  @Test
  void anInterruptEndsAReadAtOnce() throws Exception {
    registry.misbehave(new Fault.Stall(1000), "/blobs/");
    try (Registries patient =
        new Registries(ClientSettings.DEFAULT.withRetries(Clients.SETTINGS.retries()))) {
      CompletableFuture<byte[]> result = new CompletableFuture<>();
      Thread thread =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try (InputStream in = Clients.at(patient, registry).blob(BLOB)) {
                      result.complete(in.readAllBytes());
                    } catch (IOException | RuntimeException e) {
                      result.completeExceptionally(e);
                    }
                  });
      while (registry.log("/blobs/").isEmpty()) {
        Thread.sleep(10);
      }
      Thread.sleep(100);
      thread.interrupt();
      ExecutionException e =
          assertThrows(ExecutionException.class, () -> result.get(10, TimeUnit.SECONDS));
      assertTrue(e.getCause() instanceof InterruptedIOException, () -> "" + e.getCause());
    }
  }

  @Test
  void whoWillReadIsToldTheSizeWithoutTheRightToWrite() throws IOException {
    try (EmbeddedRegistry guarded =
        Clients.filled(
            Setup.DEFAULT.with(new Access.Tokens("jane", "hunter2", Access.Anonymous.PULL, 300)))) {
      assertEquals(
          OptionalLong.of(BLOB.size()), Clients.at(client, guarded).sizeToRead(BLOB.digest()));
      String query =
          URLDecoder.decode(guarded.log("/token").getFirst().query(), StandardCharsets.UTF_8);
      assertTrue(query.endsWith("scope=repository:team/app:pull"), query);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404, 405, 410})
  void aRegistryThatSaysItLacksABlobIsBelieved(int status) throws IOException {
    registry.misbehave(new Fault.Refuse(status, "", ""), "/blobs/");
    assertEquals(OptionalLong.empty(), repository.sizeToRead(BLOB.digest()));
  }

  @Test
  void whereHeadIsNotAnsweredGetTellsTheSize() throws IOException {
    registry.misbehave(
        new Fault.Refuse(405, "", ""),
        request -> request.method().equals("HEAD"),
        Integer.MAX_VALUE);
    assertEquals(OptionalLong.of(BLOB.size()), repository.sizeToRead(BLOB.digest()));
  }

  @ParameterizedTest
  @CsvSource({"/v2/,404", "/v2/,400", "/blobs/,401", "/blobs/,403", "/blobs/,451", "/blobs/,503"})
  void whoeverDoesNotSaySoMayHaveABlob(String path, int status) {
    registry.misbehave(new Fault.Refuse(status, "", ""), path);
    assertThrows(RegistryException.class, () -> repository.sizeToRead(BLOB.digest()));
  }
}
