package dev.stowage.engine;

import dev.stowage.model.Bytes;
import dev.stowage.model.Document;
import dev.stowage.model.Family;
import dev.stowage.model.ImageId;
import dev.stowage.model.InUseException;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.UnsupportedException;
import dev.stowage.store.Ids;
import dev.stowage.store.ImageRecord;
import dev.stowage.store.NewImage;
import dev.stowage.store.Scope;
import dev.stowage.transfer.place.Originals;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The lists of manifests of the local store.
public final class Lists {
  private static final LookupOptions ONLY =
      LookupOptions.DEFAULT.withLists(LookupOptions.Lists.ONLY_LIST);

  private final Engine engine;

  Lists(Engine engine) {
    this.engine = engine;
  }

  /// Makes an empty list. A name without a host belongs to `localhost`, one without a tag gets
  /// `latest`.
  ///
  /// @throws InUseException if an image has the name
  public ManifestList create(String name) throws IOException {
    String full = Names.normalize(name).toString();
    ImageId id = new ImageId(Ids.random());
    Map<String, Bytes> data = ListRecord.ofNew();
    Document document = ListContents.EMPTY.document(Family.DOCKER);
    ImageRecord record =
        engine
            .store()
            .write(
                Scope.IMAGES,
                edit -> {
                  Optional<ImageRecord> holder = edit.now().imageNamed(full);
                  if (holder.isPresent()) {
                    throw new InUseException(
                        List.of(holder.get().id().value()),
                        "image name \""
                            + full
                            + "\" is already associated with image \""
                            + holder.get().id()
                            + "\": that name is already in use");
                  }
                  return edit.putImage(
                      new NewImage(
                          id,
                          List.of(full),
                          Optional.empty(),
                          "",
                          Optional.empty(),
                          Optional.of(document.digest()),
                          data));
                });
    return of(engine.images().byId(record.id()));
  }

  /// The list that a name leads to.
  ///
  /// @throws NotFoundException if it leads nowhere, or not to a list
  public ManifestList find(String name) throws IOException {
    return of(engine.images().find(name, ONLY).image());
  }

  /// Whether a name leads to a list.
  ///
  /// @throws NotFoundException if it leads to something else
  public boolean exists(String name) throws IOException {
    try {
      ManifestList _ = find(name);
      return true;
    } catch (NotFoundException e) {
      if (e.kind() == NotFoundException.Kind.IMAGE) {
        return false;
      }
      throw e;
    }
  }

  /// An image as the list that it is.
  ///
  /// @throws UnsupportedException if it is none
  public ManifestList of(Image image) throws IOException {
    if (!image.list()) {
      throw new UnsupportedException(image.id() + ": image is not a manifest list");
    }
    return new ManifestList(
        engine, image, ListRecord.read(image.record(), engine.store()::imageData));
  }

  /// Makes a list of an image, with the image as all that it lists. It keeps its ID and its names;
  /// one that is a list already stays as it is.
  public ManifestList convert(Image image) throws IOException {
    if (image.list()) {
      return of(image);
    }
    Document manifest = image.manifest();
    ListEntry entry =
        ListCandidates.of(
                Places.source(engine.store(), image, Originals.NONE), Optional.empty())
            .getFirst();
    ListRecord list =
        new ListRecord(
                manifest, ListContents.EMPTY.with(entry), Map.of(), Attachments.NONE)
            .found(entry.digest(), ListPlaces.location(engine, image));
    Document document = list.contents().document(Family.of(manifest.type()));
    ImageId id = image.id();
    try (Closeable _ = ManifestList.lock(engine, id)) {
      engine
          .store()
          .write(
              Scope.NAMES,
              edit -> {
                ImageRecord _ =
                    edit.putImageData(
                        id, View.MAIN_MANIFEST + "-" + manifest.digest(), manifest.bytes());
                for (Map.Entry<String, Bytes> item : list.data(id, document).entrySet()) {
                  ImageRecord _ = edit.putImageData(id, item.getKey(), item.getValue());
                }
                return id;
              });
    }
    return of(engine.images().byId(id));
  }
}
