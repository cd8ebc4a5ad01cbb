package dev.stowage.archive;

import dev.stowage.linux.FileNames;
import dev.stowage.model.MalformedException;
import java.time.DateTimeException;
import java.time.Instant;

/// The fields of a tar header and of pax records: text and numbers, read as strictly as Podman's
/// reader does and no more strictly.
final class TarField {

  private TarField() {}

  /// A text that ends with a NUL or with its field.
  static String text(byte[] block, int offset, int length) {
    int end = offset;
    while (end < offset + length && block[end] != 0) {
      end++;
    }
    return FileNames.text(block, offset, end - offset);
  }

  /// A number in octal digits, or in base 256 (two's complement, the highest bit of the first byte
  /// set).
  static long number(byte[] block, int offset, int length) throws MalformedException {
    return (block[offset] & 0x80) != 0
        ? binary(block, offset, length)
        : octal(block, offset, length);
  }

  private static long binary(byte[] block, int offset, int length) throws MalformedException {
    int inverted = (block[offset] & 0x40) != 0 ? 0xFF : 0;
    long value = 0;
    for (int i = 0; i < length; i++) {
      int digit = (block[offset + i] & 0xFF) ^ inverted;
      if (i == 0) {
        digit &= 0x7F;
      }
      if (value >>> 55 != 0) {
        throw new MalformedException("a number in a tar header is too large");
      }
      value = value << 8 | digit;
    }
    return inverted != 0 ? ~value : value;
  }

  static long octal(byte[] block, int offset, int length) throws MalformedException {
    int start = offset;
    int end = offset + length;
    while (start < end && isFiller(block[start])) {
      start++;
    }
    while (start < end && isFiller(block[end - 1])) {
      end--;
    }
    long value = 0;
    for (int i = start; i < end && block[i] != 0; i++) {
      int digit = block[i] - '0';
      if (digit < 0 || digit > 7 || value >>> 61 != 0) {
        throw new MalformedException("a number in a tar header is not octal");
      }
      value = value << 3 | digit;
    }
    return value;
  }

  private static boolean isFiller(byte b) {
    return b == 0 || b == ' ';
  }

  /// A decimal number with an optional sign.
  static long decimal(byte[] text, int offset, int length) throws MalformedException {
    int at = offset;
    int end = offset + length;
    boolean negative = length > 0 && text[at] == '-';
    if (length > 0 && (text[at] == '-' || text[at] == '+')) {
      at++;
    }
    if (at == end) {
      throw new MalformedException("a number in a pax record is missing");
    }
    long value = 0; // kept negative, which has room for the smallest number
    for (; at < end; at++) {
      int digit = text[at] - '0';
      if (digit < 0 || digit > 9 || value < Long.MIN_VALUE / 10) {
        throw notDecimal();
      }
      value = value * 10 - digit;
      if (value > 0) {
        throw notDecimal();
      }
    }
    if (negative) {
      return value;
    }
    if (value == Long.MIN_VALUE) {
      throw notDecimal();
    }
    return -value;
  }

  static long decimal(byte[] text) throws MalformedException {
    return decimal(text, 0, text.length);
  }

  private static MalformedException notDecimal() {
    return new MalformedException("a number in a pax record is not decimal or too large");
  }

  /// A pax time: seconds since 1970, with an optional sign and fraction, of which nine digits
  /// count.
  static Instant time(byte[] text) throws MalformedException {
    int dot = 0;
    while (dot < text.length && text[dot] != '.') {
      dot++;
    }
    long seconds = decimal(text, 0, dot);
    int nanos = 0;
    for (int i = 0; i < Math.max(9, text.length - dot - 1); i++) {
      int at = dot + 1 + i;
      int digit = at < text.length ? text[at] - '0' : 0;
      if (digit < 0 || digit > 9) {
        throw new MalformedException("a time in a pax record is not a number");
      }
      if (i < 9) {
        nanos = nanos * 10 + digit;
      }
    }
    return instant(seconds, text[0] == '-' ? -nanos : nanos);
  }

  /// A time; what lies beyond all calendars becomes the first or last instant there is.
  static Instant instant(long seconds, int nanos) {
    try {
      return Instant.ofEpochSecond(seconds, nanos);
    } catch (DateTimeException | ArithmeticException e) {
      return seconds < 0 ? Instant.MIN : Instant.MAX;
    }
  }
}
