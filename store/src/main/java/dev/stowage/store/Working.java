package dev.stowage.store;

import dev.stowage.model.ImageId;
import dev.stowage.model.LayerId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The tables of one moment, of all stores in the order of search; the writable ones may be
/// changed.
final class Working {
  private final List<Table<Layer>> layers;
  private final List<Table<ImageRecord>> images;
  private final List<Table<Container>> containers;
  private final List<MountRecord> mounts;
  private final Set<Path> changed = new LinkedHashSet<>();
  private @Nullable Snapshot snapshot;

  Working(
      List<Table<Layer>> layers,
      List<Table<ImageRecord>> images,
      List<Table<Container>> containers,
      List<MountRecord> mounts) {
    this.layers = layers;
    this.images = images;
    this.containers = containers;
    this.mounts = mounts;
  }

  /// A copy whose writable tables may be changed without touching this one.
  Working copy() {
    return new Working(copy(layers), copy(images), copy(containers), mounts);
  }

  private static <R> List<Table<R>> copy(List<Table<R>> tables) {
    List<Table<R>> copies = new ArrayList<>(tables.size());
    for (Table<R> table : tables) {
      copies.add(table.home().readOnly() ? table : table.copy());
    }
    return copies;
  }

  /// What the tables say, without incomplete layers and without the second record of an ID in one
  /// store.
  Snapshot snapshot() {
    if (snapshot == null) {
      snapshot = new Snapshot(visibleLayers(), allOf(images), allOf(containers), mounts);
    }
    return snapshot;
  }

  private List<Layer> visibleLayers() {
    Optional<List<Layer>> indexed = indexed(layers);
    if (indexed.isPresent()) {
      return indexed.get();
    }
    List<Layer> all = new ArrayList<>();
    Set<LayerId> own = new HashSet<>();
    for (Table<Layer> table : layers) {
      List<Layer> records = new ArrayList<>();
      table.addTo(records);
      for (Layer layer : records) {
        if (!layer.incomplete() && (layer.readOnly() || own.add(layer.id()))) {
          all.add(layer);
        }
      }
    }
    return all;
  }

  private static <R> List<R> allOf(List<Table<R>> tables) {
    Optional<List<R>> indexed = indexed(tables);
    if (indexed.isPresent()) {
      return indexed.get();
    }
    List<R> all = new ArrayList<>();
    for (Table<R> table : tables) {
      table.addTo(all);
    }
    return all;
  }

  /// All records, if all are in one table, and that has an index: none of those is incomplete, and
  /// none has the ID of another.
  private static <R> Optional<List<R>> indexed(List<Table<R>> tables) {
    Optional<List<R>> found = Optional.empty();
    for (Table<R> table : tables) {
      if (!table.isEmpty()) {
        if (found.isPresent() || table.indexed().isEmpty()) {
          return Optional.empty();
        }
        found = Optional.of(table.indexed().get());
      }
    }
    return found;
  }

  /// The layers of the writable store that were begun and never finished, or whose removal was.
  List<Layer> incomplete() {
    List<Layer> found = new ArrayList<>();
    for (Table<Layer> table : layers) {
      if (!table.home().readOnly() && table.indexed().isEmpty()) {
        List<Layer> records = new ArrayList<>();
        table.addTo(records);
        for (Layer layer : records) {
          if (layer.incomplete()) {
            found.add(layer);
          }
        }
      }
    }
    return found;
  }

  List<Table<Layer>> layerTables() {
    return layers;
  }

  List<Table<ImageRecord>> imageTables() {
    return images;
  }

  List<Table<Container>> containerTables() {
    return containers;
  }

  /// The table that new images go to.
  Table<ImageRecord> mainImages() {
    return images.getFirst();
  }

  /// The table that new layers of images go to.
  Table<Layer> mainLayers() {
    for (Table<Layer> table : layers) {
      if (table.home().shelf() == Home.Shelf.IMAGE_STORE) {
        return table;
      }
    }
    return layers.getFirst();
  }

  void append(Layer layer) {
    touch(mainLayers()).append(layer);
  }

  void append(ImageRecord image) {
    touch(mainImages()).append(image);
  }

  void replace(Layer layer) {
    for (Table<Layer> table : layers) {
      if (table.home().equals(layer.home()) && table.replace(layer)) {
        touch(table);
        return;
      }
    }
  }

  void replace(ImageRecord image) {
    for (Table<ImageRecord> table : images) {
      if (table.home().equals(image.home()) && table.replace(image)) {
        touch(table);
        return;
      }
    }
  }

  void remove(Layer layer) {
    for (Table<Layer> table : layers) {
      if (table.home().equals(layer.home()) && table.remove(layer.id().value())) {
        touch(table);
      }
    }
  }

  void remove(ImageRecord image) {
    for (Table<ImageRecord> table : images) {
      if (table.home().equals(image.home()) && table.remove(image.id().value())) {
        touch(table);
      }
    }
  }

  void remove(Container container) {
    for (Table<Container> table : containers) {
      if (table.home().equals(container.home()) && table.remove(container.id().value())) {
        touch(table);
      }
    }
  }

  /// The image as the main store has it.
  Optional<ImageRecord> mainImage(ImageId id) {
    return mainImages().record(id.value());
  }

  private <R> Table<R> touch(Table<R> table) {
    changed.add(table.file());
    snapshot = null;
    return table;
  }

  boolean changed(Table<?> table) {
    return changed.contains(table.file());
  }
}
