package dev.stowage.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StoredTimeTest {

  @Test
  void readsWhatThePeersWrite() {
    assertEquals(
        Optional.of(Instant.parse("2022-12-01T10:11:12.123456789Z")),
        StoredTime.parse("2022-12-01T10:11:12.123456789Z"));
    assertEquals(
        Optional.of(Instant.parse("2022-12-01T08:11:12.5Z")),
        StoredTime.parse("2022-12-01T10:11:12.5+02:00"));
    assertEquals(
        Optional.of(Instant.parse("1969-12-31T23:59:59Z")),
        StoredTime.parse("1969-12-31T23:59:59Z"));
  }

  @Test
  void theZeroTimeIsNotKnown() {
    assertEquals(Optional.empty(), StoredTime.parse("0001-01-01T00:00:00Z"));
  }

  @Test
  void whatIsNoTimeReadsAsAbsent() {
    for (String text :
        new String[] {
          "", "yesterday", "2022-13-01T00:00:00Z", "2022-12-01T10:11:12", "x".repeat(40)
        }) {
      assertEquals(Optional.empty(), StoredTime.parse(text), text);
    }
  }

  @Test
  void writesWithoutTrailingZeros() {
    for (String text :
        new String[] {
          "2022-12-01T10:11:12.123456789Z",
          "2022-12-01T10:11:12.1Z",
          "2022-12-01T10:11:12.00001Z",
          "1969-12-31T23:59:59Z"
        }) {
      assertEquals(text, StoredTime.format(Instant.parse(text)));
    }
  }
}
