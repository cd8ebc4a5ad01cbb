package dev.stowage.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stowage.linux.Isal;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class Crc64Test {
  private static final long POLYNOMIAL = 0xD800_0000_0000_0000L;

  /// Without the library and, where it is installed, with it.
  static Set<Optional<Isal>> computations() {
    return Isal.here().isPresent()
        ? Set.of(Optional.empty(), Isal.here())
        : Set.of(Optional.empty());
  }

  @ParameterizedTest
  @MethodSource("computations")
  void knownTextsHaveTheValuesThatTarSplitsHave(Optional<Isal> isal) {
    assertEquals("3c3c303000000000", of(isal, "foo"));
    assertEquals("2dc416f000000000", of(isal, "bar"));
    assertEquals("b90956c775a41001", of(isal, "123456789"));
    assertEquals("0000000000000000", of(isal, ""));
  }

  private static String of(Optional<Isal> isal, String text) {
    Crc64 crc = new Crc64(isal);
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    crc.update(bytes, 0, bytes.length);
    return HexFormat.of().formatHex(crc.bytes());
  }

  @ParameterizedTest
  @MethodSource("computations")
  void longRunsGiveWhatOneBitAtATimeGives(Optional<Isal> isal) {
    Random random = new Random(1);
    for (int length : new int[] {1, 7, 8, 9, 255, 256, 4095, 12287, 12288, 12289, 50000}) {
      byte[] bytes = new byte[length + 3];
      random.nextBytes(bytes);
      long slow = ~0L;
      for (int i = 3; i < bytes.length; i++) {
        slow ^= bytes[i] & 0xFF;
        for (int bit = 0; bit < 8; bit++) {
          slow = (slow >>> 1) ^ ((slow & 1) == 0 ? 0 : POLYNOMIAL);
        }
      }
      Crc64 whole = new Crc64(isal);
      whole.update(bytes, 3, length);
      assertEquals(~slow, whole.value(), "length " + length);
      Crc64 parts = new Crc64(isal);
      int cut = random.nextInt(length + 1);
      parts.update(bytes, 3, cut);
      parts.update(bytes, 3 + cut, length - cut);
      assertEquals(~slow, parts.value(), "length " + length + " cut at " + cut);
    }
  }
}
