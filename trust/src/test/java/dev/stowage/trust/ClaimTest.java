package dev.stowage.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.model.MalformedException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ClaimTest {
  private static final String HEX = "1".repeat(64);

  @Test
  void aClaimReadsAsItWasWritten() throws MalformedException {
    for (Claim.Kind kind : Claim.Kind.values()) {
      Claim claim =
          new Claim(
              Digest.sha256(HEX), "a.example/b:1", Optional.of("me & you"), Optional.of(1_234L));
      assertEquals(claim, Claim.parse(claim.text(kind), kind));
      Claim bare =
          new Claim(Digest.sha256(HEX), "a.example/b:1", Optional.empty(), Optional.empty());
      assertEquals(bare, Claim.parse(bare.text(kind), kind));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {"critical":C}                                  | Key "optional" missing in a JSON object
          {"optional":{}}                                 | Key "critical" missing in a JSON object
          {"critical":C,"optional":null}                  | JSON object expected, got null
          {"critical":C,"optional":{},"else":1}           | Unknown key "else"
          {"critical":C,"optional":{},"optional":{}}      | Duplicate key "optional"
          {"critical":C,"optional":{"timestamp":1.5}}     | Field optional.timestamp is not an integer
          {"critical":C,"optional":{"timestamp":1e400}}   | Field optional.timestamp is not an integer
          {"critical":C,"optional":{"creator":1}}         | "creator" is not a string
          {"critical":{"type":"x","image":I,"identity":N},"optional":{}} | Unrecognized signature type x
          {"critical":{"type":T,"image":{},"identity":N},"optional":{}}  | Key "docker-manifest-digest" missing in a JSON object
          {"critical":{"type":T,"image":{"docker-manifest-digest":"sha256:1"},"identity":N},"optional":{}} | invalid docker-manifest-digest value "sha256:1"
          {"critical":{"type":T,"image":I,"identity":{"docker-reference":"a","x":1}},"optional":{}} | Unknown key "x"
          {"critical":{"type":T,"image":I},"optional":{}} | Key "identity" missing in a JSON object
          """)
  void anythingMoreOrLessIsRefused(String text, String complaint) {
    String claim =
        text.replace(":C", ":{\"type\":T,\"image\":I,\"identity\":N}")
            .replace(":T", ":\"atomic container signature\"")
            .replace(":I", ":{\"docker-manifest-digest\":\"sha256:" + HEX + "\"}")
            .replace(":N", ":{\"docker-reference\":\"a.example/b:1\"}");
    MalformedException refused =
        assertThrows(
            MalformedException.class, () -> Claim.parse(Bytes.utf8(claim), Claim.Kind.SIMPLE));
    assertEquals(complaint, refused.getMessage());
  }

  @Test
  void whatSigstoresOwnToolWritesIsRead() throws MalformedException {
    String text =
        "{\"critical\":{\"identity\":{\"docker-reference\":\"a.example/b\"},\"image\":"
            + "{\"docker-manifest-digest\":\"sha256:"
            + HEX
            + "\"},\"type\":\"cosign container image signature\"},\"optional\":null}";
    assertEquals("a.example/b", Claim.parse(Bytes.utf8(text), Claim.Kind.SIGSTORE).reference());
  }
}
