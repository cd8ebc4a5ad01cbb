package dev.stowage.store;

import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.model.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The rows of one file of records, in its order. Rows that are no records stay in the file.
///
/// @param <R> what a row is
final class Table<R> {

  private final Path file;
  private final Home home;
  private final Kind<R> kind;
  private List<Row<R>> rows;

  /// What the rows are, as long as they are what was found by an index.
  private @Nullable IndexedRecords<R> indexed;

  /// One row.
  ///
  /// @param record none if the row has no usable ID
  record Row<R>(Json json, Optional<R> record) {}

  /// How rows become records.
  interface Kind<R> {
    Optional<R> record(Json.Obj json, Home home);

    Json.Obj json(R record);

    String id(R record);

    List<String> names(R record);

    /// The digests that the record is looked for by.
    List<Digest> digests(R record);

    /// When what is recorded was made, in seconds since 1970, if records are looked for by it;
    /// [RecordIndex#TIMELESS] if not.
    long created(R record);

    /// Whether the record is one that everybody may see.
    boolean finished(R record);
  }

  private Table(
      Path file, Home home, Kind<R> kind, List<Row<R>> rows, @Nullable IndexedRecords<R> indexed) {
    this.file = file;
    this.home = home;
    this.kind = kind;
    this.rows = rows;
    this.indexed = indexed;
  }

  static <R> Table<R> of(Path file, Home home, Kind<R> kind, List<Json> items) {
    List<Row<R>> rows = new ArrayList<>(items.size());
    for (Json item : items) {
      rows.add(
          new Row<>(
              item, item instanceof Json.Obj json ? kind.record(json, home) : Optional.empty()));
    }
    return new Table<>(file, home, kind, rows, null);
  }

  /// The rows of a file that has an index.
  static <R> Table<R> of(Path file, Home home, Kind<R> kind, Bytes content, RecordIndex index) {
    return new Table<>(
        file, home, kind, List.of(), new IndexedRecords<>(content, index, kind, home));
  }

  Path file() {
    return file;
  }

  Home home() {
    return home;
  }

  boolean isEmpty() {
    return indexed == null ? rows.isEmpty() : indexed.isEmpty();
  }

  /// The records, if they are what was found by an index.
  Optional<IndexedRecords<R>> indexed() {
    return Optional.ofNullable(indexed);
  }

  void addTo(List<R> records) {
    if (indexed != null) {
      records.addAll(indexed);
      return;
    }
    for (Row<R> row : rows) {
      if (row.record().isPresent()) {
        records.add(row.record().get());
      }
    }
  }

  /// How many rows are no records.
  int strange() {
    int count = 0;
    for (Row<R> row : rows) {
      if (row.record().isEmpty()) {
        count++;
      }
    }
    return count;
  }

  /// What an index of the rows has to know; none unless all is tidy.
  Optional<List<RecordIndex.Entry>> entries() {
    List<RecordIndex.Entry> entries = new ArrayList<>(rows.size());
    Set<String> known = HashSet.newHashSet(3 * rows.size());
    for (Row<R> row : rows) {
      if (row.record().isEmpty()
          || !(row.json() instanceof Json.Obj json)
          || json.place().isEmpty()) {
        return Optional.empty();
      }
      R record = row.record().get();
      String id = kind.id(record);
      List<String> names = kind.names(record);
      if (!Ids.looksMade(id) || !kind.finished(record) || !known.add(id)) {
        return Optional.empty();
      }
      for (String name : names) {
        if (!known.add(name)) {
          return Optional.empty();
        }
      }
      List<Digest> digests = new ArrayList<>(2);
      for (Digest digest : kind.digests(record)) {
        if (digest.algorithm() == Digest.Algorithm.SHA256) {
          digests.add(digest);
        }
      }
      entries.add(
          new RecordIndex.Entry(json.place().getAsInt(), id, names, digests, kind.created(record)));
    }
    return Optional.of(entries);
  }

  /// A copy to be changed.
  Table<R> copy() {
    return new Table<>(file, home, kind, new ArrayList<>(rows), indexed);
  }

