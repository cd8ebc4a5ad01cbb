package dev.stowage.archive;

import dev.stowage.model.MalformedException;
import java.util.Arrays;

/// Where the data of a sparse file lies; all else in it is holes, which read as zeros.
///
/// The regions are in order, do not overlap and end within the file.
public final class SparseMap {
  private final long[] numbers;

  private SparseMap(long[] numbers) {
    this.numbers = numbers;
  }

  /// How many regions there are.
  public int count() {
    return numbers.length / 2;
  }

  /// Where a region begins in the file, in bytes.
  public long offset(int region) {
    return numbers[2 * region];
  }

  /// How long a region is, in bytes.
  public long length(int region) {
    return numbers[2 * region + 1];
  }

  /// Checks pairs of offset and length.
  ///
  /// @param size the length of the file with its holes
  /// @param stored how many bytes of data the archive has for it
  static SparseMap of(long[] numbers, long size, long stored) throws MalformedException {
    long end = 0;
    long data = 0;
    for (int i = 0; i < numbers.length; i += 2) {
      long offset = numbers[i];
      long length = numbers[i + 1];
      if (offset < end || length < 0 || offset > size - length) {
        throw new MalformedException("the regions of a sparse file overlap or lie outside of it");
      }
      end = offset + length;
      data += length;
    }
    if (size < 0 || data != stored) {
      throw new MalformedException(
          "a sparse file states " + data + " bytes of data and has " + stored);
    }
    return new SparseMap(numbers);
  }

  /// The numbers of a map that grows while it is read.
  static final class Builder {
    private long[] numbers = new long[8];
    private int count;

    void add(long number) {
      if (count == numbers.length) {
        numbers = Arrays.copyOf(numbers, count * 2);
      }
      numbers[count++] = number;
    }

    int count() {
      return count;
    }

    long[] numbers() {
      return Arrays.copyOf(numbers, count);
    }
  }
}
