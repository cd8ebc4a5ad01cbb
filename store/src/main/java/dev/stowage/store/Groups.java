package dev.stowage.store;

import dev.stowage.linux.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// All files of records, in the order they are locked and searched: layers of the main store,
/// layers of the additional stores, images of the main store, images of the additional stores,
/// containers.
final class Groups {
  private final List<RecordGroup<Layer>> layers = new ArrayList<>();
  private final List<RecordGroup<ImageRecord>> images = new ArrayList<>();
  private final RecordGroup<Container> containers;

  Groups(StoreOptions options, Layout layout) {
    Path graphRoot = options.graphRoot();
    Home stable = new Home(graphRoot, Home.Shelf.STABLE);
    Home passing = new Home(graphRoot, Home.Shelf.VOLATILE);
    Optional<Path> layerIndex = Optional.of(layout.own().resolve("layers.index"));
    Optional<Path> imageIndex = Optional.of(layout.own().resolve("images.index"));
    boolean split = options.imageStore().isPresent();
    boolean kept = options.transience() == StoreOptions.Transience.KEPT;

    Path main = layout.layers(graphRoot);
    List<Path> locks = new ArrayList<>(List.of(main.resolve("layers.lock")));
    List<RecordGroup.Source> sources = new ArrayList<>();
    sources.add(
        new RecordGroup.Source(
            main.resolve("layers.json"), stable, split ? Optional.empty() : layerIndex));
    if (split) {
      Path root = options.imageStore().get();
      Home home = new Home(root, Home.Shelf.IMAGE_STORE);
      locks.add(layout.layers(root).resolve("layers.lock"));
      sources.add(
          new RecordGroup.Source(layout.layers(root).resolve("layers.json"), home, layerIndex));
      Path imagesOfRoot = layout.images(root);
      images.add(images(imagesOfRoot, home, imageIndex));
    }
    Path volatileLayers = kept ? main : layout.runLayers();
    sources.add(new RecordGroup.Source(volatileLayers.resolve("volatile-layers.json"), passing));
    layers.add(new RecordGroup<>(locks, sources, Table.LAYERS));
    images.add(images(layout.images(graphRoot), stable, split ? Optional.empty() : imageIndex));

    for (Path root : options.driverOptions().additionalStores()) {
      Home home = new Home(root, Home.Shelf.READ_ONLY);
      Path directory = layout.layers(root);
      layers.add(
          new RecordGroup<>(
              List.of(directory.resolve("layers.lock")),
              List.of(
                  new RecordGroup.Source(directory.resolve("layers.json"), home),
                  new RecordGroup.Source(directory.resolve("volatile-layers.json"), home)),
              Table.LAYERS));
      images.add(images(layout.images(root), home, Optional.empty()));
    }

    Path passingContainers = kept ? layout.containers() : layout.runContainers();
    containers =
        new RecordGroup<>(
            List.of(passingContainers.resolve("containers.lock")),
            List.of(
                new RecordGroup.Source(layout.containers().resolve("containers.json"), stable),
                new RecordGroup.Source(
                    passingContainers.resolve("volatile-containers.json"), passing)),
            Table.CONTAINERS);
  }

  private static RecordGroup<ImageRecord> images(Path directory, Home home, Optional<Path> index) {
    return new RecordGroup<>(
        List.of(directory.resolve("images.lock")),
        List.of(new RecordGroup.Source(directory.resolve("images.json"), home, index)),
        Table.IMAGES);
  }

  RecordGroup<Layer> mainLayers() {
    return layers.getFirst();
  }

  List<RecordGroup<Layer>> layers() {
    return layers;
  }

  List<RecordGroup<ImageRecord>> images() {
    return images;
  }

  RecordGroup<Container> containers() {
    return containers;
  }

  List<RecordGroup<?>> all() {
    List<RecordGroup<?>> all = new ArrayList<>(layers);
    all.addAll(images);
    all.add(containers);
    return all;
  }

  /// Keeps indexes of large files that were read and have none. Call it when no lock is held.
  void index(Disk disk) {
    for (RecordGroup<?> group : all()) {
      group.index(disk);
    }
  }

  /// The layers as they are now; the caller holds their locks.
  Working loadLayers(Disk disk, Locks locks) throws IOException {
    List<Table<Layer>> tables = new ArrayList<>();
    for (RecordGroup<Layer> group : layers) {
      tables.addAll(group.tables(disk, locks.first(group)));
    }
    return new Working(tables, List.of(), List.of(), List.of());
  }

  /// Everything as it is now; the caller holds all locks.
  Working load(Disk disk, Locks locks, List<MountRecord> mounts) throws IOException {
    List<Table<Layer>> layerTables = new ArrayList<>();
    for (RecordGroup<Layer> group : layers) {
      layerTables.addAll(group.tables(disk, locks.first(group)));
    }
    List<Table<ImageRecord>> imageTables = new ArrayList<>();
    for (RecordGroup<ImageRecord> group : images) {
      imageTables.addAll(group.tables(disk, locks.first(group)));
    }
    return new Working(
        layerTables, imageTables, containers.tables(disk, locks.first(containers)), mounts);
  }
}
