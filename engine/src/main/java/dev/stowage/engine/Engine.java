package dev.stowage.engine;

import dev.stowage.config.EngineConfig;
import dev.stowage.config.Surroundings;
import dev.stowage.linux.LocalDisk;
import dev.stowage.linux.LockMethod;
import dev.stowage.model.Finding;
import dev.stowage.model.Repair;
import dev.stowage.model.UnsupportedException;
import dev.stowage.store.Store;
import dev.stowage.transfer.Copied;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.Listener;
import dev.stowage.transfer.LocalAccess;
import dev.stowage.transfer.Location;
import dev.stowage.transfer.place.Originals;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// The engine: the local store of images and what can be done with it.
///
/// An engine may be used by any number of threads, beside any number of other programs that use the
/// same store. Whoever opens it closes it.
// Whoever names surroundings of their own is one of this project's modules; others need not.
public final class Engine implements Closeable {
  private final Surroundings surroundings;
  private final Store store;
  private final Context context;
  private final Images images;

  private Engine(Surroundings surroundings, Store store, Context context) {
    this.surroundings = surroundings;
    this.store = store;
    this.context = context;
    this.images = new Images(store, context);
  }

  /// Opens the store that this process's environment and configuration lead to, and makes it where
  /// there is none.
  public static Engine open(EngineOptions options) throws IOException {
    return open(Surroundings.ofThisProcess(), options);
  }

  /// Opens the store that the surroundings lead to, and makes it where there is none.
  public static Engine open(Surroundings surroundings, EngineOptions options) throws IOException {
    Store store = Opening.store(surroundings, options);
    return new Engine(surroundings, store, Opening.context(surroundings, options));
  }

  /// The images of the store.
  public Images images() {
    return images;
  }

  /// The lists of manifests of the store.
  public Lists lists() {
    return new Lists(this);
  }

  /// The artifacts that are kept beside the images.
  public Artifacts artifacts() throws IOException {
    return new Artifacts(this);
  }

  /// Pulls an image as [PullOptions#DEFAULT] says.
  public Pulled pull(String name) throws IOException {
    return pull(name, PullOptions.DEFAULT, context.listener());
  }

  /// Pulls an image: a name as a user writes it, or a location of another transport.
  ///
  /// @param listener is told how it goes, and of the event in the end
  /// @throws dev.stowage.model.NotFoundException if nobody has it
  /// @throws dev.stowage.model.RegistryException if the registry refuses or cannot be reached
  public Pulled pull(String name, PullOptions options, Listener listener) throws IOException {
    return new Pull(this, options, listener).pull(name);
  }

  /// Loads all images of an archive or a directory, in whatever form they are.
  ///
  /// @param listener is told how it goes, and of an event for each image
  /// @throws dev.stowage.model.MalformedException if it is of no known form
  public Loaded load(ArchiveInput input, LoadOptions options, Listener listener)
      throws IOException {
    return new Load(this, options, listener).load(input);
  }

  /// Saves images to an archive or a directory.
  ///
  /// @param names of images of the store
  /// @param listener is told how it goes, and of an event for each image
  /// @return the images, each once
  public List<Image> save(
      List<String> names, SaveOutput output, SaveOptions options, Listener listener)
      throws IOException {
    return new Save(this, options, listener).save(names, output);
  }

  /// Copies an image between any two places.
  ///
  /// @param engine how the local store is opened, which happens only if a place lies in it
  /// @param listener is told how it goes
  public static Copied copy(
      Surroundings surroundings,
      EngineOptions engine,
      Location from,
      Location to,
      TransferOptions options,
      Listener listener)
      throws IOException {
    return new Transfer(surroundings, engine, options, listener).copy(from, to);
  }

  /// Makes an image of another, or of nothing, without unpacking it: what stays of its layers stays
  /// where it is or is copied as it is.
  ///
  /// @param engine how the local store is opened, which happens only if a place lies in it
  /// @param from the image it is made of; empty for nothing, which only [Mutation.Append] can use
  /// @param to where it is put
  /// @param listener is told how it goes
  /// @throws UnsupportedException where the image cannot be changed so
  public static Copied mutate(
      Surroundings surroundings,
      EngineOptions engine,
      Optional<Location> from,
      Location to,
      Mutation mutation,
      TransferOptions options,
      Listener listener)
      throws IOException {
    return new Mutating(surroundings, engine, options, listener).make(from, to, mutation);
  }

