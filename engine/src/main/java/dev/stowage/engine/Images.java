package dev.stowage.engine;

import dev.stowage.model.Digest;
import dev.stowage.model.ImageId;
import dev.stowage.model.ImageIndex;
import dev.stowage.model.MalformedException;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Platform;
import dev.stowage.model.Reference;
import dev.stowage.model.StowageException;
import dev.stowage.model.UnsupportedException;
import dev.stowage.model.Wanted;
import dev.stowage.store.ImageRecord;
import dev.stowage.store.Snapshot;
import dev.stowage.store.Store;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The images of the local store.
public final class Images {
  private final Store store;
  private final Context context;
  private final Announcer announcer;
  private final Changes changes;
  private final Mounts mounts;
  private final Drivers drivers;
  private final LayerFiles files;

  Images(Store store, Context context) {
    this.store = store;
    this.context = context;
    this.announcer = new Announcer(context.listener(), context.clock());
    this.changes = new Changes(this, store, announcer);
    this.mounts = new Mounts(store, announcer);
    this.drivers = new Drivers(store);
    this.files = new LayerFiles(store);
  }

  /// The image that users mean by a name, an ID or the beginning of one.
  ///
  /// @throws NotFoundException if there is none
  /// @throws dev.stowage.model.AmbiguousException if it is the beginning of several IDs
  public Found find(String text) throws IOException {
    return find(text, LookupOptions.DEFAULT);
  }

  public Found find(String text, LookupOptions options) throws IOException {
    View view = view();
    return found(view, lookup(view).find(text, options));
  }

  public Found find(Wanted wanted, LookupOptions options) throws IOException {
    View view = view();
    return found(view, lookup(view).find(wanted, options));
  }

  /// The images of these names, from one snapshot. The first that cannot be found fails the whole.
  public List<Found> find(List<String> texts, LookupOptions options) throws IOException {
    View view = view();
    Lookup lookup = lookup(view);
    List<Found> found = new ArrayList<>(texts.size());
    for (String text : texts) {
      found.add(found(view, lookup.find(text, options)));
    }
    return List.copyOf(found);
  }

  private Found found(View view, Hit hit) {
    hit.warning().ifPresent(announcer::warn);
    return new Found(new Image(this, view, hit.image(), hit.digest()), hit.name());
  }

  /// What each of many things asked for led to: an image, or the reason why not.
  public sealed interface Answer {

    record Here(String text, Found found) implements Answer {}

    record Failed(String text, StowageException cause) implements Answer {}
  }

  /// The images of these names, from one snapshot, and the reasons for those that cannot be found.
  public List<Answer> findEach(List<String> texts, LookupOptions options) throws IOException {
    View view = view();
    Lookup lookup = lookup(view);
    List<Answer> answers = new ArrayList<>(texts.size());
    for (String text : texts) {
      try {
        answers.add(new Answer.Here(text, found(view, lookup.find(text, options))));
      } catch (StowageException e) {
        answers.add(new Answer.Failed(text, e));
      }
    }
    return List.copyOf(answers);
  }

  /// The full name that an image is found under, or, where there is none and where it is found by
  /// its ID, the one it could be given by this text (see [#fullName]). A list stands for itself.
  ///
  /// @throws dev.stowage.model.MalformedException if the text can be no name, such as `sha256:` and
  ///   an ID
  /// @throws dev.stowage.model.AmbiguousException if it is the beginning of several IDs
  public Reference resolveName(String text) throws IOException {
    if (Digest.isDigest(text)) {
      throw new MalformedException(text + ": a digest is no name");
    }
    try {
      Found found = find(text, LookupOptions.DEFAULT.withLists(LookupOptions.Lists.LIST));
      if (!found.name().isEmpty() && !found.image().id().value().startsWith(found.name())) {
        return Reference.parse(found.name());
      }
    } catch (NotFoundException e) {
      if (e.kind() != NotFoundException.Kind.IMAGE) {
        throw e;
      }
    }
    return fullName(text);
  }

  /// The full name that a text stands for when an image is to be called by it: names without a host
  /// belong to `localhost`, those without tag and digest get `latest`, and a tag beside a digest is
  /// dropped.
  public static Reference fullName(String text) throws MalformedException {
    return Names.normalize(text);
  }

  /// Whether there is such an image and it is whole; of a damaged one the listener is told.
  public boolean exists(String text) throws IOException {
    try {
      Found found = find(text);
      Optional<String> damage = found.image().damage();
      if (damage.isPresent()) {
        announcer.warn(Damage.of(text, new IOException(damage.get())));
      }
      return damage.isEmpty();
    } catch (NotFoundException e) {
      return false;
    }
  }

  /// All images, in the order of the store.
  public List<Image> list() throws IOException {
    return list(ListOptions.DEFAULT);
  }

