package dev.stowage.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stowage.model.MalformedException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SearchOptionsTest {

  @Test
  void filtersAreReadAsTheyAreWritten() throws MalformedException {
    SearchOptions options =
        SearchOptions.DEFAULT.withFilters(List.of("stars=3", "is-official", "is-automated=false"));
    assertEquals(3, options.leastStars());
    assertEquals(Optional.of(true), options.official());
    assertEquals(Optional.of(false), options.automated());
    assertEquals(Optional.empty(), SearchOptions.DEFAULT.official());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          stars | invalid filter ["stars"], should be stars=<value>
          stars=many | incorrect value type for stars filter: strconv.Atoi: parsing "many": invalid syntax
          colour=red | invalid filter type "colour=red"
          """)
  void whatIsNoFilterIsRefused(String filter, String complaint) {
    MalformedException e =
        assertThrows(
            MalformedException.class, () -> SearchOptions.DEFAULT.withFilters(List.of(filter)));
    assertEquals(complaint, e.getMessage());
  }

  @Test
  void whereNoLimitIsSaidItIsPodmans() {
    assertEquals(25, SearchOptions.DEFAULT.limit());
    assertEquals(25, SearchOptions.DEFAULT.withLimit(0).limit());
    assertEquals(3, SearchOptions.DEFAULT.withLimit(3).limit());
  }
}
