package dev.stowage.store;

import dev.stowage.linux.Disk;
import dev.stowage.linux.Durability;
import dev.stowage.linux.Mode;
import dev.stowage.linux.PendingFile;
import dev.stowage.model.Bytes;
import dev.stowage.model.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Makes the changes of an edit, in an order in which a crash at any moment leaves a store that
/// everybody can use:
///
/// 1. images that go lose their records, so that no image ever lacks a layer;
/// 2. layers that come and layers that go stand in `layers.json` as incomplete: from here on every
///    later writer, of this program or a peer, deletes them if this one dies;
/// 3. data items and layers are put in their places, layers that go are renamed away;
/// 4. all of it is synced;
/// 5. layers lose the mark, images get their records, containers lose theirs.
final class Commit {
  private final Disk disk;
  private final Layout layout;
  private final Groups groups;
  private final LayerDriver driver;
  private final DataFiles files;
  private final Mounting mounting;

  Commit(
      Disk disk,
      Layout layout,
      Groups groups,
      LayerDriver driver,
      DataFiles files,
      Mounting mounting) {
    this.disk = disk;
    this.layout = layout;
    this.groups = groups;
    this.driver = driver;
    this.files = files;
    this.mounting = mounting;
  }

  void apply(Working before, Edit edit, Scope scope, Locks locks, Trash trash) throws IOException {
    Working after = edit.working();
    List<Layer> leftovers =
        scope.compareTo(Scope.IMAGES) >= 0 ? after.incomplete() : List.<Layer>of();
    for (Layer leftover : leftovers) {
      after.remove(leftover);
    }
    boolean contents = !edit.adoptions().isEmpty() || !edit.data().isEmpty();
    boolean directories =
        !edit.data().isEmpty() || !edit.imagesGone().isEmpty() || !edit.containersGone().isEmpty();
    Unfinished unfinished = new Unfinished(disk, layout);
    if (scope.compareTo(Scope.IMAGES) >= 0 && unfinished.present()) {
      unfinished.sweep(before.snapshot());
      unfinished.clear();
    }
    if (directories) {
      unfinished.mark();
    }
    Set<RecordGroup<?>> announced = new HashSet<>();

    Set<Path> written = new HashSet<>();
    if (!edit.imagesGone().isEmpty()) {
      dropImages(before, edit, contents, locks, announced, written);
    }
    if (!edit.adoptions().isEmpty() || !edit.layersGone().isEmpty()) {
      announceLayers(before, edit, locks, announced);
    }
    putData(edit);
    for (Edit.Adoption adoption : edit.adoptions()) {
      Layer layer = adoption.layer();
      List<Layer> chain = after.snapshot().chain(layer.id());
      driver.install(adoption.staged(), layer, chain.subList(1, chain.size()), trash);
      copyTarSplit(adoption.staged(), layer);
      adoption.staged().adopted();
    }
    List<Layer> doomed = new ArrayList<>(edit.layersGone());
    doomed.addAll(leftovers);
    for (Layer layer : doomed) {
      mounting.forget(layer);
      displace(layer, trash);
    }
    if (contents) {
      disk.syncFileSystem(layout.imageRoot());
      if (!layout.imageRoot().equals(layout.graphRoot())) {
        disk.syncFileSystem(layout.graphRoot());
      }
    }
    for (Table<Layer> table : after.layerTables()) {
      if (after.changed(table)) {
        write(groups.mainLayers(), table, locks, announced);
      }
    }
    for (Table<ImageRecord> table : after.imageTables()) {
      if (after.changed(table) && !written.contains(table.file())) {
        write(groupOf(table), table, locks, announced);
      }
    }
    for (Container container : edit.containersGone()) {
      trash.delete(layout.containers().resolve(container.id().value()));
      trash.delete(layout.runContainers().resolve(container.id().value()));
    }
    for (Table<Container> table : after.containerTables()) {
      if (after.changed(table)) {
        write(groups.containers(), table, locks, announced);
      }
    }
    for (ImageRecord image : edit.imagesGone()) {
      trash.delete(layout.imageData(image.id(), image.home()));
    }
    if (directories) {
      unfinished.clear();
    }
  }

