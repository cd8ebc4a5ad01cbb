package dev.stowage.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stowage.model.ImageId;
import dev.stowage.model.MalformedException;
import dev.stowage.model.NotFoundException;
import dev.stowage.store.ImageRecord;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListingsTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2024-01-10T00:00:00Z"), ZoneOffset.UTC);

  private final Shelf shelf = new Shelf();
  private final List<String> damaged = new ArrayList<>();

  @BeforeEach
  void fill() {
    shelf.layer("a", "", 10).layer("b", "a", 10);
    shelf
        .image("1")
        .named("docker.io/library/base:latest", "localhost/other:v1")
        .created("2024-01-01T00:00:00Z")
        .labelled("kind", "base")
        .on("a", List.of("a"), "s1")
        .done();
    shelf.image("2").created("2024-01-02T00:00:00Z").on("b", List.of("a", "b"), "s1", "s2").done();
    ImageId three =
        shelf
            .image("3")
            .named("quay.io/team/app:v2")
            .created("2024-01-03T00:00:00.5Z")
            .on("b", List.of("a", "b"), "s1", "s2", "-s3")
            .done();
    shelf.image("4").created("2024-01-04T00:00:00Z").steps("-alone").done();
    shelf
        .image("5")
        .named("localhost/list:latest")
        .created("2024-01-05T00:00:00Z")
        .listing(Map.of());
    shelf
        .image("6")
        .named("localhost/ro:latest")
        .created("2024-01-06T00:00:00Z")
        .steps("-ro")
        .readOnly()
        .done();
    shelf.container("c", three);
  }

  private List<ImageRecord> list(String... filters) throws IOException {
    ListOptions options = ListOptions.DEFAULT;
    for (String filter : filters) {
      options = options.and(Filter.parse(filter));
    }
    View view = shelf.view();
    return Listings.of(view, shelf.lookup(view), CLOCK, options, damaged::add);
  }

  private String ids(String... filters) throws IOException {
    StringBuilder ids = new StringBuilder();
    for (ImageRecord image : list(filters)) {
      ids.append(image.id().value().charAt(0));
    }
    return ids.toString();
  }

  @ParameterizedTest
  @CsvSource({
    "since=base, 23456",
    "after=base, 23456",
    "before=quay.io/team/app:v2, 12",
    "before!=quay.io/team/app:v2, 3456",
    "until=2024-01-03, 12",
    "until=2024-01-03T12:00, 123",
    "until=2024-01-04T00:00:00+02:00, 123",
    "until=1704240000.5, 12",
    "until=1704240001, 123",
    "until=168h, 12",
    "until=167h59m59s, 123",
    "containers=true, 3",
    "containers=false, 12456",
    "dangling=true, 4",
    "dangling!=true, 12356",
    "dangling=false, 12356",
    "intermediate=true, 2",
    "intermediate=F, 13456",
    "readonly=1, 6",
    "manifest=true, 5",
    "id=30, 3",
    "label=kind, 1",
    "label=kind=base, 1",
    "label=kind=other, ''",
    "label=ki*, 1",
    "label!=kind, 23456",
    "reference=base, 1",
    "reference=other:v1, 1",
    "reference=app, 3",
    "reference=*/*/*, 13",
    "reference=team/*, 3",
    "reference=app:*, 3",
    "reference=quay.io/*/app, 3",
    "reference!=*:latest, 234",
    "reference=nothing, ''",
  })
  void filtersChoose(String filter, String expected) throws IOException {
    assertEquals(expected, ids(filter));
  }

  @Test
  void differentFiltersAreAllMetAndOfWantedReferencesOne() throws IOException {
    assertEquals("1", ids("reference=base", "label=kind"));
    assertEquals("", ids("reference=app", "label=kind"));
    assertEquals("13", ids("reference=app", "reference=base"));
    assertEquals("3", ids("reference=app", "reference=base", "reference!=other:v1"));
    assertEquals("23", ids("since=base", "before=4"));
  }

  @Test
  void aDigestIsMatchedByItsBeginning() throws IOException {
    String digest = shelf.digestOf(new ImageId(Shelf.id("3"))).toString();
    assertEquals("3", ids("digest=" + digest));
    assertEquals("3", ids("digest=" + digest.substring(0, 20)));
  }

  @Test
  void aFullNameNarrowsTheNames() throws IOException {
    assertEquals(
        List.of("localhost/other:v1"), list("reference=localhost/other:v1").getFirst().names());
    assertEquals(2, list("reference=other:v1").getFirst().names().size());
    assertEquals(
        2, list("reference=localhost/other:v1", "reference=app").getFirst().names().size());
  }

  @Test
  void referencesAreComparedByTheRecordsAlone() throws IOException {
    assertEquals("1", ids("reference=localhost/other:v1"));
    assertEquals("234", ids("reference!=*:latest"));
    assertEquals(0, shelf.reads(), "of no image anything but the record");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense",
        "unknown=1",
        "dangling=maybe",
        "containers=some",
        "digest=abc",
        "until=yesterday"
      })
  void whatIsNoFilterIsRefused(String filter) {
    assertThrows(MalformedException.class, () -> list(filter));
  }

  @Test
  void twoTruthsAreRefused() {
    assertThrows(MalformedException.class, () -> list("dangling=true", "dangling=false"));
  }

  @Test
  void aFilterByAnUnknownImageNamesIt() {
    NotFoundException e = assertThrows(NotFoundException.class, () -> list("since=none"));
    assertEquals(
        "could not find local image for filter \"since\"=\"none\": none: image not known",
        e.getMessage());
  }

  @Test
  void damagedImagesAreLeftOutAndTold() throws IOException {
    shelf.lose(new ImageId(Shelf.id("1")), "sha256:");
    assertEquals("", ids("label=kind"));
    assertEquals(1, damaged.size());
    assertEquals("123456", ids("before!=1"));
  }
}
