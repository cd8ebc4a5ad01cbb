package dev.stowage.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stowage.model.MalformedException;
import dev.stowage.model.Reference;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class IdentityMatchTest {
  private static final String DIGEST = "@sha256:" + "1".repeat(64);

  private static Optional<Reference> image(String text) throws MalformedException {
    return text == null || text.equals("-")
        ? Optional.empty()
        : Optional.of(Reference.parse(text.replace("@D", DIGEST)));
  }

  @ParameterizedTest
  @CsvSource({
    "a.example/b:1, a.example/b:1, true, true, true",
    "a.example/b:1, a.example/b:2, false, false, true",
    "a.example/b:1, a.example/b, false, false, true",
    "a.example/b:1, a.example/c:1, false, false, false",
    "a.example/b@D, a.example/b:1, false, true, true",
    "a.example/b@D, a.example/b@D, true, true, true",
    "a.example/b@D, a.example/b, false, false, true",
    "a.example/b:1@D, a.example/b:1, false, false, true",
    "busybox:latest, docker.io/library/busybox:latest, true, true, true",
    "busybox:latest, UPPER, false, false, false",
    "-, a.example/b:1, false, false, false",
  })
  void namesMatchAsStrictlyAsAsked(
      String image, String signed, boolean exact, boolean digestOrExact, boolean repository)
      throws MalformedException {
    String name = signed.replace("@D", DIGEST);
    assertEquals(exact, new IdentityMatch.Exact().matches(image(image), name));
    assertEquals(digestOrExact, new IdentityMatch.RepoDigestOrExact().matches(image(image), name));
    assertEquals(repository, new IdentityMatch.SameRepository().matches(image(image), name));
  }

  @ParameterizedTest
  @CsvSource({
    "m.example/b:1, v.example/b:1, true",
    "m.example/b:1, m.example/b:1, false",
    "m.example/b:1, v.example/b:2, false",
    "m.example/b@D, v.example/b:2, true",
    "m.examplex/b:1, m.examplex/b:1, true",
    "-, v.example/b:1, false",
  })
  void aMirrorsNameIsReplacedFirst(String image, String signed, boolean matches)
      throws MalformedException {
    IdentityMatch remapped = IdentityMatch.Remapped.of("m.example", "v.example");
    assertEquals(matches, remapped.matches(image(image), signed));
  }

  @ParameterizedTest
  @CsvSource({
    "x.example/y:1, true, true",
    "x.example/y:2, false, true",
    "x.example/y, false, true",
    "x.example/z:1, false, false",
  })
  void aFixedNameNeedsNoImagesName(String signed, boolean exact, boolean repository)
      throws MalformedException {
    Reference wanted = Reference.parse("x.example/y:1");
    assertEquals(exact, new IdentityMatch.ExactReference(wanted).matches(Optional.empty(), signed));
    assertEquals(
        repository, new IdentityMatch.ExactRepository(wanted).matches(Optional.empty(), signed));
  }
}
