package dev.stowage.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.model.MismatchException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class VerifyingInputStreamTest {
  private static final byte[] CONTENT = "the right content".getBytes(StandardCharsets.UTF_8);
  private static final Digest DIGEST = Digest.of(Bytes.owning(CONTENT.clone()));

  private static VerifyingInputStream over(byte[] content, long size) {
    return new VerifyingInputStream(new ByteArrayInputStream(content), "blob", DIGEST, size);
  }

  @Test
  void rightContentPasses() throws IOException {
    assertArrayEquals(CONTENT, over(CONTENT, CONTENT.length).readAllBytes());
  }

  @Test
  void nothingPassesWhereNothingWasPromised() throws IOException {
    Digest empty = Digest.of(Bytes.empty());
    try (VerifyingInputStream in =
        new VerifyingInputStream(new ByteArrayInputStream(new byte[0]), "blob", empty, 0)) {
      assertEquals(-1, in.read());
    }
  }

  @Test
  void theLastByteOfWrongContentIsNeverHandedOn() throws IOException {
    byte[] wrong = CONTENT.clone();
    wrong[0] ^= 1;
    try (VerifyingInputStream in = over(wrong, wrong.length)) {
      for (int i = 0; i < wrong.length - 1; i++) {
        assertEquals(wrong[i], in.read());
      }
      MismatchException e = assertThrows(MismatchException.class, in::read);
      assertEquals(DIGEST.toString(), e.wanted());
    }
  }

  @Test
  void contentThatIsTooShortFailsAtItsEnd() {
    byte[] cut = Arrays.copyOf(CONTENT, CONTENT.length - 1);
    assertThrows(MismatchException.class, () -> over(cut, CONTENT.length).readAllBytes());
  }

  @Test
  void contentThatIsTooLongFailsBeforeItsPromisedEnd() {
    byte[] longer = Arrays.copyOf(CONTENT, CONTENT.length + 1);
    assertThrows(
        MismatchException.class, () -> over(longer, CONTENT.length).readNBytes(CONTENT.length));
  }
}
