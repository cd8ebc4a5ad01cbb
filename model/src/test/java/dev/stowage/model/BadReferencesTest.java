package dev.stowage.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Names that are none, and what their writers are told; and names made up by chance.
final class BadReferencesTest {
  /// How many names are made up; a property makes it more.
  private static final int ROUNDS = Integer.getInteger("stowage.fuzz.rounds", 20_000);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "''                          | invalid reference format: an empty name",
        "'Upper'                     | 'parsing \"Upper\": invalid reference format: repository name must be lowercase'",
        "'quay.io/Upper'             | 'parsing \"quay.io/Upper\": invalid reference format: repository name must be lowercase'",
        "'quay.io/a b'               | 'parsing \"quay.io/a b\": invalid reference format'",
        "'quay.io/a//b'              | 'parsing \"quay.io/a//b\": invalid reference format'",
        "'quay.io/a:'                | 'parsing \"quay.io/a:\": invalid reference format'",
        "'quay.io/a:-tag'            | 'parsing \"quay.io/a:-tag\": invalid reference format'",
        "'quay.io/a@sha256:12'       | 'parsing \"quay.io/a@sha256:12\": invalid reference format'",
        "'quay.io:port/a'            | 'parsing \"quay.io:port/a\": invalid reference format'",
        "'http://quay.io/a'          | 'parsing \"http://quay.io/a\": invalid reference format'",
        "'quay.io/'                  | 'parsing \"quay.io/\": invalid reference format'",
      })
  void aNameThatIsNoneIsToldSo(String text, String message) {
    MalformedException e = assertThrows(MalformedException.class, () -> Reference.parse(text));
    assertEquals(message, e.getMessage());
  }

  @Test
  void aNameThatIsTooLongIsToldSo() {
    String text = "quay.io/" + "a/".repeat(130) + "a";
    MalformedException e = assertThrows(MalformedException.class, () -> Reference.parse(text));
    assertEquals(
        "parsing \"" + text + "\": repository name must not be more than 255 characters",
        e.getMessage());
  }

  @Test
  void whateverIsReadIsReadAgainFromItsOwnText() throws MalformedException {
    List<String> seeds =
        List.of(
            "alpine",
            "docker.io/library/alpine:3.20",
            "[::1]:5000/a/b_c__d-e.f@sha256:" + "0".repeat(64),
            "localhost/x:y",
            "quay.io:443/a/b:c@sha512:" + "a".repeat(128));
    String letters = "abzAZ019._-:/@[]%\u0000é \t";
    Random random = new Random(42);
    int read = 0;
    for (int round = 0; round < ROUNDS; round++) {
      StringBuilder text = new StringBuilder(seeds.get(random.nextInt(seeds.size())));
      for (int change = random.nextInt(4); change >= 0; change--) {
        int at = random.nextInt(text.length() + 1);
        switch (random.nextInt(3)) {
          case 0 -> text.insert(at, letters.charAt(random.nextInt(letters.length())));
          case 1 -> text.setLength(Math.max(1, at));
          default -> {
            if (at < text.length()) {
              text.setCharAt(at, letters.charAt(random.nextInt(letters.length())));
            }
          }
        }
      }
      try {
        Reference reference = Reference.parse(text.toString());
        assertEquals(reference, Reference.parse(reference.toString()));
        read++;
      } catch (MalformedException e) {
        assertTrue(String.valueOf(e.getMessage()).length() < 2 * text.length() + 200);
      }
    }
    assertTrue(read > ROUNDS / 20, "only " + read + " names were read");
  }
}
