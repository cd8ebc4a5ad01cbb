package dev.stowage.archive;

import dev.stowage.model.MalformedException;
import java.io.IOException;
import java.util.Arrays;

/// The ways in which GNU tar writes down where the data of a sparse file lies: in the header and
/// blocks after it (old GNU), in pax records (0.0 and 0.1), or before the data (1.0).
///
/// @see <a href="https://www.gnu.org/software/tar/manual/html_section/Sparse-Formats.html">Storing
///   sparse files</a>
final class SparseForms {
  /// What the longest map may take in the archive, in bytes.
  private static final int MAX_MAP = TarReader.MAX_SPECIAL;

  private static final int LONGEST_NUMBER = 20;

  private final TarReader reader;

  SparseForms(TarReader reader) {
    this.reader = reader;
  }

  static boolean isSparse(PaxRecords pax) {
    String major = pax.text("GNU.sparse.major", "");
    String minor = pax.text("GNU.sparse.minor", "");
    if (major.isEmpty() && minor.isEmpty()) {
      return pax.value("GNU.sparse.map").isPresent();
    }
    return switch (major) {
      case "0" -> minor.equals("0") || minor.equals("1");
      case "1" -> minor.equals("0");
      default -> false;
    };
  }

  SparseMap old(TarBlock block, long size) throws IOException {
    if (block.form() != TarBlock.Form.GNU) {
      throw new MalformedException("a sparse file of another form than GNU's");
    }
    SparseMap.Builder map = new SparseMap.Builder();
    boolean more = block.sparseRegions(map);
    for (int length = 0; more; length += TarBlock.SIZE) {
      if (length >= MAX_MAP) {
        throw tooLong();
      }
      reader.readExtension();
      more = block.extensionRegions(map);
    }
    return SparseMap.of(map.numbers(), size, reader.remaining());
  }

  SparseMap pax(PaxRecords pax, long size) throws IOException {
    long[] numbers =
        pax.text("GNU.sparse.major", "").equals("1") ? beforeTheData() : inRecords(pax);
    return SparseMap.of(numbers, size, reader.remaining());
  }

  private static long[] inRecords(PaxRecords pax) throws MalformedException {
    SparseMap.Builder map = new SparseMap.Builder();
    byte[] text = pax.value("GNU.sparse.map").orElse(new byte[0]);
    int start = 0;
    for (int i = 0; i <= text.length && text.length > 0; i++) {
      if (i == text.length || text[i] == ',') {
        map.add(TarField.decimal(text, start, i - start));
        start = i + 1;
      }
    }
    byte[] count = pax.value("GNU.sparse.numblocks").orElse(new byte[0]);
    long regions = TarField.decimal(count);
    if (regions < 0 || regions > MAX_MAP || map.count() != 2 * regions) {
      throw new MalformedException("the map of a sparse file has another length than stated");
    }
    return map.numbers();
  }

  /// Numbers, each on a line of its own: how many regions, then their offsets and lengths; filled
  /// up to a whole block.
  private long[] beforeTheData() throws IOException {
    SparseMap.Builder map = new SparseMap.Builder();
    byte[] block = new byte[TarBlock.SIZE];
    byte[] line = new byte[LONGEST_NUMBER];
    int length = 0;
    long wanted = 1;
    for (int read = 0; map.count() < wanted; read += TarBlock.SIZE) {
      if (read >= MAX_MAP) {
        throw tooLong();
      }
      reader.read(block, 0, TarBlock.SIZE);
      for (int i = 0; i < TarBlock.SIZE && map.count() < wanted; i++) {
        if (block[i] == '\n') {
          long number = TarField.decimal(line, 0, length);
          length = 0;
          map.add(number);
          if (map.count() == 1) {
            if (number < 0 || number > MAX_MAP) {
              throw tooLong();
            }
            wanted = 1 + 2 * number;
          }
        } else if (length < LONGEST_NUMBER) {
          line[length++] = block[i];
        } else {
          throw new MalformedException("a number in the map of a sparse file is too long");
        }
      }
    }
    long[] numbers = map.numbers();
    return Arrays.copyOfRange(numbers, 1, numbers.length);
  }

  private static MalformedException tooLong() {
    return new MalformedException("the map of a sparse file is longer than " + MAX_MAP + " bytes");
  }
}
