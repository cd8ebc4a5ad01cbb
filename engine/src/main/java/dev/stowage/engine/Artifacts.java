package dev.stowage.engine;

import dev.stowage.config.EngineConfig;
import dev.stowage.linux.LockKind;
import dev.stowage.model.AmbiguousException;
import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.InUseException;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Manifest;
import dev.stowage.model.MediaType;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.PlatformChoice;
import dev.stowage.model.Reference;
import dev.stowage.model.UnsupportedException;
import dev.stowage.registry.Retries;
import dev.stowage.transfer.Copied;
import dev.stowage.transfer.Copier;
import dev.stowage.transfer.CopyOptions;
import dev.stowage.transfer.ImageSink;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.Listener;
import dev.stowage.transfer.LocalForm;
import dev.stowage.transfer.Location;
import dev.stowage.transfer.Standing;
import dev.stowage.transfer.place.ArtifactShelf;
import dev.stowage.transfer.place.Guard;
import dev.stowage.trust.ImageIdentity;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The artifacts that are kept beside the images, in Podman's own place: files under full names of
/// registries, which come from there and go there.
public final class Artifacts {
  private final Engine engine;
  private final ArtifactShelf shelf;

  /// Which files of an artifact are meant.
  public sealed interface Part {
    Part ALL = new All();

    record All() implements Part {}

    /// The file of a name.
    record Titled(String title) implements Part {}

    /// The file of a digest.
    record Digested(String digest) implements Part {}
  }

  Artifacts(Engine engine) throws IOException {
    this.engine = engine;
    this.shelf = new ArtifactShelf(engine.store().artifacts(), engine.localAccess());
  }

  /// All artifacts, in the order in which they came. One that cannot be read is warned of.
  public List<Artifact> list() throws IOException {
    try (Closeable _ = engine.store().lockArtifacts(LockKind.SHARED)) {
      List<Artifact> artifacts = new ArrayList<>();
      for (Descriptor entry : shelf.entries()) {
        try {
          artifacts.add(read(entry));
        } catch (IOException e) {
          engine
              .context()
              .listener()
              .on(
                  new Listener.Progress.Warned(
                      "the artifact "
                          + ArtifactShelf.nameOf(entry).orElse(entry.digest().toString())
                          + " cannot be read: "
                          + e.getMessage()));
        }
      }
      return List.copyOf(artifacts);
    }
  }

  /// The artifact of a full name, with its tag or its digest, or of a digest or the beginning of
  /// one.
  ///
  /// @throws NotFoundException if there is none
  /// @throws AmbiguousException if it is the beginning of several
  public Artifact find(String text) throws IOException {
    try (Closeable _ = engine.store().lockArtifacts(LockKind.SHARED)) {
      return read(entry(text));
    }
  }

  /// Makes an artifact of files, or adds files to one. They are copied.
  ///
  /// @param name a full name, a host's and a path, with a tag or a digest
  /// @throws InUseException if there is one that is to stay
  public Artifact add(String name, List<Path> files, ArtifactAdd options) throws IOException {
    String full = reference(name).toString();
    if (options.present() == ArtifactAdd.Present.GROWS && options.type().isPresent()) {
      throw new UnsupportedException("append option is not compatible with type option");
    }
    try (Closeable _ = engine.store().lockArtifacts(LockKind.EXCLUSIVE)) {
      Optional<Descriptor> present = named(full);
      if (present.isPresent() && options.present() == ArtifactAdd.Present.STAYS) {
        throw new InUseException(
            List.of(present.get().digest().toString()), full + ": artifact already exists");
      }
      if (present.isEmpty() && options.present() == ArtifactAdd.Present.GROWS) {
        throw unknown(full);
      }
      Optional<Artifact> grows =
          options.present() == ArtifactAdd.Present.GROWS
              ? Optional.of(read(present.orElseThrow()))
              : Optional.empty();
      Document document = put(full, files, options, grows);
      if (present.isPresent() && !present.get().digest().equals(document.digest())) {
        shelf.sweep(present.get());
      }
      return artifact(Optional.of(full), document);
    }
  }

