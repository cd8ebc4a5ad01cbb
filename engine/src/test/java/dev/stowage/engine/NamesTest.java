package dev.stowage.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stowage.model.MalformedException;
import dev.stowage.model.UnsupportedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
  private static final String DIGEST =
      "sha256:d366a4665ab44f0648d7a00ae3fae139d55e32f9712c67accd604bb55df9d05a";

  @ParameterizedTest
  @CsvSource({
    "busybox, localhost/busybox:latest",
    "busybox:1, localhost/busybox:1",
    "user/busybox, localhost/user/busybox:latest",
    "docker.io/busybox, docker.io/library/busybox:latest",
    "docker.io/user/busybox:2, docker.io/user/busybox:2",
    "quay.io/busybox, quay.io/busybox:latest",
    "localhost/busybox, localhost/busybox:latest",
    "localhost:5000/busybox, localhost:5000/busybox:latest",
  })
  void namesAreCompleted(String text, String expected) throws MalformedException {
    assertEquals(expected, Names.normalize(text).toString());
  }

  @Test
  void ofTagAndDigestTheDigestStays() throws MalformedException {
    assertEquals("localhost/b@" + DIGEST, Names.normalize("b:1@" + DIGEST).toString());
    assertEquals("quay.io/b@" + DIGEST, Names.normalize("quay.io/b@" + DIGEST).toString());
  }

  @Test
  void digestsAreNoNamesToGive() {
    UnsupportedException e =
        assertThrows(UnsupportedException.class, () -> Names.toAdd("b@" + DIGEST));
    assertEquals("b@" + DIGEST + ": tag by digest not supported", e.getMessage());
    assertThrows(UnsupportedException.class, () -> Names.toAdd(DIGEST));
    assertThrows(UnsupportedException.class, () -> Names.toRemove(DIGEST));
  }

  @Test
  void aDigestReferenceMayBeTakenAway() throws Exception {
    assertEquals("quay.io/b@" + DIGEST, Names.toRemove("quay.io/b@" + DIGEST).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Upper", "quay.io/Upper", "a b", "a:b:c", "-x"})
  void whatIsNoNameIsRefused(String text) {
    assertThrows(MalformedException.class, () -> Names.normalize(text));
  }
}
