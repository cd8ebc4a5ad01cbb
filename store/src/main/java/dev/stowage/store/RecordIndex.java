package dev.stowage.store;

import dev.stowage.linux.FileFacts;
import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/// Where the records of one large file stand in it, by ID, by name, by digest and by when they were
/// made, so that whoever needs a few of thousands reads a few.
///
/// It is kept beside the store and holds for one content of the file alone, which it knows by its
/// checksum, and for no other file. It may be old, damaged or missing at any time: then the file is
/// read as a whole. Only a tidy file has one: each row is a finished record with an ID of 64
/// hexadecimal digits, and no ID or name stands in it twice.
///
/// A file of it is a sequence of numbers, the most significant byte first: a mark of this form; the
/// inode, length, and seconds and nanoseconds of the last change of the file of records; the CRC-32
/// of its content; how many records, names, digests and times it has; where each record begins; the
/// IDs, the names and the digests, sorted, as keys of 64 bits; for each record the second it was
/// made in, unless that is known of none; the CRC-32 of all before it.
final class RecordIndex {
  /// Smaller files are read in about the time that looking for an index takes, in bytes.
  static final int SMALLEST_FILE = 1 << 19;

  /// As long as an index of the most records can be, in bytes.
  static final long LARGEST = 64L << 20;

  private static final long MARK = 0x53746f77_49647832L;
  private static final int HEAD = 56;

  /// The time of a record that does not say when it was made.
  static final long TIMELESS = Long.MIN_VALUE;

  /// A key is what can be compared of an ID, a digest or a name, and in its last bits the number of
  /// the row.
  private static final int ROW_BITS = 20;

  private static final int MOST_ROWS = 1 << ROW_BITS;

  /// How many digits of an ID or a digest a key holds.
  private static final int KEY_DIGITS = 10;

  private final ByteBuffer numbers;
  private final int count;
  private final int names;
  private final int digests;
  private final int times;

  private RecordIndex(ByteBuffer numbers) {
    this.numbers = numbers;
    this.count = numbers.getInt(40);
    this.names = numbers.getInt(44);
    this.digests = numbers.getInt(48);
    this.times = numbers.getInt(52);
  }

  /// One record to be found by the index.
  ///
  /// @param digests those of SHA-256 count
  /// @param created in seconds since 1970, or [#TIMELESS]
  record Entry(int place, String id, List<String> names, List<Digest> digests, long created) {}

  /// The index as a file, unless there are more records than it has numbers for.
  ///
  /// @param facts of the file of records
  static Optional<Bytes> file(FileFacts facts, Bytes content, List<Entry> entries) {
    int named = 0;
    int digested = 0;
    boolean timed = false;
    for (Entry entry : entries) {
      named += entry.names().size();
      digested += entry.digests().size();
      timed |= entry.created() != TIMELESS;
    }
    int times = timed ? entries.size() : 0;
    long length = length(entries.size(), named, digested, times);
    if (entries.size() > MOST_ROWS || length > LARGEST) {
      return Optional.empty();
    }
    long[] ids = new long[entries.size()];
    long[] names = new long[named];
    int name = 0;
    long[] digests = new long[digested];
    int digest = 0;
    for (int row = 0; row < ids.length; row++) {
      Entry entry = entries.get(row);
      ids[row] = first(entry.id(), '0') << ROW_BITS | row;
      for (String each : entry.names()) {
        names[name++] = hash(each) << ROW_BITS | row;
      }
      for (Digest each : entry.digests()) {
        digests[digest++] = first(each.hex(), '0') << ROW_BITS | row;
      }
    }
    Arrays.sort(ids);
    Arrays.sort(names);
    Arrays.sort(digests);
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
    out.putInt(digested);
    out.putInt(times);
    for (Entry entry : entries) {
      out.putInt(entry.place());
    }
    for (long id : ids) {
      out.putLong(id);
    }
    for (long each : names) {
      out.putLong(each);
    }
    for (long each : digests) {
      out.putLong(each);
    }
    if (timed) {
      for (Entry entry : entries) {
        out.putLong(entry.created());
      }
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
    RecordIndex index = new RecordIndex(in);
    if (index.count < 0
        || index.names < 0
        || index.digests < 0
        || (index.times != 0 && index.times != index.count)
        || in.limit() != length(index.count, index.names, index.digests, index.times)
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
        ? Optional.of(index)
        : Optional.empty();
  }

  private static long length(int count, int names, int digests, int times) {
    return HEAD + 4L * count + 8L * count + 8L * names + 8L * digests + 8L * times + 4;
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

  /// The rows, in ascending order, among which are all with a digest of SHA-256 that begins with
  /// the digits.
  int[] rowsByDigest(String digits) {
    return rows(HEAD + 12 * count + 8 * names, digests, first(digits, '0'), first(digits, 'f'));
  }

  /// The rows, in ascending order, among which are all that were made between these seconds, or
  /// that do not say when.
  int[] rowsByTime(long earliest, long latest) {
    int[] rows = new int[count];
    int found = 0;
    for (int row = 0; row < count; row++) {
      long time =
          times == 0 ? TIMELESS : numbers.getLong(HEAD + 12 * count + 8 * (names + digests + row));
      if (time == TIMELESS || (time >= earliest && time <= latest)) {
        rows[found++] = row;
      }
    }
    return Arrays.copyOf(rows, found);
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
    int kept = 0;
    for (int row : rows) {
      if (kept == 0 || rows[kept - 1] != row) {
        rows[kept++] = row;
      }
    }
    return Arrays.copyOf(rows, kept);
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