  /// The images that meet the filters, in the order of the store. Where the only wanted reference
  /// is a full name, the images show those of their names alone that it asks for.
  ///
  /// @throws dev.stowage.model.MalformedException if a filter's value is none
  public List<Image> list(ListOptions options) throws IOException {
    View view = view();
    List<Image> images = new ArrayList<>();
    for (ImageRecord record :
        Listings.of(view, lookup(view), clockFor(options), options, announcer::warn)) {
      images.add(image(view, record));
    }
    return List.copyOf(images);
  }

  /// Removes images by their names; where there are none, nothing is removed.
  public Removal remove(List<String> names, RemoveOptions options) throws IOException {
    return remove(view -> Removals.plan(view, lookup(view), names, options), options);
  }

  /// Removes all images that meet the filters, by whatever names they have.
  public Removal removeAll(ListOptions which, RemoveOptions options) throws IOException {
    return remove(
        view ->
            Removals.plan(
                view,
                Listings.of(view, lookup(view), clockFor(which), which, announcer::warn),
                options),
        options);
  }

  /// What [#remove] would do now; nothing is done.
  public Removal planRemoval(List<String> names, RemoveOptions options) throws IOException {
    View view = view();
    return Removals.plan(view, lookup(view), names, options).shown(view);
  }

  /// What [#removeAll] would do now; nothing is done.
  public Removal planRemovalOfAll(ListOptions which, RemoveOptions options) throws IOException {
    View view = view();
    return Removals.plan(
            view, Listings.of(view, lookup(view), clockFor(which), which, announcer::warn), options)
        .shown(view);
  }

  /// Removes images that are not needed, until there is none left. The bytes it tells of are those
  /// that the disk got back.
  public Removal prune(PruneOptions options) throws IOException {
    return changes.removeAndMeasure(view -> planPrune(view, options));
  }

  /// What [#prune] would do now; nothing is done.
  public Removal planPrune(PruneOptions options) throws IOException {
    View view = view();
    return planPrune(view, options).shown(view);
  }

  /// What images, containers and volumes take, by the records.
  public DiskUsage diskUsage() throws IOException {
    return DiskUsage.of(store, view(), this);
  }

  /// What the store takes on the disk, measured.
  public MeasuredUsage measuredUsage() throws IOException {
    return MeasuredUsage.of(store.measure());
  }

  private RemovalPlan planPrune(View view, PruneOptions options) throws IOException {
    return new Pruning(view, lookup(view), context, options, announcer::warn)
        .plan(image -> store.arrived(image));
  }

  private Removal remove(Changes.Planner planner, RemoveOptions options) throws IOException {
    if (options.force() == Force.WITH_CONTAINERS
        && !options.containers().equals(ContainerRemover.NONE)) {
      View view = view();
      for (RemovalPlan.Change change : planner.plan(view).changes()) {
        if (change instanceof RemovalPlan.RemoveImage(ImageId image)
            && !view.snapshot().usersOf(image).isEmpty()) {
          options.containers().removeContainersOf(image);
        }
      }
    }
    return changes.remove(planner);
  }

  private Clock clockFor(ListOptions options) {
    for (Filter filter : options.filters()) {
      if (filter.key() == Filter.Key.UNTIL) {
        return Clock.system(context.zone().get());
      }
    }
    return Clock.systemUTC();
  }

  /// The local image that a list has for a platform.
  Image instance(Image list, Platform platform) throws IOException {
    View view = list.view();
    ImageIndex index =
        view.list(list.record())
            .orElseThrow(
                () -> new UnsupportedException(list.id() + ": image is not a manifest list"));
    return image(
        view,
        lookup(view).instance(index, list.record(), LookupOptions.DEFAULT.withPlatform(platform)));
  }

  Image byId(ImageId id) throws IOException {
    View view = view();
    ImageRecord record = view.snapshot().image(id).orElseThrow(() -> Lookup.unknown(id.value()));
    return image(view, record);
  }

  Image image(View view, ImageRecord record) {
    return new Image(this, view, record, Optional.empty());
  }

  View view() throws IOException {
    return view(store.read(now -> now));
  }

  View view(Snapshot snapshot) {
    return new View(snapshot, store::imageData);
  }

  private Lookup lookup(View view) {
    return new Lookup(view, context.shortNames(), context.machine());
  }

  /// The platform with the machine's in the place of what it leaves open.
  Platform completed(Platform platform) {
    Platform machine = context.machine();
    return new Platform(
        platform.os().isEmpty() ? machine.os() : platform.os(),
        platform.architecture().isEmpty() ? machine.architecture() : platform.architecture(),
        platform.variant());
  }

  Changes changes() {
    return changes;
  }

  Mounts mounts() {
    return mounts;
  }

  LayerFiles files() {
    return files;
  }

  Drivers drivers() {
    return drivers;
  }
}
