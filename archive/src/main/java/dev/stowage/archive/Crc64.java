package dev.stowage.archive;

import dev.stowage.linux.Isal;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Optional;

/// The CRC-64 of ISO 3309 (polynomial x^64 + x^4 + x^3 + x + 1, bits reflected, initial value and
/// final exclusive-or all ones), by which a tar-split recognises the content of a file.
///
/// Long runs are left to [Isal] on machines that have it. Elsewhere they are cut into three lanes
/// that are computed side by side, since one lane alone waits for its table look-ups most of the
/// time, and then joined.
final class Crc64 {
  private static final long POLYNOMIAL = 0xD800_0000_0000_0000L;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /// The length of a lane, in bytes.
  private static final int LANE = 4096;

  /// From how many bytes on a native call is worth while.
  private static final int LONG_RUN = 256;

  /// `TABLE[k * 256 + b]` is the remainder of byte `b` followed by `k` zero bytes.
  private static final long[] TABLE = new long[8 * 256];

  /// `SHIFT[k * 256 + b]` is what byte `k` of a remainder, if it is `b`, becomes when a lane of
  /// zeros follows.
  private static final long[] SHIFT = new long[8 * 256];

  static {
    for (int b = 0; b < 256; b++) {
      long remainder = b;
      for (int bit = 0; bit < 8; bit++) {
        remainder = (remainder >>> 1) ^ ((remainder & 1) == 0 ? 0 : POLYNOMIAL);
      }
      TABLE[b] = remainder;
    }
    for (int k = 1; k < 8; k++) {
      for (int b = 0; b < 256; b++) {
        long before = TABLE[(k - 1) * 256 + b];
        TABLE[k * 256 + b] = (before >>> 8) ^ TABLE[(int) before & 0xFF];
      }
    }
    long[] ofBit = new long[64];
    byte[] zeros = new byte[LANE];
    for (int bit = 0; bit < 64; bit++) {
      ofBit[bit] = update(1L << bit, zeros, 0, LANE);
    }
    for (int k = 0; k < 8; k++) {
      for (int b = 0; b < 256; b++) {
        long shifted = 0;
        for (int bit = 0; bit < 8; bit++) {
          if ((b >>> bit & 1) != 0) {
            shifted ^= ofBit[k * 8 + bit];
          }
        }
        SHIFT[k * 256 + b] = shifted;
      }
    }
  }

  private final Optional<Isal> isal;
  private long remainder = ~0L;

  Crc64() {
    this(Isal.here());
  }

  Crc64(Optional<Isal> isal) {
    this.isal = isal;
  }

  void reset() {
    remainder = ~0L;
  }

  long value() {
    return ~remainder;
  }

  /// The value as a tar-split has it: eight bytes, the highest first.
  byte[] bytes() {
    byte[] bytes = new byte[8];
    long value = value();
    for (int i = 0; i < 8; i++) {
      bytes[i] = (byte) (value >>> (56 - 8 * i));
    }
    return bytes;
  }

  void update(byte[] bytes, int offset, int length) {
    if (length >= LONG_RUN && isal.isPresent()) {
      remainder = ~isal.get().crc64(~remainder, bytes, offset, length);
      return;
    }
    long crc = remainder;
    int position = offset;
    int left = length;
    while (left >= 3 * LANE) {
      crc = lanes(crc, bytes, position);
      position += 3 * LANE;
      left -= 3 * LANE;
    }
    remainder = update(crc, bytes, position, left);
  }

  private static long lanes(long before, byte[] bytes, int offset) {
    long[] table = TABLE;
    long a = before;
    long b = 0;
    long c = 0;
    for (int i = offset; i < offset + LANE; i += 8) {
      a = step(table, a ^ (long) LONG.get(bytes, i));
      b = step(table, b ^ (long) LONG.get(bytes, i + LANE));
      c = step(table, c ^ (long) LONG.get(bytes, i + 2 * LANE));
    }
    return shift(shift(a) ^ b) ^ c;
  }

  private static long shift(long remainder) {
    long shifted = 0;
    for (int k = 0; k < 8; k++) {
      shifted ^= SHIFT[k * 256 + ((int) (remainder >>> (8 * k)) & 0xFF)];
    }
    return shifted;
  }

  private static long step(long[] table, long word) {
    return table[7 * 256 + ((int) word & 0xFF)]
        ^ table[6 * 256 + ((int) (word >>> 8) & 0xFF)]
        ^ table[5 * 256 + ((int) (word >>> 16) & 0xFF)]
        ^ table[4 * 256 + ((int) (word >>> 24) & 0xFF)]
        ^ table[3 * 256 + ((int) (word >>> 32) & 0xFF)]
        ^ table[2 * 256 + ((int) (word >>> 40) & 0xFF)]
        ^ table[256 + ((int) (word >>> 48) & 0xFF)]
        ^ table[(int) (word >>> 56)];
  }

  private static long update(long before, byte[] bytes, int offset, int length) {
    long[] table = TABLE;
    long crc = before;
    int position = offset;
    int end = offset + length;
    for (; position + 8 <= end; position += 8) {
      crc = step(table, crc ^ (long) LONG.get(bytes, position));
    }
    for (; position < end; position++) {
      crc = (crc >>> 8) ^ table[(int) (crc ^ bytes[position]) & 0xFF];
    }
    return crc;
  }
}
