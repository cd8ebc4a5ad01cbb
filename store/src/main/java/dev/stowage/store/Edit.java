package dev.stowage.store;

import dev.stowage.model.Bytes;
import dev.stowage.model.ContainerId;
import dev.stowage.model.Digest;
import dev.stowage.model.ImageId;
import dev.stowage.model.InUseException;
import dev.stowage.model.Json;
import dev.stowage.model.LayerId;
import dev.stowage.model.MismatchException;
import dev.stowage.model.NotFoundException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Changes to a store being collected: nothing reaches the disk before the body that collects them
/// has returned. The locks of its [Scope] are held all the while.
public final class Edit {
  private final Working working;
  private final Scope scope;
  private final DataFiles files;
  private final Instant now;
  private final List<Adoption> adoptions = new ArrayList<>();
  private final List<Layer> layersGone = new ArrayList<>();
  private final List<ImageRecord> imagesGone = new ArrayList<>();
  private final List<Container> containersGone = new ArrayList<>();
  private final Map<ImageRecord, Map<String, Bytes>> data = new LinkedHashMap<>();

  /// A staged layer on its way into the store.
  record Adoption(StagedLayer staged, Layer layer) {}

  Edit(Working working, Scope scope, DataFiles files, Instant now) {
    this.working = working;
    this.scope = scope;
    this.files = files;
    this.now = now;
  }

  /// The store as it will be with the changes collected so far.
  public Snapshot now() {
    return working.snapshot();
  }

  /// A data item of an image, also one that this edit has put there.
  ///
  /// @throws NotFoundException if there is no such image or item
  public Bytes imageData(ImageRecord image, String item) throws IOException {
    for (Map.Entry<ImageRecord, Map<String, Bytes>> each : data.entrySet()) {
      if (each.getKey().id().equals(image.id()) && each.getValue().containsKey(item)) {
        return each.getValue().get(item);
      }
    }
    return files.read(image, item);
  }

  /// Makes staged contents a layer of the store. A layer of this ID that is there already stays,
  /// and the contents stay with the caller.
  ///
  /// @param blob what the contents came from
  /// @throws NotFoundException if the parent is not there (any more): stage and commit it first
  public Layer adopt(StagedLayer staged, LayerId id, Optional<LayerId> parent, Optional<Blob> blob)
      throws IOException {
    require(Scope.IMAGES);
    Optional<Layer> there = now().layer(id);
    if (there.isPresent()) {
      return there.get();
    }
    if (parent.isPresent() && now().layer(parent.get()).isEmpty()) {
      throw new NotFoundException(
          NotFoundException.Kind.LAYER,
          parent.get().value(),
          "parent of layer " + id + " is gone: " + parent.get() + "; try again");
    }
    for (Adoption each : adoptions) {
      if (each.staged() == staged) {
        throw new IllegalArgumentException("staged layer adopted twice: " + staged.digest());
      }
    }
    if (!staged.usable()) {
      throw new IllegalStateException("staged layer was let go of: " + staged.digest());
    }
    StagedLayer.Contents contents = staged.contents();
    Json.Builder json = Json.object().put("id", id.value());
    parent.ifPresent(layer -> json.put("parent", layer.value()));
    json.put("created", StoredTime.format(now));
    if (blob.isPresent()) {
      json.put("compressed-diff-digest", blob.get().digest().toString());
      putNonZero(json, "compressed-size", blob.get().size());
    }
    json.put("diff-digest", contents.digest().toString());
    putNonZero(json, "diff-size", contents.size());
    if (blob.isPresent()) {
      putNonZero(json, "compression", CompressionNumber.of(blob.get().compression()));
    }
    putNumbers(json, "uidset", contents.userIds());
    putNumbers(json, "gidset", contents.groupIds());
    Layer layer = new Layer(id, json.build(), working.mainLayers().home());
    // A leftover of this ID that nobody finished makes room.
    for (Layer leftover : working.incomplete()) {
      if (leftover.id().equals(id)) {
        working.remove(leftover);
      }
    }
    working.append(layer);
    adoptions.add(new Adoption(staged, layer));
    return layer;
  }

