package dev.stowage.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.MalformedException;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Reference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SignaturePolicyTest {
  private static final String FILE = "/etc/containers/policy.json";

  @TempDir private Path root;

  @ParameterizedTest
  @CsvSource({
    "a.example/x:1, REJECTED",
    "reg.example/free/x:1, ACCEPTED",
    "reg.example/signed/x:1, NEEDS_SIGNATURES",
    "reg.example/signed/x:open, ACCEPTED",
    "reg.example/signed/x, NEEDS_SIGNATURES",
    "reg.example/other:1, REJECTED",
    "sub.wild.example/x:1, ACCEPTED",
    "deep.sub.wild.example:5000/x:1, ACCEPTED",
    "wild.example/x:1, REJECTED",
    "alpine, NEEDS_SIGNATURES",
  })
  void theMostSpecificScopeDecides(String image, SignaturePolicy.Verdict verdict)
      throws IOException {
    SignaturePolicy policy =
        read(
            """
            {
              "default": [{"type": "reject"}],
              "transports": {
                "docker": {
                  "reg.example": [{"type": "insecureAcceptAnything"}, {"type": "reject"}],
                  "reg.example/free": [{"type": "insecureAcceptAnything"}],
                  "reg.example/signed/x": [
                    {"type": "signedBy", "keyType": "GPGKeys", "keyPath": "/k"}
                  ],
                  "reg.example/signed/x:open": [{"type": "insecureAcceptAnything"}],
                  "*.wild.example": [{"type": "insecureAcceptAnything"}],
                  "docker.io/library": [{"type": "sigstoreSigned", "keyPath": "/k"}]
                },
                "docker-daemon": {"": [{"type": "insecureAcceptAnything"}]}
              }
            }
            """);
    assertEquals(verdict, policy.forRegistryImage(Reference.parse(image)).verdict());
  }

  @Test
  void theTransportsOwnDefaultGoesBeforeTheDefault() throws IOException {
    SignaturePolicy policy =
        read(
            "{\"default\":[{\"type\":\"reject\"}],"
                + "\"transports\":{\"docker\":{\"\":[{\"type\":\"insecureAcceptAnything\"}]}}}");
    SignaturePolicy.Requirements found = policy.forRegistryImage(Reference.parse("a.example/b"));
    assertEquals(SignaturePolicy.Verdict.ACCEPTED, found.verdict());
    assertEquals(root + FILE + ", docker scope \"\"", found.place());
  }

  @Test
  void theUsersPolicyGoesBeforeTheSystems() throws IOException {
    Place place = Place.ofUser(root, 1000);
    NotFoundException none =
        assertThrows(
            NotFoundException.class,
            () -> SignaturePolicy.read(place.surroundings(), Optional.empty()));
    assertTrue(
        String.valueOf(none.getMessage())
            .startsWith("no policy.json file found at any of the following: "));
    place.file(FILE, "{\"default\":[{\"type\":\"reject\"}]}");
    assertEquals(
        place.at(FILE), SignaturePolicy.read(place.surroundings(), Optional.empty()).file());
    place.file(
        "/home/user/.config/containers/policy.json",
        "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}");
    assertEquals(
        SignaturePolicy.Verdict.ACCEPTED,
        SignaturePolicy.read(place.surroundings(), Optional.empty()).fallback().verdict());
    assertEquals(
        SignaturePolicy.Verdict.REJECTED,
        SignaturePolicy.read(place.surroundings(), Optional.of(place.at(FILE)))
            .fallback()
            .verdict());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"default\": []}",
        "{\"default\": [{\"type\": \"trustMe\"}]}",
        "{\"default\": [{}]}",
        "{\"default\": [{\"type\": \"reject\", \"reason\": \"x\"}]}",
        "{\"default\": [{\"type\": \"reject\"}], \"defaults\": []}",
        "{\"default\": [{\"type\": \"reject\"}], \"default\": [{\"type\": \"reject\"}]}",
        "{\"default\": [{\"type\": \"reject\", \"t\\u0079pe\": \"insecureAcceptAnything\"}]}",
        "{\"default\": [{\"type\": \"reject\"}], \"transports\": {\"docker\": {\"a\": []}}}",
        "{\"default\": [{\"type\": \"reject\"}], \"transports\": {\"docker\": []}}",
        "{\"default\": {\"type\": \"reject\"}}",
        "{\"default\": [{\"type\": \"reject\"}]",
      })
  void whatIsNotUnderstoodIsRefused(String policy) {
    MalformedException refused = assertThrows(MalformedException.class, () -> read(policy));
    assertTrue(
        String.valueOf(refused.getMessage()).startsWith("invalid policy in \"" + root + FILE));
  }

  @Test
  void keysOfDifferentObjectsMayBeEqual() throws Exception {
    DuplicateKeys.refuse("{\"a\":{\"a\":[\"a\",\"a\",{\"a\":1},{\"a\":\"\\\"a\\\":\"}]},\"b\":{}}");
    assertThrows(
        MalformedException.class, () -> DuplicateKeys.refuse("[1,{\"a\":[1,2],\"a\":\"\"}]"));
  }

  private SignaturePolicy read(String content) throws IOException {
    return SignaturePolicy.read(
        Place.ofRoot(root).file(FILE, content).surroundings(), Optional.empty());
  }
}
