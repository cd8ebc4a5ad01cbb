package dev.stowage.store;

import dev.stowage.model.Bytes;
import dev.stowage.model.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The rows of one file of records, in its order. Rows that are no records stay in the file.
///
/// @param <R> what a row is
final class Table<R> {

  /// One row.
  ///
  /// @param record none if the row has no usable ID
  record Row<R>(Json json, Optional<R> record) {}

  private final Path file;
  private final Home home;
  private final Kind<R> kind;
  private final List<Row<R>> rows;

  /// How rows become records.
  interface Kind<R> {
    Optional<R> record(Json.Obj json, Home home);

    Json.Obj json(R record);

    String id(R record);
  }

  Table(Path file, Home home, Kind<R> kind, List<Row<R>> rows) {
    this.file = file;
    this.home = home;
    this.kind = kind;
    this.rows = rows;
  }

  static <R> Table<R> of(Path file, Home home, Kind<R> kind, List<Json> items) {
    List<Row<R>> rows = new ArrayList<>(items.size());
    for (Json item : items) {
      rows.add(
          new Row<>(
              item, item instanceof Json.Obj json ? kind.record(json, home) : Optional.empty()));
    }
    return new Table<>(file, home, kind, rows);
  }

  Path file() {
    return file;
  }

  Home home() {
    return home;
  }

  void addTo(List<R> records) {
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

  /// A copy to be changed.
  Table<R> copy() {
    return new Table<>(file, home, kind, new ArrayList<>(rows));
  }

  void append(R record) {
    rows.add(new Row<>(kind.json(record), Optional.of(record)));
  }

  /// Puts a record in the place of the one with its ID.
  boolean replace(R record) {
    int at = find(kind.id(record));
    if (at < 0) {
      return false;
    }
    rows.set(at, new Row<>(kind.json(record), Optional.of(record)));
    return true;
  }

  boolean remove(String id) {
    int at = find(id);
    if (at < 0) {
      return false;
    }
    rows.remove(at);
    return true;
  }

  boolean holds(String id) {
    return find(id) >= 0;
  }

  private int find(String id) {
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
    List<Json> items = new ArrayList<>(rows.size());
    for (Row<R> row : rows) {
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
      };
}