  /// Step 1. If nothing comes in this edit, what is written is the final table.
  private void dropImages(
      Working before,
      Edit edit,
      boolean contents,
      Locks locks,
      Set<RecordGroup<?>> announced,
      Set<Path> written)
      throws IOException {
    Working without = contents ? before.copy() : edit.working();
    if (contents) {
      for (ImageRecord image : edit.imagesGone()) {
        without.remove(image);
      }
    }
    for (Table<ImageRecord> table : without.imageTables()) {
      if (without.changed(table)) {
        write(groupOf(table), table, locks, announced);
        if (!contents) {
          written.add(table.file());
        }
      }
    }
  }

  /// Step 2.
  private void announceLayers(Working before, Edit edit, Locks locks, Set<RecordGroup<?>> announced)
      throws IOException {
    Working marked = before.copy();
    for (Edit.Adoption adoption : edit.adoptions()) {
      for (Layer leftover : marked.incomplete()) {
        if (leftover.id().equals(adoption.layer().id())) {
          marked.remove(leftover);
        }
      }
      marked.append(incomplete(adoption.layer()));
    }
    for (Layer layer : edit.layersGone()) {
      marked.replace(incomplete(layer));
    }
    for (Table<Layer> table : marked.layerTables()) {
      if (marked.changed(table)) {
        write(groups.mainLayers(), table, locks, announced);
      }
    }
  }

  private static Layer incomplete(Layer layer) {
    Json.Obj flags = layer.flags().toBuilder().put(Layer.INCOMPLETE, true).build();
    return new Layer(
        layer.id(), layer.json().toBuilder().put("flags", flags).build(), layer.home());
  }

  private void putData(Edit edit) throws IOException {
    for (Map.Entry<ImageRecord, Map<String, Bytes>> each : edit.data().entrySet()) {
      ImageRecord image = each.getKey();
      disk.makeDirectories(layout.imageData(image.id(), image.home()), Mode.PRIVATE_DIRECTORY);
      for (Map.Entry<String, Bytes> item : each.getValue().entrySet()) {
        // The whole file system is synced before any record names the item.
        disk.replace(
            files.file(image, item.getKey()),
            item.getValue(),
            Mode.PRIVATE_FILE,
            Durability.VOLATILE);
      }
    }
  }

  /// The file is small, and it may have to go to another mount than the contents.
  private void copyTarSplit(StagedLayer staged, Layer layer) throws IOException {
    try (InputStream from = disk.open(staged.place().resolve(Staging.TAR_SPLIT));
        PendingFile to =
            disk.replacing(
                layout.tarSplit(layer.id(), layer.home()),
                Mode.PRIVATE_FILE,
                Durability.VOLATILE)) {
      long _ = from.transferTo(to.stream());
      to.commit();
    }
  }

  private void displace(Layer layer, Trash trash) throws IOException {
    driver.displace(layer, trash);
    trash.delete(layout.tarSplit(layer.id(), layer.home()));
    trash.delete(layout.layerData(layer.id(), layer.home()));
  }

  private RecordGroup<?> groupOf(Table<ImageRecord> table) {
    for (RecordGroup<ImageRecord> group : groups.images()) {
      if (group.holds(table.file())) {
        return group;
      }
    }
    throw new IllegalStateException("no such table of images: " + table.file());
  }

  private void write(
      RecordGroup<?> group, Table<?> table, Locks locks, Set<RecordGroup<?>> announced)
      throws IOException {
    if (announced.add(group)) {
      locks.announce(group);
    }
    disk.replace(
        table.file(),
        table.content(),
        Mode.PRIVATE_FILE,
        table.home().shelf() == Home.Shelf.VOLATILE ? Durability.VOLATILE : Durability.DURABLE);
  }
}