  private Document put(String name, List<Path> files, ArtifactAdd options, Optional<Artifact> grows)
      throws IOException {
    Set<String> titles = new HashSet<>();
    List<Descriptor> before =
        grows.isPresent() ? grows.get().manifest().layers() : List.<Descriptor>of();
    for (Descriptor file : before) {
      Artifact.title(file).ifPresent(titles::add);
    }
    for (Path file : files) {
      if (!titles.add(fileName(file))) {
        throw new InUseException(
            List.of(fileName(file)), fileName(file) + ": file already exists in artifact");
      }
    }
    Optional<String> given = Optional.ofNullable(options.annotations().get(ArtifactText.TITLE));
    boolean twice = given.isPresent() && files.size() > 1;
    for (Descriptor file : before) {
      twice |= given.isPresent() && Artifact.title(file).equals(given);
    }
    if (twice) {
      throw new MalformedException(
          "duplicate layers " + ArtifactText.TITLE + " labels within an artifact not allowed");
    }
    List<ArtifactText.Blob> blobs = new ArrayList<>();
    try (ImageSink sink = shelf.sink(name)) {
      sink.put(
          dev.stowage.transfer.Part.config(
              new Descriptor(
                  MediaType.OCI_EMPTY, Digest.of(ArtifactText.EMPTY), ArtifactText.EMPTY.length())),
          ArtifactText.EMPTY.stream());
      for (Path file : files) {
        blobs.add(put(sink, file, before.size() + blobs.size(), options));
      }
      Document document = manifest(blobs, options, grows);
      sink.putManifest(document, Standing.ALONE, List.of());
      sink.commit();
      return document;
    }
  }

  private ArtifactText.Blob put(ImageSink sink, Path file, int position, ArtifactAdd options)
      throws IOException {
    Path path = engine.surroundings().absolute(file.toString());
    MediaType type =
        options.fileType().isPresent()
            ? options.fileType().get()
            : new MediaType(Contents.sniff(Contents.head(path)));
    Map<String, String> annotations = new HashMap<>(options.annotations());
    String _ = annotations.putIfAbsent(ArtifactText.TITLE, fileName(file));
    try (InputStream content = Files.newInputStream(path)) {
      Descriptor unknown = new Descriptor(type, Digest.of(ArtifactText.EMPTY), 0);
      Descriptor found = sink.putNew(dev.stowage.transfer.Part.layer(unknown, position), content);
      return new ArtifactText.Blob(
          type, found.digest(), found.size(), annotations, Optional.empty());
    }
  }

  private Document manifest(
      List<ArtifactText.Blob> added, ArtifactAdd options, Optional<Artifact> grows)
      throws IOException {
    if (grows.isPresent()) {
      Json.Obj before = Json.parseObject(grows.get().document().bytes());
      List<Json> layers = new ArrayList<>(before.array("layers"));
      layers.addAll(ArtifactText.array(added).items());
      Json.Obj after = before.toBuilder().put("layers", new Json.Arr(layers)).build();
      return new Document(MediaType.OCI_MANIFEST, Bytes.utf8(after.compact()));
    }
    Map<String, String> annotations = new HashMap<>(options.annotations());
    annotations.put(ArtifactText.CREATED, engine.context().clock().instant().toString());
    return ArtifactText.manifest(
        options.type(), ArtifactText.Blob.empty(), added, Optional.empty(), annotations);
  }

  private static String fileName(Path file) {
    Path name = file.getFileName();
    return name == null ? "" : name.toString();
  }

  /// Pulls an artifact from its registry; whatever has the name goes.
  ///
  /// @param listener is told how it goes
  public Artifact pull(String name, PullOptions options, Listener listener) throws IOException {
    Reference reference = reference(name);
    Retries retries = Places.retries(EngineConfig.read(engine.surroundings()), options.retry());
    Guard guard = Guard.of(engine.surroundings(), options.trust());
    try (Closeable _ = engine.store().lockArtifacts(LockKind.EXCLUSIVE)) {
      Optional<Descriptor> present = named(reference.toString());
      Copied copied =
          Retrying.run(
              retries,
              listener,
              () -> {
                ImageIdentity identity = ImageIdentity.inRegistry(reference);
                guard.refuseAtOnce(identity);
                try (Places places = new Places(engine, retries, listener);
                    ImageSource source =
                        guard.watch(places.desk(options.access()).open(reference), identity);
                    ImageSink sink = shelf.sink(reference.toString())) {
                  return Copier.copy(
                      source,
                      sink,
                      CopyOptions.of(PlatformChoice.of(engine.context().machine()))
                          .withSigning(CopyOptions.Signing.REMOVE)
                          .withSealing(
                              new CopyOptions.Sealing(List.of(), List.of(), options.decryption())),
                      listener);
                }
              });
      if (present.isPresent() && !present.get().digest().equals(copied.manifest().digest())) {
        shelf.sweep(present.get());
      }
      return artifact(Optional.of(reference.toString()), copied.manifest());
    }
  }

  /// Pushes an artifact to where its name says.
  ///
  /// @param listener is told how it goes
  /// @return the manifest as it is there
  public Document push(String name, PushOptions options, Listener listener) throws IOException {
    Reference reference = reference(name);
    Retries retries = Places.retries(EngineConfig.read(engine.surroundings()), options.retry());
    try (Closeable _ = engine.store().lockArtifacts(LockKind.SHARED)) {
      Descriptor entry = entry(reference.toString());
      return Retrying.run(
              retries,
              listener,
              () -> {
                try (Places places = new Places(engine, retries, listener);
                    ImageSource source = shelf.source(entry)) {
                  return Copier.copy(
                      source,
                      places.sink(
                          new Location.AtRegistry(reference), options.access(), LocalForm.USUAL),
                      options.copy(),
                      listener);
                }
              })
          .manifest();
    }
  }

