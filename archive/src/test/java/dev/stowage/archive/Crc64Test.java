package dev.stowage.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Crc64Test {
  private static final long POLYNOMIAL = 0xD800_0000_0000_0000L;

  @Test
  void knownTextsHaveTheValuesThatTarSplitsHave() {
    assertEquals("3c3c303000000000", of("foo"));
    assertEquals("2dc416f000000000", of("bar"));
    assertEquals("b90956c775a41001", of("123456789"));
    assertEquals("0000000000000000", of(""));
  }

  private static String of(String text) {
    Crc64 crc = new Crc64();
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    crc.update(bytes, 0, bytes.length);
    return HexFormat.of().formatHex(crc.bytes());
  }

  @Test
  void longRunsGiveWhatOneBitAtATimeGives() {
    Random random = new Random(1);
    for (int length : new int[] {1, 7, 8, 9, 4095, 12287, 12288, 12289, 50000}) {
      byte[] bytes = new byte[length + 3];
      random.nextBytes(bytes);
      long slow = ~0L;
      for (int i = 3; i < bytes.length; i++) {
        slow ^= bytes[i] & 0xFF;
        for (int bit = 0; bit < 8; bit++) {
          slow = (slow >>> 1) ^ ((slow & 1) == 0 ? 0 : POLYNOMIAL);
        }
      }
      Crc64 whole = new Crc64();
      whole.update(bytes, 3, length);
      assertEquals(~slow, whole.value(), "length " + length);
      Crc64 parts = new Crc64();
      int cut = random.nextInt(length + 1);
      parts.update(bytes, 3, cut);
      parts.update(bytes, 3 + cut, length - cut);
      assertEquals(~slow, parts.value(), "length " + length + " cut at " + cut);
    }
  }
}
