package dev.stowage.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class VersionRangeTest {

  private static SemanticVersion version(String text) {
    return SemanticVersion.of(text).orElseThrow();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        ">= 3.12.0; 3.12.0 3.12.1 4 v3.13; 3.11.9 3.12.0-rc.1 3.13.0-rc.1",
        ">= 3.12.0-0; 3.12.0-rc.1 3.13.0-rc.1; 3.11.9",
        "3.12; 3.12.0 3.12.9; 3.13.0 3.11.0",
        "= 3.12.4; 3.12.4; 3.12.5 3.12",
        "!= 1.2; 1.3.0 2.0.0; 1.2.0 1.2.9",
        "!=1.2.3; 1.2.4; 1.2.3",
        "> 11; 12.0.0; 11.1.0 11.0.0 10.0.0",
        "> 11.1; 11.2.0 12.0.0; 11.1.9",
        "<= 11; 11.9.9 10.0.0; 12.0.0",
        "=< 11.1; 11.1.9 11.0.0; 11.2.0",
        "< 1.2; 1.1.9; 1.2.0 1.2.1",
        "~1.2.3; 1.2.3 1.2.9; 1.2.2 1.3.0",
        "~1; 1.0.0 1.9.0; 2.0.0",
        "~> 1.2; 1.2.0 1.2.9; 1.3.0",
        "^1.2.3; 1.2.3 1.9.0; 2.0.0 1.2.2",
        "^0.2.3; 0.2.3 0.2.9; 0.3.0 1.0.0",
        "^0.0.3; 0.0.3; 0.0.4 0.1.0",
        "^0.0; 0.0.0 0.0.9; 0.1.0",
        "^0; 0.0.0 0.9.0; 1.0.0",
        "*; 0.0.1 7.7.7; 1.0.0-rc",
        "1.2.x; 1.2.0 1.2.7; 1.3.0",
        "1.2 - 1.4.5; 1.2.0 1.4.5; 1.1.9 1.4.6",
        "1.2 - 1.4; 1.4.9; 1.5.0",
        ">= 1.2, < 3.0.0 || >= 4.2.3; 1.2.0 2.9.9 4.2.3; 3.0.0 4.2.2",
        ">1.0 <2.0; 1.1.0 1.9.9; 1.0.5 2.0.0",
      })
  void rangesHoldWhatSkopeosUsersMeanByThem(String range, String in, String out) throws Exception {
    VersionRange wanted = VersionRange.parse(range);
    for (String each : in.strip().split(" ")) {
      assertTrue(wanted.holds(version(each)), () -> each + " in " + range);
    }
    for (String each : out.strip().split(" ")) {
      assertFalse(wanted.holds(version(each)), () -> each + " in " + range);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "latest", ">= ", ">= 1.2 <", "1.2.3.4", "=> x.y", "1 || ", "^^1"})
  void whatIsNoRangeIsRefused(String text) {
    assertThrows(MalformedException.class, () -> VersionRange.parse(text));
  }

  @Test
  void aRangeTooLongIsRefused() {
    assertThrows(MalformedException.class, () -> VersionRange.parse("1 || ".repeat(200) + "1"));
    assertThrows(MalformedException.class, () -> VersionRange.parse("1||".repeat(40) + "1"));
  }

  @Test
  void mangledRangesAreReadOrRefusedButNeverCrash() {
    Random random = new Random(7);
    String letters = "0123456789.<>=~^!|, -xX*v+a";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(24); n >= 0; n--) {
        text.append(letters.charAt(random.nextInt(letters.length())));
      }
      try {
        boolean _ = VersionRange.parse(text.toString()).holds(version("1.2.3"));
      } catch (MalformedException e) {
        // which is as good an answer
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "latest",
        "1.2.3.4",
        "1.2.3-01",
        "1.2.3-",
        "1..2",
        "a1",
        "99999999999999999999"
      })
  void whatIsNoVersionIsNone(String text) {
    assertEquals(Optional.empty(), SemanticVersion.of(text));
  }

  @Test
  void versionsAreOrderedAsTheSpecificationOrdersThem() {
    List<String> ordered =
        List.of(
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
            "1.0.1",
            "1.10.0",
            "2.0.0");
    List<SemanticVersion> versions = new ArrayList<>();
    ordered.forEach(text -> versions.add(version(text)));
    Collections.shuffle(versions, new Random(1));
    Collections.sort(versions);
    assertEquals(ordered, versions.stream().map(SemanticVersion::toString).toList());
    assertEquals(0, version("v1.2+build").compareTo(version("1.2.0")));
  }
}
