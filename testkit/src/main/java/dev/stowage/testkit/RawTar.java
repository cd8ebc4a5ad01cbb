package dev.stowage.testkit;

import dev.stowage.model.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// A tar archive written header by header, legal or not. Names and links are in ISO 8859-1, one
/// character a byte, so that any bytes can be said.
public final class RawTar {
  private static final int BLOCK = 512;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /// An archive without entries.
  public RawTar() {}

  /// An entry of ustar form, with nothing after it.
  ///
  /// @param flag the type: `0` file, `1` hard link, `2` symbolic link, `3` and `4` devices, `5`
  ///   directory, `6` fifo, `x` and `g` pax records, `L` and `K` GNU's long names
  /// @param size what the header states; negative and large ones are written in base 256
  public RawTar header(String name, char flag, String link, long size) {
    return header(name, flag, link, size, 0);
  }

  /// Like [#header(String, char, String, long)], of an owner.
  public RawTar header(String name, char flag, String link, long size, long uid) {
    byte[] block = new byte[BLOCK];
    put(block, 0, 100, name);
    put(block, 100, 8, flag == '5' ? "0000755" : "0000644");
    number(block, 108, 8, uid);
    number(block, 116, 8, uid);
    number(block, 124, 12, size);
    put(block, 136, 12, "14000000000");
    block[156] = (byte) flag;
    put(block, 157, 100, link);
    boolean gnu = flag == 'L' || flag == 'K' || flag == 'S';
    put(block, 257, 8, gnu ? "ustar  \0" : "ustar\00000");
    if (flag == '3' || flag == '4') {
      put(block, 329, 8, "0000010");
      put(block, 337, 8, "0000000");
    }
    return raw(sealed(block));
  }

  public RawTar file(String name, String content) {
    byte[] bytes = content.getBytes(StandardCharsets.ISO_8859_1);
    return header(name, '0', "", bytes.length).content(bytes);
  }

  public RawTar directory(String name) {
    return header(name, '5', "", 0);
  }

  public RawTar symbolicLink(String name, String target) {
    return header(name, '2', target, 0);
  }

  public RawTar hardLink(String name, String target) {
    return header(name, '1', target, 0);
  }

  /// Records about the next entry, as `key=value` each.
  public RawTar pax(String... records) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (String record : records) {
      int length = record.length() + 3;
      while (length != record.length() + 2 + Integer.toString(length).length()) {
        length++;
      }
      all.writeBytes((length + " " + record + "\n").getBytes(StandardCharsets.ISO_8859_1));
    }
    return header("PaxHeaders/next", 'x', "", all.size()).content(all.toByteArray());
  }

  /// GNU's header of a sparse file whose one region of data is empty and lies at its end.
  public RawTar gnuSparse(String name, long size) {
    byte[] block = new byte[BLOCK];
    put(block, 0, 100, name);
    put(block, 100, 8, "0000644");
    number(block, 108, 8, 0);
    number(block, 116, 8, 0);
    number(block, 124, 12, 0);
    put(block, 136, 12, "14000000000");
    block[156] = 'S';
    put(block, 257, 8, "ustar  \0");
    number(block, 386, 12, size);
    number(block, 398, 12, 0);
    number(block, 483, 12, size);
    return raw(sealed(block));
  }

  /// What follows a header, filled up to a whole block.
  public RawTar content(byte[] bytes) {
    return raw(bytes).raw(new byte[-bytes.length & (BLOCK - 1)]);
  }

  public RawTar raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  /// The archive with the two blocks of zeros at its end.
  public Bytes end() {
    return raw(new byte[2 * BLOCK]).bytes();
  }

  /// The archive as it stands.
  public Bytes bytes() {
    return Bytes.copyOf(out.toByteArray());
  }

  private static byte[] sealed(byte[] block) {
    put(block, 148, 8, "        ");
    int sum = 0;
    for (byte one : block) {
      sum += one & 0xff;
    }
    String digits = Integer.toOctalString(sum);
    put(block, 148, 8, "0".repeat(6 - digits.length()) + digits + "\0 ");
    return block;
  }

  private static void number(byte[] block, int at, int length, long number) {
    String digits = Long.toOctalString(number);
    if (number >= 0 && digits.length() < length) {
      put(block, at, length, "0".repeat(length - 1 - digits.length()) + digits);
      return;
    }
    long left = number;
    for (int i = at + length - 1; i >= at; i--) {
      block[i] = (byte) left;
      left >>= 8;
    }
    block[at] |= (byte) 0x80;
  }

  private static void put(byte[] block, int at, int length, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    for (int i = 0; i < length; i++) {
      block[at + i] = i < bytes.length ? bytes[i] : 0;
    }
  }
}
