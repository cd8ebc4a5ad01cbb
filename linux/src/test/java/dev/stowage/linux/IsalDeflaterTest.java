package dev.stowage.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class IsalDeflaterTest {

  private static Isal library() {
    Assumptions.assumeTrue(Isal.here().isPresent(), "no libisal.so.2 on this machine");
    return Isal.here().orElseThrow();
  }

  @Test
  void theLibraryIsExaminedAsAnEncoderToo() {
    assertTrue(library().deflates());
  }

  @Test
  void whatWasEncodedIsReadByTheJdkHoweverLittleItGivesWay() throws Exception {
    byte[] content = new byte[IsalDeflater.LARGEST_BLOCK];
    new Random(1).nextBytes(content);
    try (IsalDeflater deflater = library().deflater();
        Inflater inflater = new Inflater(true)) {
      int length = deflater.encode(new byte[0], 0, content, content.length);
      byte[] made = new byte[length];
      deflater.take(made, length);
      byte[] got = new byte[content.length];
      inflater.setInput(made);
      assertEquals(content.length, inflater.inflate(got));
      assertArrayEquals(content, got);
    }
  }

  @Test
  void aBlockThatIsTooLongIsRefused() {
    try (IsalDeflater deflater = library().deflater()) {
      byte[] content = new byte[IsalDeflater.LARGEST_BLOCK + 1];
      assertThrows(
          IllegalArgumentException.class,
          () -> deflater.encode(new byte[0], 0, content, content.length));
    }
  }

  @Test
  void aBlockThatWasNotMadeToItsEndIsRefused() {
    byte[] output = {5, 0, 0, -1, -1, 9, 9, 9, 9, 9};
    assertEquals(5, IsalDeflater.ended(MemorySegment.ofArray(output), 5, 0));
    for (int[] leftAndUnread : new int[][] {{5, 1}, {0, 0}, {-1, 0}, {4, 0}, {7, 0}}) {
      IllegalStateException e =
          assertThrows(
              IllegalStateException.class,
              () ->
                  IsalDeflater.ended(
                      MemorySegment.ofArray(output), leftAndUnread[0], leftAndUnread[1]));
      assertTrue(String.valueOf(e.getMessage()).startsWith("ISA-L "), e.getMessage());
    }
  }
}
