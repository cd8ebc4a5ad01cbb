package dev.stowage.engine;

import dev.stowage.config.EngineConfig;
import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.model.ImageId;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Platform;
import dev.stowage.store.ImageRecord;
import dev.stowage.store.Scope;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.Listener;
import dev.stowage.transfer.RegistryAccess;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A list of manifests in the local store: an index that is put together here, of images that may
/// be anywhere, or one that was pulled whole.
///
/// What it says comes from the snapshot it was found in. Every verb reads the list anew under the
/// lock that all programs take for it, changes it and returns it as it is then; what has to be
/// fetched for the change is fetched before the lock is taken.
public final class ManifestList {
  private final Engine engine;
  private final Image image;
  private final ListRecord record;

  ManifestList(Engine engine, Image image, ListRecord record) {
    this.engine = engine;
    this.image = image;
    this.record = record;
  }

  /// The ID of the image that the list is.
  public ImageId id() {
    return image.id();
  }

  /// The image that the list is.
  public Image image() {
    return image;
  }

  /// What it lists.
  public List<ListEntry> entries() {
    return record.contents().all();
  }

  /// The list in Docker's words, completed by what OCI has besides, as Podman shows it.
  public Json.Obj inspect() {
    return ListText.inspection(
        record.contents(), record.contents().family().index(), record.attachments());
  }

  /// The local image that the list has for a platform; its empty parts are this machine's.
  ///
  /// @throws NotFoundException if it lists none, or that one is not here
  public Image instance(Platform platform) throws IOException {
    return engine.images().instance(image, platform);
  }

  /// What was added to a list.
  ///
  /// @param list as it is now
  /// @param digests of what was added, in the order of the list
  public record Added(ManifestList list, List<Digest> digests) {
    public Added {
      digests = List.copyOf(digests);
    }
  }

  /// Adds an image, or all images of an index. It stays where it is, and is fetched when the list
  /// is pushed.
  ///
  /// @param name a location; or a name in a registry, or in the local store where no registry has
  ///   it
  public Added add(String name, ListAdd options) throws IOException {
    List<ListEntry> entries;
    String location;
    try (Places places = places()) {
      ListPlaces.Place found =
          new ListPlaces(engine, places, options.access())
              .find(name, "image to add to manifest list", LookupOptions.Lists.INSTANCE);
      location = found.location();
      entries =
          ListCandidates.of(
              found.source(),
              options.instances() == ListAdd.Instances.ALL
                  ? Optional.empty()
                  : Optional.of(engine.context().machine()));
    }
    List<Digest> digests = new ArrayList<>();
    for (ListEntry entry : entries) {
      digests.add(entry.digest());
    }
    ManifestList changed =
        change(
            before -> {
              ListRecord now = before;
              for (ListEntry entry : entries) {
                now = now.with(now.contents().with(entry)).found(entry.digest(), location);
              }
              return digests.isEmpty()
                  ? now
                  : now.with(now.contents().changed(digests.getFirst(), options.changes()));
            });
    return new Added(changed, digests);
  }

  /// Makes an artifact of files and adds it. The files stay where they are and are read when the
  /// list is pushed.
  ///
  /// @param changes what the entry is to say
  public Added addArtifact(
      List<Path> files, ListArtifact artifact, RegistryAccess access, EntryChanges changes)
      throws IOException {
    List<Path> absolute = new ArrayList<>();
    for (Path file : files) {
      absolute.add(engine.surroundings().absolute(file.toString()));
    }
    Optional<ListEntry> subject =
        artifact.subject().isPresent()
            ? Optional.of(
                subject(artifact.subject().get(), "subject for artifact manifest", access))
            : Optional.<ListEntry>empty();
    ArtifactMaking.Made made =
        new ArtifactMaking(engine.surroundings(), artifact).of(absolute, subject);
    ManifestList changed =
        change(
            before ->
                before
                    .with(
                        before
                            .contents()
                            .with(made.entry())
                            .changed(made.entry().digest(), changes))
                    .with(made.addedTo(before.attachments())));
    return new Added(changed, List.of(made.entry().digest()));
  }

