package dev.stowage.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stowage.model.Bytes;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventFilterTest {
  private static final Clock NOW =
      Clock.fixed(Instant.parse("2024-05-06T07:08:09Z"), ZoneOffset.UTC);

  private static LoggedEvent event(String text) throws MalformedException {
    return LoggedEvent.parse(Json.parseObject(Bytes.utf8(text.replace('\'', '"'))));
  }

  private static boolean fits(String text, String... filters) throws MalformedException {
    return EventFilter.of(List.of(filters), "", "", NOW).accepts(event(text));
  }

  @Test
  void valuesOfOneKeyAreAlternativesAndKeysAreNot() throws MalformedException {
    String pull =
        "{'ID':'abc','Name':'a:1','Status':'pull','Time':'2024-05-06T07:00:00Z','Type':'image',"
            + "'Attributes':{'k':'v'}}";
    assertEquals(true, fits(pull, "event=pull", "event=push", "type=image"));
    assertEquals(false, fits(pull, "event=pull", "type=container"));
    assertEquals(true, fits(pull, "image=ab"));
    assertEquals(true, fits(pull, "IMAGE=a:1"));
    assertEquals(false, fits(pull, "image=a" + ":"));
    assertEquals(false, fits(pull, "container=ab"));
    assertEquals(true, fits(pull, "label=k", "label=other"));
    assertEquals(true, fits(pull, "label=k=v"));
    assertEquals(false, fits(pull, "label=k=w"));
    assertEquals(true, fits(pull.replace("pull", "died"), "event=die"));
  }

  @ParameterizedTest
  @CsvSource({
    "2024-05-06T07:00:00Z, 2024-05-06T07:00:00Z",
    "2024-05-06T09:00:00.5+02:00, 2024-05-06T07:00:00.5Z",
    "2024-05-06T07:00:00, 2024-05-06T07:00:00Z",
    "2024-05-06T07:00:00.25, 2024-05-06T07:00:00.25Z",
    "2024-05-06+02:00, 2024-05-05T22:00:00Z",
    "2024-05-06Z, 2024-05-06T00:00:00Z",
    "2024-05-06, 2024-05-06T00:00:00Z",
    "1714978800.5, 2024-05-06T07:00:00.5Z",
    "8m9s, 2024-05-06T07:00:00Z"
  })
  void timesAreReadAsPodmanReadsThem(String text, Instant since) throws MalformedException {
    EventFilter filter = EventFilter.of(List.of(), text, "", NOW);
    String at = "{'Status':'pull','Type':'image','Time':'";
    assertEquals(false, filter.accepts(event(at + since + "'}")));
    assertEquals(true, filter.accepts(event(at + since.plusNanos(1) + "'}")));
  }

  @Test
  void whatIsNoFilterAndNoTimeIsRefused() {
    assertThrows(
        MalformedException.class, () -> EventFilter.of(List.of("colour=red"), "", "", NOW));
    assertThrows(MalformedException.class, () -> EventFilter.of(List.of("image"), "", "", NOW));
    assertThrows(MalformedException.class, () -> EventFilter.of(List.of(), "soon", "", NOW));
    assertThrows(MalformedException.class, () -> EventFilter.of(List.of(), "", "2024-13-01", NOW));
  }
}