  /// Records an image, or adds names, data and metadata to the one that has this ID in the main
  /// store.
  ///
  /// @throws NotFoundException if the top layer is not there
  /// @throws MismatchException if the image is there and stands on another layer
  public ImageRecord putImage(NewImage image) throws IOException {
    if (image.topLayer().isPresent() && now().layer(image.topLayer().get()).isEmpty()) {
      throw new NotFoundException(NotFoundException.Kind.LAYER, image.topLayer().get().value());
    }
    Optional<ImageRecord> there = working.mainImage(image.id());
    if (there.isEmpty()) {
      Json.Builder json = Json.object().put("id", image.id().value());
      image.digest().ifPresent(digest -> json.put("digest", digest.toString()));
      image.topLayer().ifPresent(layer -> json.put("layer", layer.value()));
      if (!image.metadata().isEmpty()) {
        json.put("metadata", image.metadata());
      }
      json.put("created", StoredTime.format(image.created().orElse(now)));
      working.append(new ImageRecord(image.id(), json.build(), working.mainImages().home()));
    } else {
      if (!there.get().topLayer().equals(image.topLayer())) {
        throw new MismatchException(
            "image with ID " + image.id() + " already exists, but uses a different top layer",
            image.topLayer().map(LayerId::value).orElse("none"),
            there.get().topLayer().map(LayerId::value).orElse("none"));
      }
      if (!image.metadata().isEmpty() && !image.metadata().equals(there.get().metadata())) {
        working.replace(there.get().with("metadata", Json.of(image.metadata())));
      }
    }
    for (Map.Entry<String, Bytes> item : image.data().entrySet()) {
      putImageData(image.id(), item.getKey(), item.getValue());
    }
    if (!image.names().isEmpty()) {
      addNames(image.id(), image.names());
    }
    return writable(image.id());
  }

  /// Gives the image these names and no others. Whatever image has one of them loses it; every name
  /// enters the history.
  public ImageRecord setNames(ImageId image, Collection<String> names) throws IOException {
    return rename(writable(image), new LinkedHashSet<>(names));
  }

  /// Gives the image these names, before those it has.
  public ImageRecord addNames(ImageId image, Collection<String> names) throws IOException {
    ImageRecord record = writable(image);
    Set<String> all = new LinkedHashSet<>(names);
    all.addAll(record.names());
    return rename(record, all);
  }

  /// Takes these names from the image; names it does not have are passed over.
  public ImageRecord removeNames(ImageId image, Collection<String> names) throws IOException {
    ImageRecord record = writable(image);
    Set<String> kept = new LinkedHashSet<>(record.names());
    kept.removeAll(new LinkedHashSet<>(names));
    return rename(record, kept);
  }

  /// Keeps a data item with the image, in the place of the one of this name.
  public ImageRecord putImageData(ImageId image, String item, Bytes content) throws IOException {
    if (item.isEmpty()) {
      throw new IllegalArgumentException("a data item needs a name");
    }
    ImageRecord record = writable(image);
    Map<String, Json> fields = new LinkedHashMap<>();
    if (!record.dataNames().contains(item)) {
      List<String> names = new ArrayList<>(record.dataNames());
      names.add(item);
      fields.put("big-data-names", Json.ofStrings(names));
    }
    fields.put(
        "big-data-sizes",
        Fields.object(record.json(), "big-data-sizes").toBuilder()
            .put(item, content.length())
            .build());
    fields.put(
        "big-data-digests",
        Fields.object(record.json(), "big-data-digests").toBuilder()
            .put(item, Digest.of(content).toString())
            .build());
    ImageRecord updated = record.with(fields);
    working.replace(updated);
    for (Map.Entry<ImageRecord, Map<String, Bytes>> each : data.entrySet()) {
      if (each.getKey().id().equals(image)) {
        each.getValue().put(item, content);
        return updated;
      }
    }
    Map<String, Bytes> items = new LinkedHashMap<>();
    items.put(item, content);
    data.put(updated, items);
    return updated;
  }