  /// Changes what an entry says.
  ///
  /// @throws NotFoundException if there is something to change and no such entry
  public ManifestList annotate(Digest instance, EntryChanges changes) throws IOException {
    return change(before -> before.with(before.contents().changed(instance, changes)));
  }

  /// Changes what the list says of itself.
  ///
  /// @param annotations in addition to those there are
  /// @param subject a name of the image that the list is about, where that is to change
  public ManifestList annotateWhole(
      Map<String, String> annotations, Optional<String> subject, RegistryAccess access)
      throws IOException {
    Optional<ListEntry> about =
        subject.isPresent()
            ? Optional.of(subject(subject.get(), "subject for image index", access))
            : Optional.<ListEntry>empty();
    return change(
        before -> {
          ListContents changed = before.contents().annotated(annotations);
          return before.with(about.isPresent() ? changed.about(about.get()) : changed);
        });
  }

  /// Takes an entry from the list. What it names stays where it is.
  ///
  /// @throws NotFoundException if there is no such entry
  public ManifestList remove(Digest instance) throws IOException {
    return change(before -> before.without(instance));
  }

  /// Pushes the list, and the images it lists as the options say, to a registry or a location.
  ///
  /// @param listener is told how it goes, and of the event in the end
  public Pushed push(String destination, PushOptions options, Listener listener)
      throws IOException {
    return new Push(engine, options, listener).push(this, destination);
  }

  /// The entry that users mean by a digest, by a file that an artifact was made of, or by the name
  /// of an image. Whether the list has such an entry is seen when it is used.
  public Digest member(String text) throws IOException {
    if (Digest.isDigest(text)) {
      return Digest.parse(text);
    }
    Optional<Digest> artifact = record.attachments().holding(text);
    if (artifact.isEmpty()) {
      artifact = record.attachments().holding(engine.surroundings().absolute(text).toString());
    }
    if (artifact.isPresent()) {
      return artifact.get();
    }
    try (Places places = places()) {
      ImageSource source =
          new ListPlaces(engine, places, RegistryAccess.DEFAULT)
              .find(text, "image that the manifest list has", LookupOptions.Lists.LIST)
              .source();
      return source.manifest().digest();
    }
  }

  private ListEntry subject(String name, String what, RegistryAccess access) throws IOException {
    try (Places places = places()) {
      return ListCandidates.subject(
          new ListPlaces(engine, places, access)
              .find(name, what, LookupOptions.Lists.LIST)
              .source());
    }
  }

  private Places places() throws IOException {
    return new Places(
        engine,
        Places.retries(EngineConfig.read(engine.surroundings()), Optional.empty()),
        engine.context().listener());
  }

  /// A change of a list.
  @FunctionalInterface
  private interface Change {
    ListRecord of(ListRecord before) throws IOException;
  }

  private ManifestList change(Change change) throws IOException {
    ImageId id = id();
    Image changed;
    try (Closeable _ = lock(engine, id)) {
      changed =
          engine
              .store()
              .write(
                  Scope.NAMES,
                  edit -> {
                    ImageRecord now =
                        edit.now().image(id).orElseThrow(() -> Lookup.unknown(id.value()));
                    Map<String, Bytes> data =
                        change.of(ListRecord.read(now, edit::imageData)).data(id);
                    for (Map.Entry<String, Bytes> item : data.entrySet()) {
                      now = edit.putImageData(id, item.getKey(), item.getValue());
                    }
                    return engine.images().image(engine.images().view(edit.now()), now);
                  });
    }
    return engine.lists().of(changed);
  }

  /// Takes the lock under which all programs change this list.
  static Closeable lock(Engine engine, ImageId id) throws IOException {
    if (!Digest.isDigest("sha256:" + id)) {
      throw new MalformedException("coercing image ID for \"" + id + "\" into a digest");
    }
    return engine.store().lockList(id);
  }

  @Override
  public String toString() {
    return "list of manifests " + id();
  }
}
