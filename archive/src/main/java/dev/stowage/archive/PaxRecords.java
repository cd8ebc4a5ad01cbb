package dev.stowage.archive;

import dev.stowage.linux.FileNames;
import dev.stowage.model.Bytes;
import dev.stowage.model.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The records of one pax extended header: lines of `<length> <key>=<value>\n`, where the length
/// counts the whole line and a value may be any bytes.
///
/// Of several records of one key the last counts. The two records a region of GNU's sparse form 0.0
/// are gathered into one of form 0.1.
///
/// @see <a href="https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html">pax</a>
final class PaxRecords {
  /// What extended attributes are called; LIBARCHIVE.xattr.* says the same again and is not read.
  private static final String ATTRIBUTE = "SCHILY.xattr.";

  /// The greatest number of extended attributes of one entry: file systems hold less than 64 KiB of
  /// names.
  static final int MAX_ATTRIBUTES = 4096;

  static final PaxRecords NONE = new PaxRecords();

  private final Map<String, byte[]> values = new LinkedHashMap<>();
  private int sparseNumbers;
  private final StringBuilder sparse = new StringBuilder();

  private PaxRecords() {}

  static PaxRecords parse(byte[] block, int length) throws MalformedException {
    PaxRecords records = new PaxRecords();
    int at = 0;
    while (at < length) {
      at = records.record(block, at, length);
    }
    if (records.sparseNumbers > 0) {
      records.values.put(
          "GNU.sparse.map", records.sparse.toString().getBytes(StandardCharsets.ISO_8859_1));
    }
    return records;
  }

  /// Reads one record; returns where the next begins.
  private int record(byte[] block, int start, int limit) throws MalformedException {
    int space = find(block, ' ', start, limit);
    long length = TarField.decimal(block, start, space - start);
    if (length < 5 || length > limit - start || length < space - start + 2) {
      throw broken("length");
    }
    int end = start + (int) length;
    if (block[end - 1] != '\n') {
      throw broken("end");
    }
    int equals = find(block, '=', space + 1, end - 1);
    if (equals == space + 1 || contains(block, (byte) 0, space + 1, equals)) {
      throw broken("key");
    }
    String key = FileNames.text(block, space + 1, equals - space - 1);
    byte[] value = java.util.Arrays.copyOfRange(block, equals + 1, end - 1);
    switch (key) {
      case "GNU.sparse.offset" -> sparse(value, 0);
      case "GNU.sparse.numbytes" -> sparse(value, 1);
      case "path", "linkpath", "uname", "gname" -> {
        if (contains(value, (byte) 0, 0, value.length)) {
          throw broken("text");
        }
        values.put(key, value);
      }
      default -> values.put(key, value);
    }
    return end;
  }

  private void sparse(byte[] value, int parity) throws MalformedException {
    if (sparseNumbers % 2 != parity || contains(value, (byte) ',', 0, value.length)) {
      throw broken("sparse region");
    }
    if (sparseNumbers++ > 0) {
      sparse.append(',');
    }
    sparse.append(new String(value, StandardCharsets.ISO_8859_1));
  }

  private static int find(byte[] block, char wanted, int from, int to) throws MalformedException {
    for (int i = from; i < to; i++) {
      if (block[i] == wanted) {
        return i;
      }
    }
    throw broken("form");
  }

  private static boolean contains(byte[] block, byte wanted, int from, int to) {
    for (int i = from; i < to; i++) {
      if (block[i] == wanted) {
        return true;
      }
    }
    return false;
  }

  private static MalformedException broken(String what) {
    return new MalformedException("a pax record has a wrong " + what);
  }

  /// The value of a key; empty also if the value is empty, which says "as the header has it".
  Optional<byte[]> value(String key) {
    byte @Nullable [] value = values.get(key);
    return value == null || value.length == 0 ? Optional.empty() : Optional.of(value);
  }

  String text(String key, String otherwise) {
    return value(key).map(FileNames::text).orElse(otherwise);
  }

  long number(String key, long otherwise) throws MalformedException {
    Optional<byte[]> value = value(key);
    return value.isEmpty() ? otherwise : TarField.decimal(value.get());
  }

  Map<String, Bytes> attributes() throws MalformedException {
    if (values.isEmpty()) {
      return Map.of();
    }
    Map<String, Bytes> attributes = new LinkedHashMap<>();
    for (Map.Entry<String, byte[]> record : values.entrySet()) {
      if (record.getKey().startsWith(ATTRIBUTE)) {
        attributes.put(
            record.getKey().substring(ATTRIBUTE.length()), Bytes.owning(record.getValue()));
      }
    }
    if (attributes.size() > MAX_ATTRIBUTES) {
      throw new MalformedException("more than " + MAX_ATTRIBUTES + " extended attributes");
    }
    return attributes.isEmpty() ? Map.of() : attributes;
  }
}
