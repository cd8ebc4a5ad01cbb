package dev.stowage.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceTest {
  private static final String HEX = "0123456789abcdef".repeat(4);

  @ParameterizedTest
  @CsvSource({
    "alpine, docker.io/library/alpine, alpine",
    "alpine:3.20, docker.io/library/alpine:3.20, alpine:3.20",
    "user/app, docker.io/user/app, user/app",
    "docker.io/alpine, docker.io/library/alpine, alpine",
    "index.docker.io/alpine, docker.io/library/alpine, alpine",
    "localhost/app:v1, localhost/app:v1, localhost/app:v1",
    "localhost:5000/a/b-c__d.e, localhost:5000/a/b-c__d.e, localhost:5000/a/b-c__d.e",
    "quay.io/a/b, quay.io/a/b, quay.io/a/b",
    "Host/a, Host/a, Host/a",
    "[::1]:5000/a:t, [::1]:5000/a:t, [::1]:5000/a:t",
    "a---b, docker.io/library/a---b, a---b",
  })
  void aNameIsCompletedAndShortened(String text, String full, String familiar)
      throws MalformedException {
    assertEquals(full, Reference.parse(text).toString());
    assertEquals(familiar, Reference.parse(text).familiar());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "UPPER",
        "a:",
        "a:b:c",
        "a@sha256:12",
        "a@b",
        ":t",
        "a//b",
        "a/",
        "/a",
        "-a",
        "a-",
        "a..b",
        "a___b",
        "quay.io:x/a",
        "quay.io:/a",
        "quay..io/a",
        "-quay.io/a",
        "a b",
        "a\n",
        "a:-t",
        "[::1/a",
        "quay.io/../a",
      })
  void brokenNamesAreRefused(String text) {
    assertThrows(MalformedException.class, () -> Reference.parse(text));
  }

  @Test
  void overlongNamesAreRefused() {
    assertThrows(MalformedException.class, () -> Reference.parse("a".repeat(256)));
    assertThrows(MalformedException.class, () -> Reference.parse("a:" + "t".repeat(129)));
  }

  @Test
  void aDigestMakesTheTagRedundant() throws MalformedException {
    Reference both = Reference.parse("quay.io/a/b:t@sha256:" + HEX);
    assertEquals("quay.io/a/b:t@sha256:" + HEX, both.toString());
    assertEquals("quay.io/a/b@sha256:" + HEX, both.withoutRedundantTag().toString());
  }

  @Test
  void wantedTellsIdsNamesAndShortNamesApart() throws MalformedException {
    assertInstanceOf(Wanted.ById.class, Wanted.parse(HEX));
    assertInstanceOf(Wanted.ById.class, Wanted.parse("sha256:" + HEX));
    assertThrows(MalformedException.class, () -> Wanted.parse("sha256:" + HEX.substring(1)));
    assertInstanceOf(Wanted.ByName.class, Wanted.parse("quay.io/a"));
    assertInstanceOf(Wanted.ByName.class, Wanted.parse("localhost/a"));
    Wanted.ByShortName shortName =
        assertInstanceOf(Wanted.ByShortName.class, Wanted.parse("a/b:t"));
    assertEquals("quay.io/a/b:t", shortName.at("quay.io").toString());
    assertInstanceOf(Wanted.ByShortName.class, Wanted.parse("0123abcd"));
  }
}