  /// Replaces what the maker of the image noted down.
  public ImageRecord putMetadata(ImageId image, String metadata) throws IOException {
    ImageRecord updated = writable(image).with("metadata", Json.of(metadata));
    working.replace(updated);
    return updated;
  }

  /// Notes a layer as a mapped copy of the image's top layer.
  public ImageRecord addMappedTopLayer(ImageId image, LayerId layer) throws IOException {
    ImageRecord record = writable(image);
    List<String> mapped = new ArrayList<>(Fields.texts(record.json(), "mapped-layers"));
    mapped.add(layer.value());
    ImageRecord updated = record.with("mapped-layers", Json.ofStrings(mapped));
    working.replace(updated);
    return updated;
  }

  /// Removes the image and the layers that nothing else needs ([Snapshot#freedBy]).
  ///
  /// @return the removed layers, in the order of removal
  /// @throws InUseException if a container was made from it
  public List<LayerId> removeImage(ImageId id) throws IOException {
    require(Scope.ALL);
    ImageRecord image = removable(id);
    List<Container> users = now().usersOf(id);
    if (!users.isEmpty() && working.mainImage(id).isPresent()) {
      List<String> holders = new ArrayList<>();
      for (Container user : users) {
        holders.add(user.id().value());
      }
      throw new InUseException(
          holders, "image used by " + holders.getLast() + ": image is in use by a container");
    }
    List<LayerId> freed = now().freedBy(image);
    forgetImage(image);
    List<LayerId> removed = new ArrayList<>();
    for (LayerId layer : freed) {
      Optional<Layer> record = now().layer(layer);
      if (record.isPresent()) {
        forgetLayer(record.get());
        removed.add(layer);
      }
    }
    return removed;
  }

  /// Removes the record and the data of the image and leaves its layers.
  public void removeImageRecord(ImageId id) throws IOException {
    require(Scope.ALL);
    forgetImage(removable(id));
  }

  /// Removes a layer.
  ///
  /// @throws InUseException if a layer, an image or a container stands on it
  public void removeLayer(LayerId id) throws IOException {
    require(Scope.ALL);
    Snapshot now = now();
    Layer layer =
        now.layer(id)
            .orElseThrow(() -> new NotFoundException(NotFoundException.Kind.LAYER, id.value()));
    refuseReadOnly(layer.readOnly(), "layer " + id, layer.home());
    List<Layer> children = now.childrenOf(id);
    if (!children.isEmpty()) {
      String child = children.getFirst().id().value();
      throw new InUseException(List.of(child), "used by layer " + child + ": layer has children");
    }
    for (ImageRecord image : now.imagesOnTop(id)) {
      if (image.topLayer().isPresent() && image.topLayer().get().equals(id)) {
        throw new InUseException(
            List.of(image.id().value()),
            "layer " + id + " used by image " + image.id() + ": layer is in use by an image");
      }
    }
    Optional<Container> writer = now.writerOf(id);
    if (writer.isPresent()) {
      throw new InUseException(
          List.of(writer.get().id().value()),
          "layer "
              + id
              + " used by container "
              + writer.get().id()
              + ": layer is in use by a container");
    }
    for (ImageRecord image : now.imagesOnTop(id)) {
      if (!image.readOnly()) {
        List<String> mapped = new ArrayList<>(Fields.texts(image.json(), "mapped-layers"));
        mapped.remove(id.value());
        working.replace(
            mapped.isEmpty()
                ? image.without("mapped-layers")
                : image.with("mapped-layers", Json.ofStrings(mapped)));
      }
    }
    forgetLayer(layer);
  }

  /// Removes a container and the layer it writes to.
  public void removeContainer(ContainerId id) throws IOException {
    require(Scope.ALL);
    Container container =
        now()
            .container(id)
            .orElseThrow(() -> new NotFoundException(NotFoundException.Kind.CONTAINER, id.value()));
    Optional<Layer> layer = container.layer().flatMap(now()::layer);
    if (layer.isPresent() && !layer.get().readOnly()) {
      forgetLayer(layer.get());
    }
    working.remove(container);
    containersGone.add(container);
  }

