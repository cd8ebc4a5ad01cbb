package dev.stowage.engine;

import dev.stowage.config.Candidates;
import dev.stowage.config.EngineConfig;
import dev.stowage.config.RegistriesConfig;
import dev.stowage.model.Bytes;
import dev.stowage.model.Document;
import dev.stowage.model.Family;
import dev.stowage.model.ImageId;
import dev.stowage.model.InUseException;
import dev.stowage.model.Json;
import dev.stowage.model.MediaType;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Reference;
import dev.stowage.model.UnsupportedException;
import dev.stowage.model.Wanted;
import dev.stowage.store.Ids;
import dev.stowage.store.ImageRecord;
import dev.stowage.store.NewImage;
import dev.stowage.store.Scope;
import dev.stowage.transfer.Listener;
import dev.stowage.transfer.RegistryAccess;
import dev.stowage.transfer.place.Originals;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
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

  /// What a list says, as Podman shows it: of a local one, or, where the name leads to none, of one
  /// in a registry.
  public Json.Obj inspect(String name, RegistryAccess access) throws IOException {
    try {
      return find(name).inspect();
    } catch (NotFoundException e) {
      return remote(name, access);
    }
  }

  private Json.Obj remote(String name, RegistryAccess access) throws IOException {
    RegistriesConfig registries = RegistriesConfig.read(engine.surroundings());
    RemoteNames names = RemoteNames.of(engine);
    Candidates candidates = names.chosen(names.candidates(registries, Wanted.parse(name)));
    List<IOException> failures = new ArrayList<>();
    try (Places places =
        new Places(
            engine,
            Places.retries(EngineConfig.read(engine.surroundings()), Optional.empty()),
            engine.context().listener())) {
      for (Reference candidate : candidates.references()) {
        try {
          return shown(places.desk(access).manifest(candidate), candidate);
        } catch (IOException e) {
          failures.add(e);
        }
      }
    }
    IOException first = failures.isEmpty() ? Lookup.unknown(name) : failures.removeFirst();
    failures.forEach(first::addSuppressed);
    throw first;
  }

  private Json.Obj shown(Document document, Reference name) throws IOException {
    if (document.type().equals(MediaType.DOCKER_MANIFEST)) {
      engine
          .context()
          .listener()
          .on(
              new Listener.Progress.Warned(
                  "The manifest type "
                      + document.type()
                      + " is not a manifest list but a single image."));
      return ListText.inspection(ListContents.EMPTY, document.type(), Attachments.NONE);
    }
    if (!document.type().isIndex()) {
      throw new UnsupportedException(
          name + ": a single image of type \"" + document.type() + "\", not a manifest list");
    }
    return ListText.inspection(ListContents.parse(document), document.type(), Attachments.NONE);
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
        ListCandidates.of(Places.source(engine.store(), image, Originals.NONE), Optional.empty())
            .getFirst();
    ListRecord list =
        new ListRecord(manifest, ListContents.EMPTY.with(entry), Map.of(), Attachments.NONE)
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
