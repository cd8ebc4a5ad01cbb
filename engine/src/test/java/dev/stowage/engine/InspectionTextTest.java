package dev.stowage.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InspectionTextTest {

  @ParameterizedTest
  @CsvSource({
    "2024-01-02T03:04:05Z, 2024-01-02T03:04:05Z",
    "2024-01-02T03:04:05.120000000Z, 2024-01-02T03:04:05.12Z",
    "2024-01-02T03:04:05.000Z, 2024-01-02T03:04:05Z",
    "2024-01-02T03:04:05+00:00, 2024-01-02T03:04:05Z",
    "2024-01-02T03:04:05.10+02:00, 2024-01-02T03:04:05.1+02:00",
    "2024-01-02T03:04:05-07:00, 2024-01-02T03:04:05-07:00",
    "nonsense, nonsense",
  })
  void timesAreWrittenAsShortAsTheyCanBe(String written, String expected) {
    assertEquals(expected, InspectionText.shortest(written));
  }
}