  private void forgetImage(ImageRecord image) {
    working.remove(image);
    data.keySet().removeIf(each -> each.id().equals(image.id()));
    imagesGone.add(image);
  }

  private void forgetLayer(Layer layer) {
    working.remove(layer);
    if (!adoptions.removeIf(adoption -> adoption.layer().id().equals(layer.id()))) {
      layersGone.add(layer);
    }
  }

  private ImageRecord rename(ImageRecord image, Set<String> names) {
    List<ImageRecord> others = new ArrayList<>();
    working.mainImages().addTo(others);
    for (ImageRecord other : others) {
      if (!other.id().equals(image.id())) {
        List<String> left = new ArrayList<>(other.names());
        if (left.removeAll(names)) {
          working.replace(withNames(other, left));
        }
      }
    }
    List<String> history = new ArrayList<>(image.namesHistory());
    for (String name : names) {
      history.remove(name);
      history.addFirst(name);
    }
    ImageRecord renamed = withNames(image, List.copyOf(names));
    if (!history.isEmpty()) {
      renamed = renamed.with("names-history", Json.ofStrings(new LinkedHashSet<>(history)));
    }
    working.replace(renamed);
    return renamed;
  }

  private static ImageRecord withNames(ImageRecord image, List<String> names) {
    return names.isEmpty() ? image.without("names") : image.withNames(names);
  }

  /// The image's record in the main store, copied there if only another store has it.
  private ImageRecord writable(ImageId id) throws IOException {
    Optional<ImageRecord> main = working.mainImage(id);
    if (main.isPresent()) {
      return main.get();
    }
    ImageRecord original =
        now()
            .image(id)
            .orElseThrow(() -> new NotFoundException(NotFoundException.Kind.IMAGE, id.value()));
    Map<String, Bytes> items = new LinkedHashMap<>();
    for (String item : original.dataNames()) {
      items.put(item, files.read(original, item));
    }
    List<String> names = new ArrayList<>();
    for (String name : original.names()) {
      Optional<ImageRecord> owner = now().imageNamed(name);
      if (owner.isEmpty() || owner.get().id().equals(id)) {
        names.add(name);
      }
    }
    ImageRecord copy = new ImageRecord(id, original.json(), working.mainImages().home());
    copy = withNames(copy.without("mapped-layers"), names);
    working.append(copy);
    data.put(copy, items);
    return copy;
  }

  private ImageRecord removable(ImageId id) throws IOException {
    ImageRecord image =
        now()
            .image(id)
            .orElseThrow(() -> new NotFoundException(NotFoundException.Kind.IMAGE, id.value()));
    refuseReadOnly(image.readOnly(), "image " + id, image.home());
    return image;
  }

  private static void refuseReadOnly(boolean readOnly, String what, Home home)
      throws InUseException {
    if (readOnly) {
      throw new InUseException(
          List.of(home.root().toString()),
          what + " is in the read-only store " + home.root() + " and cannot be removed from here");
    }
  }

  private void require(Scope wanted) {
    if (scope.compareTo(wanted) < 0) {
      throw new IllegalStateException("needs a write of scope " + wanted + ", this is " + scope);
    }
  }

  private static void putNonZero(Json.Builder json, String key, long number) {
    if (number != 0) {
      json.put(key, number);
    }
  }

  private static void putNumbers(Json.Builder json, String key, List<Long> numbers) {
    if (!numbers.isEmpty()) {
      List<Json> items = new ArrayList<>(numbers.size());
      for (long number : numbers) {
        items.add(Json.of(number));
      }
      json.put(key, new Json.Arr(items));
    }
  }

  Working working() {
    return working;
  }

  List<Adoption> adoptions() {
    return adoptions;
  }

  List<Layer> layersGone() {
    return layersGone;
  }

  List<ImageRecord> imagesGone() {
    return imagesGone;
  }

  List<Container> containersGone() {
    return containersGone;
  }

  Map<ImageRecord, Map<String, Bytes>> data() {
    return data;
  }
}
