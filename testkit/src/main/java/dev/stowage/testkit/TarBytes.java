package dev.stowage.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/// Writes tar archives byte by byte, legal or not: every field of a header can be given as it
/// stands.
public final class TarBytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /// An archive of nothing, not even its end.
  public TarBytes() {}

  /// One header block in the making; what is not set is as a plain ustar file of size 0 has it.
  public static final class Header {
    private final byte[] block = new byte[512];

    public Header() {
      field(100, 8, "0000644");
      field(108, 8, "0000000");
      field(116, 8, "0000000");
      field(124, 12, "00000000000");
      field(136, 12, "14000000000");
      block[156] = '0';
      field(257, 6, "ustar\0");
      field(263, 2, "00");
    }

    public static Header of(String name, char flag) {
      return new Header().name(name).flag(flag);
    }

    public Header field(int offset, int length, String text) {
      byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
      for (int i = 0; i < length; i++) {
        block[offset + i] = i < bytes.length ? bytes[i] : 0;
      }
      return this;
    }

    /// The name field.
    ///
    /// @param name in ISO 8859-1, one character a byte
    public Header name(String name) {
      return field(0, 100, name);
    }

    public Header link(String name) {
      return field(157, 100, name);
    }

    public Header flag(char flag) {
      block[156] = (byte) flag;
      return this;
    }

    public Header mode(int mode) {
      return octal(100, 8, mode);
    }

    public Header owner(long uid, long gid) {
      return number(108, 8, uid).number(116, 8, gid);
    }

    public Header size(long size) {
      return number(124, 12, size);
    }

    public Header modified(long seconds) {
      return number(136, 12, seconds);
    }

    public Header device(int major, int minor) {
      return octal(329, 8, major).octal(337, 8, minor);
    }

    public Header gnu() {
      return field(257, 8, "ustar  \0");
    }

    public Header v7() {
      return field(257, 8, "");
    }

    public Header star() {
      return field(508, 4, "tar\0").octal(476, 12, 1).octal(488, 12, 1);
    }

    public Header octal(int offset, int length, long number) {
      String digits = Long.toOctalString(number);
      return field(offset, length, "0".repeat(Math.max(0, length - 1 - digits.length())) + digits);
    }

    /// Octal if it fits, else base 256.
    public Header number(int offset, int length, long number) {
      return number >= 0 && Long.toOctalString(number).length() < length
          ? octal(offset, length, number)
          : binary(offset, length, number);
    }

    public Header binary(int offset, int length, long number) {
      long left = number;
      for (int i = length - 1; i >= 0; i--) {
        block[offset + i] = (byte) left;
        left >>= 8;
      }
      block[offset] |= (byte) 0x80;
      return this;
    }

    public byte[] bytes() {
      field(148, 8, "        ");
      int sum = 0;
      for (byte b : block) {
        sum += b & 0xFF;
      }
      field(148, 8, String.format("%06o\0 ", sum));
      return block.clone();
    }
  }

  public TarBytes raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  public TarBytes header(Header header) {
    return raw(header.bytes());
  }

  public TarBytes zeros(int count) {
    return raw(new byte[count]);
  }

  public TarBytes pad() {
    return zeros(-out.size() & 511);
  }

  /// A header, content of its size, and padding.
  public TarBytes file(Header header, byte[] content) {
    return header(header.size(content.length)).raw(content).pad();
  }

  public TarBytes file(String name, String content) {
    return file(Header.of(name, '0'), content.getBytes(StandardCharsets.UTF_8));
  }

  public TarBytes directory(String name) {
    return header(Header.of(name, '5').mode(0755));
  }

  public TarBytes link(char flag, String name, String target) {
    return header(Header.of(name, flag).mode(0777).link(target));
  }

  /// Records for the next entry.
  public TarBytes pax(Map<String, String> records) {
    return pax('x', records);
  }

  public TarBytes pax(char flag, Map<String, String> records) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    records.forEach(
        (key, value) -> block.writeBytes(record(key, value).getBytes(StandardCharsets.ISO_8859_1)));
    return file(Header.of("PaxHeaders/x", flag), block.toByteArray());
  }

  public TarBytes pax(String... keysAndValues) {
    Map<String, String> records = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      records.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return pax(records);
  }

  private static String record(String key, String value) {
    int rest = key.length() + value.length() + 3;
    int length = rest + 1;
    while (length != rest + Integer.toString(length).length()) {
      length++;
    }
    return length + " " + key + "=" + value + "\n";
  }

  /// GNU's long name (`L`) or long link name (`K`).
  public TarBytes gnuLong(char flag, String text) {
    return file(
        Header.of("././@LongLink", flag).gnu(),
        (text + "\0").getBytes(StandardCharsets.ISO_8859_1));
  }

  public TarBytes end() {
    return zeros(1024);
  }

  public int size() {
    return out.size();
  }

  public byte[] bytes() {
    return out.toByteArray();
  }
}
