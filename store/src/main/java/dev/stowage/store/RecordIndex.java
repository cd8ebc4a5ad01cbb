package dev.stowage.store;

import dev.stowage.linux.FileFacts;
import dev.stowage.model.Bytes;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/// Where the records of one large file stand in it, by ID and by name, so that whoever needs a few
/// of thousands reads a few.
///
/// It is kept beside the store and holds for one content of the file alone, which it knows by its
/// checksum, and for no other file. It may be old, damaged or missing at any time: then the file is
/// read as a whole. Only a tidy file has one: each row is a finished record with an ID of 64
/// hexadecimal digits, and no ID or name stands in it twice.
///
/// A file of it is a sequence of numbers, the most significant byte first: a mark of this form; the
/// inode, length, and seconds and nanoseconds of the last change of the file of records; the CRC-32
/// of its content; how many records and how many names it has; where each record begins; the IDs
/// and the names, sorted, as keys of 64 bits; the CRC-32 of all before it.
final class RecordIndex {
  /// Smaller files are read in about the time that looking for an index takes, in bytes.
  static final int SMALLEST_FILE = 1 << 19;

  /// As long as an index of the most records can be, in bytes.
  static final long LARGEST = 64L << 20;

  private static final long MARK = 0x53746f77_49647831L;
  private static final int HEAD = 48;

  /// A key is what can be compared of an ID or a name, and in its last bits the number of the row.
  private static final int ROW_BITS = 20;

  private static final int MOST_ROWS = 1 << ROW_BITS;

  /// How many digits of an ID a key holds.
  private static final int KEY_DIGITS = 10;

  private final ByteBuffer numbers;
  private final int count;
  private final int names;

  private RecordIndex(ByteBuffer numbers, int count, int names) {
    this.numbers = numbers;
    this.count = count;
    this.names = names;
  }

  /// One record to be found by the index.
  record Entry(int place, String id, List<String> names) {}

  /// The index as a file, unless there are more records than it has numbers for.
  ///
  /// @param facts of the file of records
  static Optional<Bytes> file(FileFacts facts, Bytes content, List<Entry> entries) {
    int named = 0;
    for (Entry entry : entries) {
      named += entry.names().size();
    }
    long length = HEAD + 4L * entries.size() + 8L * entries.size() + 8L * named + 4;
    if (entries.size() > MOST_ROWS || length > LARGEST) {
      return Optional.empty();
    }
    long[] ids = new long[entries.size()];
    long[] names = new long[named];
    int name = 0;
    for (int row = 0; row < ids.length; row++) {
      Entry entry = entries.get(row);
      ids[row] = first(entry.id(), '0') << ROW_BITS | row;
      for (String each : entry.names()) {
        names[name++] = hash(each) << ROW_BITS | row;
      }
    }
    Arrays.sort(ids);
    Arrays.sort(names);
    byte[] file = new byte[(int) length];
    ByteBuffer out = ByteBuffer.wrap(file);
    Instant modified = facts.modified();
    out.putLong(MARK);
    out.putLong(facts.inode());
    out.putLong(content.length());
    out.putLong(modified.getEpochSecond());
    out.putInt(modified.getNano());
    out.putInt(checksum(content));
    out.putInt(ids.length);
    out.putInt(named);
    for (Entry entry : entries) {
      out.putInt(entry.place());
    }
    for (long id : ids) {
      out.putLong(id);
    }
    for (long each : names) {
      out.putLong(each);
    }
    CRC32 checksum = new CRC32();
    checksum.update(file, 0, file.length - 4);
    out.putInt((int) checksum.getValue());
    return Optional.of(Bytes.owning(file));
  }

  /// Reads an index; none if it is damaged, or of another file or another content.
  static Optional<RecordIndex> read(Bytes file, FileFacts facts, Bytes content) {
    ByteBuffer in = file.buffer();
    if (in.limit() < HEAD + 4 || in.getLong(0) != MARK) {
      return Optional.empty();
    }
    Instant modified = facts.modified();
    int count = in.getInt(40);
    int names = in.getInt(44);
    if (count < 0
        || names < 0
        || in.limit() != HEAD + 12L * count + 8L * names + 4
        || in.getLong(8) != facts.inode()
        || in.getLong(16) != content.length()
        || in.getLong(24) != modified.getEpochSecond()
        || in.getInt(32) != modified.getNano()) {
      return Optional.empty();
    }
    CRC32 checksum = new CRC32();
    checksum.update(file.buffer().limit(in.limit() - 4));
    return (int) checksum.getValue() == in.getInt(in.limit() - 4)
            && checksum(content) == in.getInt(36)
        ? Optional.of(new RecordIndex(in, count, names))
        : Optional.empty();
  }

  /// How many records there are.
  int count() {
    return count;
  }

  /// Where the record of the row begins in its file.
  int place(int row) {
    return numbers.getInt(HEAD + 4 * row);
  }

  /// The rows, in ascending order, among which are all whose IDs begin with the digits.
  int[] rowsById(String digits) {
    return rows(HEAD + 4 * count, count, first(digits, '0'), first(digits, 'f'));
  }

  /// The rows, in ascending order, among which are all that have the name.
  int[] rowsByName(String name) {
    long hash = hash(name);
    return rows(HEAD + 12 * count, names, hash, hash);
  }

  private int[] rows(int keys, int count, long least, long greatest) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (numbers.getLong(keys + 8 * middle) >>> ROW_BITS < least) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    int end = low;
    while (end < count && numbers.getLong(keys + 8 * end) >>> ROW_BITS <= greatest) {
      end++;
    }
    int[] rows = new int[end - low];
    for (int i = low; i < end; i++) {
      rows[i - low] = (int) numbers.getLong(keys + 8 * i) & (MOST_ROWS - 1);
    }
    Arrays.sort(rows);
    return rows;
  }

  /// The number that the first digits make, filled up with another.
  private static long first(String digits, char filling) {
    long number = 0;
    for (int i = 0; i < KEY_DIGITS; i++) {
      char digit = i < digits.length() ? digits.charAt(i) : filling;
      number = number << 4 | (digit <= '9' ? digit - '0' : digit - 'a' + 10) & 0xf;
    }
    return number;
  }

  private static long hash(String name) {
    return name.hashCode() & 0xffff_ffffL;
  }

  private static int checksum(Bytes content) {
    CRC32 checksum = new CRC32();
    checksum.update(content.buffer());
    return (int) checksum.getValue();
  }
}
