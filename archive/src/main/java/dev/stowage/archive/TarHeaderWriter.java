package dev.stowage.archive;

import dev.stowage.linux.FileNames;
import dev.stowage.model.Bytes;
import dev.stowage.model.MalformedException;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/// Writes tar headers as Podman writes them: ustar where that can say everything, else pax, whose
/// records come sorted by key; whole seconds only.
final class TarHeaderWriter {
  private static final int NAME = 100;
  private static final int PREFIX = 155;

  /// The greatest numbers that fit: seven and eleven octal digits.
  private static final long MAX_SMALL = 07777777L;

  private static final long MAX_LARGE = 077777777777L;

  private TarHeaderWriter() {}

  /// The blocks before the content of an entry.
  ///
  /// @throws MalformedException if a record is too long for any reader
  static byte[] headers(TarEntry entry) throws MalformedException {
    return headers(entry, new TreeMap<>());
  }

  /// The blocks before the content of an entry, its time to the nanosecond.
  ///
  /// @throws MalformedException if a record is too long for any reader
  static byte[] exactHeaders(TarEntry entry) throws MalformedException {
    Map<String, byte[]> records = new TreeMap<>();
    Instant modified = entry.modified();
    long seconds = modified.getEpochSecond();
    int nanos = modified.getNano();
    if (nanos != 0) {
      String time =
          BigDecimal.valueOf(seconds)
              .add(BigDecimal.valueOf(nanos, 9))
              .stripTrailingZeros()
              .toPlainString();
      records.put("mtime", time.getBytes(StandardCharsets.US_ASCII));
    }
    return headers(entry, records);
  }

