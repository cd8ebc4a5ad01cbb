package dev.stowage.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.MalformedException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderParsersTest {
  private static List<Challenge> challenges(String... fields) {
    Headers headers = Headers.NONE;
    for (String field : fields) {
      headers = headers.with("www-authenticate", field);
    }
    return Challenge.of(headers);
  }

  @Test
  void aBearerChallengeIsRead() {
    assertEquals(
        List.of(
            new Challenge(
                "bearer",
                Map.of(
                    "realm", "https://auth.example/token",
                    "service", "registry.example",
                    "scope", "repository:a/b:pull,push"))),
        challenges(
            "Bearer realm=\"https://auth.example/token\",service=\"registry.example\","
                + "scope=\"repository:a/b:pull,push\""));
  }

  @Test
  void severalChallengesInOneFieldAreToldApart() {
    assertEquals(
        List.of(
            new Challenge("basic", Map.of("realm", "a, b")),
            new Challenge("bearer", Map.of("realm", "x", "service", "y")),
            new Challenge("negotiate", Map.of())),
        challenges("Basic realm=\"a, b\", Bearer realm=x , service = y, Negotiate"));
  }

  @Test
  void severalFieldsAreOneList() {
    assertEquals(2, challenges("Basic realm=a", "Bearer realm=b").size());
  }

  @Test
  void quotedTextMayHoldQuotes() {
    assertEquals(
        Map.of("realm", "a\"b\\c"),
        challenges("Basic realm=\"a\\\"b\\\\c\"").getFirst().parameters());
  }

  @Test
  void namesDoNotMindCase() {
    assertEquals("x", challenges("BEARER Realm=x").getFirst().parameter("realm").orElseThrow());
  }

  @Test
  void anyNonsenseEnds() {
    Random random = new Random(7);
    String alphabet = "Bearer realm=\"x\\\", ;:=\t/a";
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(40);
      for (int i = 0; i < length; i++) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      assertTrue(challenges(text.toString()).size() <= 20);
    }
  }

  @Test
  void contentRangesAreRead() throws MalformedException {
    assertEquals(new ContentRange(5, 9, OptionalLong.of(10)), ContentRange.parse("bytes 5-9/10"));
    assertEquals(new ContentRange(5, 9, OptionalLong.empty()), ContentRange.parse("bytes 5-9/*"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bytes",
        "bytes 5-",
        "bytes 5-4/10",
        "bytes 5-10/10",
        "bytes -5-9/10",
        "items 1-2/3",
        "bytes 5-9/10 ",
        "bytes 5-9",
        "bytes 99999999999999999999-9/10",
        "bytes +5-9/10"
      })
  void brokenContentRangesAreRefused(String text) {
    assertThrows(MalformedException.class, () -> ContentRange.parse(text));
  }

  private static Optional<Duration> wait(String text) {
    return RetryAfter.of(
        Headers.NONE.with("Retry-After", text), Instant.parse("2024-05-01T10:00:00Z"));
  }

  @Test
  void aPauseIsGivenInSecondsOrAsADate() {
    assertEquals(Optional.of(Duration.ofSeconds(7)), wait("7"));
    assertEquals(Optional.of(Duration.ofSeconds(30)), wait("Wed, 01 May 2024 10:00:30 GMT"));
    assertEquals(Optional.empty(), wait("Wed, 01 May 2024 09:00:00 GMT"));
    assertEquals(Optional.empty(), wait("soon"));
    assertEquals(Optional.empty(), wait("99999999999999999999"));
    assertEquals(Optional.of(Duration.ofDays(365)), wait("999999999999"));
  }

  @Test
  void onlyTheSpecifiedFormOfAWarningCounts() {
    assertEquals(Optional.of("a \"b\" c"), RegistryWarning.parse("299 - \"a \\\"b\\\" c\""));
    assertEquals(Optional.of("a\\b"), RegistryWarning.parse("299 - \"a\\\\b\""));
    assertEquals(Optional.empty(), RegistryWarning.parse("299 - \"a\"b\""));
    assertEquals(Optional.empty(), RegistryWarning.parse("199 - \"a\""));
    assertEquals(Optional.empty(), RegistryWarning.parse("299 - \""));
    assertEquals(Optional.empty(), RegistryWarning.parse("299 - \"a\\\""));
  }

  @Test
  void pausesGrowAndEnd() {
    Backoff backoff = new Backoff(new Retries(4, Duration.ofMillis(100), Duration.ofSeconds(1), 9));
    for (int full = 100; full <= 400; full *= 2) {
      long pause = backoff.next(Optional.empty()).orElseThrow().toMillis();
      assertTrue(pause >= full / 2 && pause <= full, () -> "" + pause);
    }
    assertEquals(Optional.empty(), backoff.next(Optional.empty()));
    backoff.reset();
    assertEquals(
        Optional.of(Duration.ofMillis(7)), backoff.next(Optional.of(Duration.ofMillis(7))));
    assertEquals(Optional.empty(), backoff.next(Optional.of(Duration.ofMinutes(7))));
  }

  @Test
  void aHeaderCannotBreakOutOfItsLine() {
    assertThrows(
        IllegalArgumentException.class, () -> Headers.NONE.with("A", "b\r\nAuthorization: c"));
  }
}
