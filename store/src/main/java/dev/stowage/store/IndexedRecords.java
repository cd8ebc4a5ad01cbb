package dev.stowage.store;

import dev.stowage.model.Bytes;
import dev.stowage.model.Json;
import java.util.AbstractList;
import java.util.List;
import java.util.Optional;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/// The records of a file that has an index, in its order; each is read when it is asked for.
///
/// @param <R> what a row of the file is
final class IndexedRecords<R> extends AbstractList<R> implements RandomAccess {
  private final Bytes content;
  private final RecordIndex index;
  private final Table.Kind<R> kind;
  private final Home home;

  /// What was read before. Records are immutable, so that it is no harm if two threads read one.
  private final @Nullable Object[] read;

  /// @param content what the index is of
  IndexedRecords(Bytes content, RecordIndex index, Table.Kind<R> kind, Home home) {
    this.content = content;
    this.index = index;
    this.kind = kind;
    this.home = home;
    this.read = new @Nullable Object[index.count()];
  }

  @Override
  public int size() {
    return read.length;
  }

  @Override
  public R get(int row) {
    Object known = read[row];
    if (known == null) {
      known = kind.record(Json.recordAt(content, index.place(row)), home).orElseThrow();
      read[row] = known;
    }
    @SuppressWarnings("unchecked") // only records of this kind are put there
    R record = (R) known;
    return record;
  }

  /// The row of the record that has the ID; −1 if none has.
  int row(String id) {
    for (int row : index.rowsById(id)) {
      if (kind.id(get(row)).equals(id)) {
        return row;
      }
    }
    return -1;
  }

  Optional<R> withId(String id) {
    int row = row(id);
    return row < 0 ? Optional.empty() : Optional.of(get(row));
  }

  /// Records in the order of the file, among which are all whose IDs begin with the digits.
  List<R> amongIds(String digits) {
    return new Rows(index.rowsById(digits));
  }

  /// Records in the order of the file, among which are all that have a digest of SHA-256 that
  /// begins with the digits.
  List<R> amongDigests(String digits) {
    return new Rows(index.rowsByDigest(digits));
  }

  /// Records in the order of the file, among which are all that were made between these seconds
  /// since 1970, or that do not say when.
  List<R> amongTimes(long earliest, long latest) {
    return new Rows(index.rowsByTime(earliest, latest));
  }

  Home home() {
    return home;
  }

  /// Some of the records, each read when it is asked for.
  private final class Rows extends AbstractList<R> implements RandomAccess {
    private final int[] rows;

    private Rows(int[] rows) {
      this.rows = rows;
    }

    @Override
    public int size() {
      return rows.length;
    }

    @Override
    public R get(int at) {
      return IndexedRecords.this.get(rows[at]);
    }
  }

  Optional<R> named(String name) {
    for (int row : index.rowsByName(name)) {
      if (kind.names(get(row)).contains(name)) {
        return Optional.of(get(row));
      }
    }
    return Optional.empty();
  }
}