  private static byte[] headers(TarEntry entry, Map<String, byte[]> records)
      throws MalformedException {
    byte[] name = FileNames.bytes(entry.name());
    byte[] link = FileNames.bytes(entry.linkName());
    int split = name.length > NAME && isAscii(name) ? splitAt(name) : 0;
    if (!isAscii(name) || (name.length > NAME && split == 0)) {
      records.put("path", name);
    }
    if (!isAscii(link) || link.length > NAME) {
      records.put("linkpath", link);
    }
    long modified = entry.modified().getEpochSecond();
    number(records, "uid", entry.uid(), MAX_SMALL);
    number(records, "gid", entry.gid(), MAX_SMALL);
    number(records, "size", entry.size(), MAX_LARGE);
    if (!records.containsKey("mtime")) {
      number(records, "mtime", modified, MAX_LARGE);
    }
    for (Map.Entry<String, Bytes> attribute : entry.attributes().entrySet()) {
      records.put("SCHILY.xattr." + attribute.getKey(), attribute.getValue().toArray());
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (!records.isEmpty()) {
      if (name.length > NAME) {
        records.put("path", name);
      }
      writeRecords(out, entry.name(), records);
      split = 0;
    }
    Block block = new Block();
    if (split > 0) {
      block.text(345, PREFIX, Arrays.copyOf(name, split));
      block.text(0, NAME, Arrays.copyOfRange(name, split + 1, name.length));
    } else {
      block.text(0, NAME, ascii(name));
    }
    block.text(157, NAME, ascii(link));
    block.octal(100, 8, entry.mode().bits(), MAX_SMALL);
    block.octal(108, 8, entry.uid(), MAX_SMALL);
    block.octal(116, 8, entry.gid(), MAX_SMALL);
    block.octal(124, 12, entry.size(), MAX_LARGE);
    block.octal(136, 12, modified, MAX_LARGE);
    block.octal(329, 8, entry.device().major(), MAX_SMALL);
    block.octal(337, 8, entry.device().minor(), MAX_SMALL);
    out.writeBytes(block.finish(entry.flag()));
    return out.toByteArray();
  }

  private static void number(Map<String, byte[]> records, String key, long number, long greatest) {
    if (number < 0 || number > greatest) {
      records.put(key, Long.toString(number).getBytes(StandardCharsets.US_ASCII));
    }
  }

  private static void writeRecords(
      ByteArrayOutputStream out, String name, Map<String, byte[]> records)
      throws MalformedException {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (Map.Entry<String, byte[]> record : records.entrySet()) {
      byte[] key = FileNames.bytes(record.getKey());
      int rest = key.length + record.getValue().length + 3;
      int length = rest + 1;
      while (length != rest + Integer.toString(length).length()) {
        length++;
      }
      lines.writeBytes(Integer.toString(length).getBytes(StandardCharsets.US_ASCII));
      lines.write(' ');
      lines.writeBytes(key);
      lines.write('=');
      lines.writeBytes(record.getValue());
      lines.write('\n');
    }
    if (lines.size() > TarReader.MAX_SPECIAL) {
      throw new MalformedException(
          "the extended attributes of " + Shown.name(name) + " do not fit into an archive");
    }
    int slash = name.lastIndexOf('/');
    String own = name.substring(0, slash + 1) + "PaxHeaders.0/" + name.substring(slash + 1);
    byte[] cut = ascii(FileNames.bytes(own));
    int length = Math.min(NAME, cut.length);
    while (length > 0 && cut[length - 1] == '/') {
      length--;
    }
    Block block = new Block();
    block.text(0, NAME, Arrays.copyOf(cut, length));
    block.octal(100, 8, 0, MAX_SMALL);
    block.octal(108, 8, 0, MAX_SMALL);
    block.octal(116, 8, 0, MAX_SMALL);
    block.octal(124, 12, lines.size(), MAX_LARGE);
    block.octal(136, 12, 0, MAX_LARGE);
    out.writeBytes(block.finish((byte) 'x'));
    out.writeBytes(lines.toByteArray());
    out.writeBytes(new byte[-lines.size() & (TarBlock.SIZE - 1)]);
  }

  /// Where a name can be cut into prefix and rest; 0 if nowhere.
  private static int splitAt(byte[] name) {
    int end = Math.min(name.length, PREFIX + 1);
    if (end == name.length && name[end - 1] == '/') {
      end--;
    }
    for (int i = end - 1; i > 0; i--) {
      if (name[i] == '/') {
        int rest = name.length - i - 1;
        return rest > 0 && rest <= NAME ? i : 0;
      }
    }
    return 0;
  }

  private static boolean isAscii(byte[] text) {
    for (byte b : text) {
      if (b <= 0) {
        return false;
      }
    }
    return true;
  }

  /// What a header shows of a name that a record has in full.
  private static byte[] ascii(byte[] text) {
    if (isAscii(text)) {
      return text;
    }
    ByteArrayOutputStream kept = new ByteArrayOutputStream(text.length);
    for (byte b : text) {
      if (b > 0) {
        kept.write(b);
      }
    }
    return kept.toByteArray();
  }

  private static final class Block {
    private final byte[] bytes = new byte[TarBlock.SIZE];

    void text(int offset, int width, byte[] text) {
      System.arraycopy(text, 0, bytes, offset, Math.min(width, text.length));
      for (int i = offset + width - 1; text.length > width && i > offset && bytes[i] == '/'; i--) {
        bytes[i] = 0; // readers would take it for a directory
      }
    }

    void octal(int offset, int width, long number, long greatest) {
      long left = number < 0 || number > greatest ? 0 : number;
      for (int i = offset + width - 2; i >= offset; i--) {
        bytes[i] = (byte) ('0' + (left & 7));
        left >>>= 3;
      }
    }

    byte[] finish(byte flag) {
      bytes[156] = flag;
      text(257, 8, "ustar\00000".getBytes(StandardCharsets.US_ASCII));
      int sum = 8 * ' ';
      for (byte b : bytes) {
        sum += b & 0xFF;
      }
      octal(148, 7, sum, MAX_SMALL);
      bytes[155] = ' ';
      return bytes;
    }
  }

  /// A time without its fraction.
  static Instant wholeSeconds(Instant time) {
    return Instant.ofEpochSecond(time.getEpochSecond());
  }
}