  /// Brings images of a registry, a tree of directories or a list to where they belong, as far as
  /// they are not there yet.
  ///
  /// @param engine how the local store would be opened, which no image here is in
  /// @param listener is told what registries warn of, and how each image is copied
  /// @param watcher is told of each image
  /// @throws IOException where an image fails and [SyncOptions.Failing#STOPS_ALL] is asked for
  public static Synced sync(
      Surroundings surroundings,
      EngineOptions engine,
      SyncSource source,
      SyncDestination destination,
      SyncOptions options,
      Listener listener,
      Synced.Watcher watcher)
      throws IOException {
    try (Sync sync = new Sync(surroundings, engine, options, listener, watcher)) {
      return sync.run(source, destination);
    }
  }

  /// Makes an image of one layer from a tar, compressed or not, in one pass.
  ///
  /// @param listener is told how it goes, and of the event in the end
  public Image importImage(ImportInput input, ImportOptions options, Listener listener)
      throws IOException {
    return new Import(this, options, listener).make(input);
  }

  /// Pushes an image as [PushOptions#DEFAULT] says, to where its name says.
  public Pushed push(String name) throws IOException {
    return push(name, Optional.empty(), PushOptions.DEFAULT, context.listener());
  }

  /// Pushes an image of the store: to a registry, or to a location of another transport.
  ///
  /// @param destination a name in a registry or a location; empty for what the image is called
  /// @param listener is told how it goes, and of the event in the end
  /// @throws dev.stowage.model.NotFoundException if there is no such image
  /// @throws dev.stowage.model.UnsupportedException if the destination cannot hold what was asked
  ///   for
  public Pushed push(
      String name, Optional<String> destination, PushOptions options, Listener listener)
      throws IOException {
    return new Push(this, options, listener).push(name, destination);
  }

  /// Signs an image at a location, which has to give it a name, with a simple signature in a file.
  ///
  /// @return the files that were written
  public List<Path> sign(String location, SignOptions options) throws IOException {
    return new Signing(this, options).sign(location, context.listener());
  }

  /// An image of the store as a place to read from. Whoever asks closes it, before this engine.
  ///
  /// @param name as a user writes it
  public ImageSource contents(String name) throws IOException {
    Found found =
        images.find(name, LookupOptions.DEFAULT.withLists(LookupOptions.Lists.INSTANCE_OR_LIST));
    return Places.source(store, found.image(), Originals.NONE);
  }

  /// Deletes what builds keep between runs for `RUN --mount=type=cache`, where Buildah and Podman
  /// put it.
  public void removeBuildCache() throws IOException {
    Path parent =
        surroundings.variable("TMPDIR").isPresent()
            ? surroundings.absolute(surroundings.variable("TMPDIR").get())
            : EngineConfig.read(surroundings)
                .temporary()
                .value()
                .orElseGet(() -> surroundings.system("/var/tmp"));
    new LocalDisk(LockMethod.RECORD)
        .removeTree(parent.resolve("buildah-cache-" + surroundings.user().loginUid()));
  }

  /// Everything in the store that is not as it should be. Others may use the store meanwhile; what
  /// they change is no finding.
  public List<Finding> check(CheckOptions options) throws IOException {
    return new Upkeeping(this).check(options);
  }

  /// Mends what is damaged: what is missing is fetched again, by its digest, from where the images
  /// came from. Layers that are mounted stay as they are.
  ///
  /// @param told of each repair when it is done
  /// @return what became of each harmful finding
  public List<Repair> repair(RepairOptions options, Consumer<Repair> told) throws IOException {
    return new Upkeeping(this).repair(options, told);
  }

  /// Removes what belongs to nothing.
  ///
  /// @return what was removed, or would be, with the room that it took
  public List<Finding> reclaim(CheckOptions options, Repair.Mode mode) throws IOException {
    return new Upkeeping(this).reclaim(options, mode);
  }

  Surroundings surroundings() {
    return surroundings;
  }

  /// Where large temporary files go: as containers.conf says, else in the store.
  LocalAccess localAccess() throws IOException {
    return LocalAccess.of(
        Opening.temporary(surroundings, EngineConfig.read(surroundings), Optional.of(store)),
        surroundings.machine().platform());
  }

  Store store() {
    return store;
  }

  Context context() {
    return context;
  }

  @Override
  public void close() throws IOException {
    store.close();
  }
}