  private List<Row<R>> changing() {
    if (indexed != null) {
      List<Row<R>> all = new ArrayList<>(indexed.size() + 1);
      for (R record : indexed) {
        all.add(row(record));
      }
      rows = all;
      indexed = null;
    }
    return rows;
  }

  private Row<R> row(R record) {
    return new Row<>(kind.json(record), Optional.of(record));
  }

  void append(R record) {
    changing().add(row(record));
  }

  /// Puts a record in the place of the one with its ID.
  boolean replace(R record) {
    int at = find(kind.id(record));
    if (at < 0) {
      return false;
    }
    changing().set(at, row(record));
    return true;
  }

  boolean remove(String id) {
    int at = find(id);
    if (at < 0) {
      return false;
    }
    changing().remove(at);
    return true;
  }

  boolean holds(String id) {
    return find(id) >= 0;
  }

  Optional<R> record(String id) {
    int at = find(id);
    if (at < 0) {
      return Optional.empty();
    }
    return indexed == null ? rows.get(at).record() : Optional.of(indexed.get(at));
  }

  private int find(String id) {
    if (indexed != null) {
      return indexed.row(id);
    }
    for (int i = 0; i < rows.size(); i++) {
      Optional<R> record = rows.get(i).record();
      if (record.isPresent() && kind.id(record.get()).equals(id)) {
        return i;
      }
    }
    return -1;
  }

  /// The file's new content.
  Bytes content() {
    List<Json> items = new ArrayList<>();
    for (Row<R> row : changing()) {
      items.add(row.json());
    }
    return Json.records(items);
  }

  static final Kind<Layer> LAYERS =
      new Kind<>() {
        @Override
        public Optional<Layer> record(Json.Obj json, Home home) {
          return Ids.layer(Fields.text(json, "id")).map(id -> new Layer(id, json, home));
        }

        @Override
        public Json.Obj json(Layer layer) {
          return layer.json();
        }

        @Override
        public String id(Layer layer) {
          return layer.id().value();
        }

        @Override
        public List<String> names(Layer layer) {
          return layer.names();
        }

        @Override
        public List<Digest> digests(Layer layer) {
          return List.of();
        }

        @Override
        public long created(Layer layer) {
          return RecordIndex.TIMELESS;
        }

        @Override
        public boolean finished(Layer layer) {
          return !layer.incomplete();
        }
      };

  static final Kind<ImageRecord> IMAGES =
      new Kind<>() {
        @Override
        public Optional<ImageRecord> record(Json.Obj json, Home home) {
          return Ids.image(Fields.text(json, "id")).map(id -> new ImageRecord(id, json, home));
        }

        @Override
        public Json.Obj json(ImageRecord image) {
          return image.json();
        }

        @Override
        public String id(ImageRecord image) {
          return image.id().value();
        }

        @Override
        public List<String> names(ImageRecord image) {
          return image.names();
        }

        @Override
        public List<Digest> digests(ImageRecord image) {
          return image.digests();
        }

        @Override
        public long created(ImageRecord image) {
          return image.created().isPresent()
              ? image.created().get().getEpochSecond()
              : RecordIndex.TIMELESS;
        }

        @Override
        public boolean finished(ImageRecord image) {
          return true;
        }
      };

  static final Kind<Container> CONTAINERS =
      new Kind<>() {
        @Override
        public Optional<Container> record(Json.Obj json, Home home) {
          return Ids.container(Fields.text(json, "id")).map(id -> new Container(id, json, home));
        }

        @Override
        public Json.Obj json(Container container) {
          return container.json();
        }

        @Override
        public String id(Container container) {
          return container.id().value();
        }

        @Override
        public List<String> names(Container container) {
          return container.names();
        }

        @Override
        public List<Digest> digests(Container container) {
          return List.of();
        }

        @Override
        public long created(Container container) {
          return RecordIndex.TIMELESS;
        }

        @Override
        public boolean finished(Container container) {
          return true;
        }
      };
}
