package dev.stowage.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ShortSha256Test {

  @Test
  void itAgreesWithTheJdkAtEveryLengthAroundABlock() throws Exception {
    Random random = new Random(1);
    for (int length = 0; length < 400; length++) {
      assertSame(random, length);
    }
  }

  @Test
  void itAgreesWithTheJdkUpToItsLongest() throws Exception {
    Random random = new Random(2);
    for (int i = 0; i < 300; i++) {
      assertSame(random, random.nextInt(ShortSha256.LONGEST + 1));
    }
    assertSame(random, ShortSha256.LONGEST);
  }

  private static void assertSame(Random random, int length) throws Exception {
    byte[] content = new byte[length];
    random.nextBytes(content);
    assertEquals(
        HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content)),
        ShortSha256.hex(content));
  }

  @Test
  void theDigestOfNothingIsKnown() {
    assertEquals(
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        Digest.of(Bytes.empty()).toString());
  }
}