  /// Removes an artifact, and its files as far as no other has them.
  ///
  /// @throws NotFoundException if there is none
  public Artifact remove(String text) throws IOException {
    try (Closeable _ = engine.store().lockArtifacts(LockKind.EXCLUSIVE)) {
      Descriptor entry = entry(text);
      Artifact artifact = read(entry);
      shelf.remove(entry);
      return artifact;
    }
  }

  /// Removes all artifacts, damaged ones, too.
  ///
  /// @return their digests
  public List<Digest> removeAll() throws IOException {
    try (Closeable _ = engine.store().lockArtifacts(LockKind.EXCLUSIVE)) {
      List<Digest> removed = new ArrayList<>();
      for (Descriptor entry : shelf.entries()) {
        shelf.remove(entry);
        removed.add(entry.digest());
      }
      return List.copyOf(removed);
    }
  }

  /// Copies files of an artifact to a file, or by their names into a directory.
  ///
  /// @return the files that were written
  public List<Path> extract(String text, Path target, Part which) throws IOException {
    try (Closeable _ = engine.store().lockArtifacts(LockKind.SHARED)) {
      return new ArtifactFiles(shelf, read(entry(text)))
          .extract(engine.surroundings().absolute(target.toString()), which);
    }
  }

  private Artifact read(Descriptor entry) throws IOException {
    return artifact(ArtifactShelf.nameOf(entry), shelf.manifest(entry));
  }

  private static Artifact artifact(Optional<String> name, Document document) throws IOException {
    if (Manifest.parse(document) instanceof ImageManifest manifest) {
      return new Artifact(name, document, manifest);
    }
    throw new UnsupportedException(
        "manifest \"" + name.orElse(document.digest().toString()) + "\" is index list");
  }

  private Optional<Descriptor> named(String name) throws IOException {
    for (Descriptor entry : shelf.entries()) {
      if (ArtifactShelf.nameOf(entry).equals(Optional.of(name))) {
        return Optional.of(entry);
      }
    }
    return Optional.empty();
  }

  private Descriptor entry(String text) throws IOException {
    if (text.isEmpty()) {
      throw new MalformedException("nameOrDigest cannot be empty");
    }
    Optional<Descriptor> exact = named(text);
    if (exact.isPresent()) {
      return exact.get();
    }
    Optional<Reference> full = full(text);
    if (full.isPresent()) {
      if (full.get().tag().isPresent() && full.get().digest().isPresent()) {
        throw new MalformedException(text + ": reference cannot be tagged and digested");
      }
      return full.get().digest().isPresent()
          ? digested(full.get())
          : named(full.get().tagged().toString()).orElseThrow(() -> unknown(text));
    }
    List<Descriptor> found = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (Descriptor entry : shelf.entries()) {
      if (entry.digest().hex().startsWith(text) || entry.digest().toString().equals(text)) {
        found.add(entry);
        names.add(ArtifactShelf.nameOf(entry).orElse(""));
      }
    }
    if (found.isEmpty()) {
      throw unknown(text);
    }
    if (found.size() > 1) {
      throw new AmbiguousException(
          text,
          names,
          "multiple artifacts found with matching digest: \"" + String.join(",", names) + "\"");
    }
    return found.getFirst();
  }

  /// The artifact of the same repository that has the digest.
  private Descriptor digested(Reference wanted) throws IOException {
    for (Descriptor entry : shelf.entries()) {
      Optional<Reference> name = ArtifactShelf.nameOf(entry).flatMap(Artifacts::full);
      if (name.isPresent()
          && name.get().repository().equals(wanted.repository())
          && wanted.digest().equals(Optional.of(entry.digest()))) {
        return entry;
      }
    }
    throw unknown(wanted.toString());
  }

  private static NotFoundException unknown(String name) {
    return new NotFoundException(
        NotFoundException.Kind.MANIFEST, name, name + ": artifact does not exist");
  }

  /// A name that is written out in full; empty where the text is none.
  private static Optional<Reference> full(String text) {
    try {
      Reference reference = Reference.parse(text);
      return reference.toString().equals(text) ? Optional.of(reference) : Optional.empty();
    } catch (MalformedException e) {
      return Optional.empty();
    }
  }

  /// The name to keep an artifact under.
  private static Reference reference(String text) throws MalformedException {
    Reference reference =
        full(text)
            .orElseThrow(
                () -> new MalformedException(text + ": repository name must be canonical"));
    if (reference.tag().isPresent() && reference.digest().isPresent()) {
      throw new MalformedException(text + ": reference cannot be tagged and digested");
    }
    return reference.tagged();
  }
}
