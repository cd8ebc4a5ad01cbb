package dev.stowage.engine;

import dev.stowage.model.ContainerId;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageConfig;
import dev.stowage.model.ImageId;
import dev.stowage.model.ImageIndex;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.LayerId;
import dev.stowage.model.Manifest;
import dev.stowage.model.MediaType;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Platform;
import dev.stowage.model.PlatformChoice;
import dev.stowage.model.Reference;
import dev.stowage.model.UnsupportedException;
import dev.stowage.store.Container;
import dev.stowage.store.ImageRecord;
import dev.stowage.transfer.Location;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One image of the local store.
///
/// Every answer comes from the one snapshot of the store that the image was found in, and images
/// found together share it; [#refresh] takes a new one. What the records say never fails. What has
/// to be read from the image's manifest or configuration fails where these are damaged, and says so
/// in its signature. Verbs change the store and give the image as it is afterwards.
public final class Image {
  private final Images images;
  private final View view;
  private final ImageRecord record;
  private final Optional<Digest> digest;
  private @Nullable List<Reference> names;
  private long size = -1;

  Image(Images images, View view, ImageRecord record, Optional<Digest> digest) {
    this.images = images;
    this.view = view;
    this.record = record;
    this.digest = digest;
  }

  ImageRecord record() {
    return record;
  }

  View view() {
    return view;
  }

  public ImageId id() {
    return record.id();
  }

  /// The place it is at, by its ID: what copies start from.
  public Location location() {
    return new Location.InStore("@" + id());
  }

  /// Tags and digest references, mixed.
  public List<Reference> names() {
    List<Reference> known = names;
    if (known == null) {
      known = Names.stored(record.names());
      names = known;
    }
    return known;
  }

  /// The names it has or had, the newest first.
  public List<Reference> namesHistory() {
    return Names.stored(record.namesHistory());
  }

  /// One of the digests of its manifests: the one it was found by, else the first on record. Where
  /// it matters, [#digests] says all.
  public Optional<Digest> digest() {
    return digest.isPresent() ? digest : record.digest();
  }

  /// The digests of all its manifests.
  public List<Digest> digests() {
    return record.digests();
  }

  /// When it was made, or recorded where it does not say.
  public Optional<Instant> created() {
    return record.created();
  }

  /// The topmost layer; none for an image without layers and for a list of manifests.
  public Optional<LayerId> topLayer() {
    return record.topLayer();
  }

  /// Whether it is in an additional store, which nothing may change.
  public boolean readOnly() {
    return record.readOnly();
  }

  /// Whether nothing refers to it: no name, no child, no list of manifests.
  public boolean dangling() {
    return view.kinship().dangling(record, Survivors.ALL);
  }

  /// Whether it is only a step on the way to others: it has no name, but children.
  public boolean intermediate() {
    return view.kinship().intermediate(record, Survivors.ALL);
  }

  /// Whether it is a list of manifests.
  public boolean list() {
    return view.isList(record);
  }

  /// The image it was made from by one step, if that is here.
  public Optional<Image> parent() {
    Optional<ImageRecord> parent = view.kinship().parent(record, Survivors.ALL);
    return parent.isPresent() ? Optional.of(sibling(parent.get())) : Optional.empty();
  }

  /// The images that were made from it by one step.
  public List<Image> children() {
    List<Image> children = new ArrayList<>();
    for (ImageRecord child : view.kinship().children(record, Survivors.ALL)) {
      children.add(sibling(child));
    }
    return List.copyOf(children);
  }

  private Image sibling(ImageRecord other) {
    return new Image(images, view, other, Optional.empty());
  }

  /// The containers of the store that were made from it, whoever made them.
  public List<ContainerId> containers() {
    List<Container> users = view.snapshot().usersOf(id());
    if (users.isEmpty()) {
      return List.of();
    }
    List<ContainerId> ids = new ArrayList<>(users.size());
    for (Container user : users) {
      ids.add(user.id());
    }
    return List.copyOf(ids);
  }

  /// Its names that have a tag.
  public List<Reference> repoTags() {
    List<Reference> tags = new ArrayList<>();
    for (Reference name : names()) {
      if (name.tag().isPresent()) {
        tags.add(name);
      }
    }
    return List.copyOf(tags);
  }

  /// Each of its repositories with each of its digests, in alphabetical order.
  public List<Reference> repoDigests() {
    List<Digest> all = digests();
    if (digest.isPresent() && !all.contains(digest.get())) {
      all = new ArrayList<>(all);
      all.add(digest.get());
    }
    return Names.digested(names(), all);
  }

  /// The bytes of its plain layers and its data items. What is missing or of unknown size counts
  /// nothing.
  public long size() {
    if (size < 0) {
      size = Sizes.of(view.snapshot(), record);
    }
    return size;
  }

  /// The labels of its configuration; a list of manifests has none.
  public Map<String, String> labels() throws IOException {
    return list() ? Map.of() : config().execution().labels();
  }

  /// The main manifest, exactly as it was received.
  public Document manifest() throws IOException {
    return view.manifest(record);
  }

  /// The configuration, checked against its digest.
  ///
  /// @throws UnsupportedException if it is a list of manifests, or no image
  public ImageConfig config() throws IOException {
    return view.config(record);
  }

  /// The steps it was made in, the last first.
  public History history() throws IOException {
    return History.of(view, record, config());
  }

  public Tree tree(Tree.Extent extent) {
    return Tree.of(view, record, extent);
  }

  /// Everything there is to know about it.
  public Inspection inspect() throws IOException {
    ImageConfig config = config();
    Document manifest = manifest();
    Optional<ImageRecord> parent = view.kinship().parent(record, Survivors.ALL);
    return new Inspection(
        new Inspection.Identity(
            id(),
            digest(),
            repoTags(),
            repoDigests(),
            parent.map(ImageRecord::id),
            record.namesHistory()),
        config,
        manifest,
        annotations(manifest),
        size(),
        images.drivers().of(view.snapshot(), record));
  }

  private static Map<String, String> annotations(Document manifest) throws IOException {
    return manifest.type().equals(MediaType.OCI_MANIFEST)
            && Manifest.parse(manifest) instanceof ImageManifest image
        ? image.annotations()
        : Map.of();
  }

  /// What is wrong with what is kept of it, if anything: a manifest or configuration that cannot be
  /// read, a layer that is not there.
  public Optional<String> damage() {
    Optional<String> broken = Sizes.broken(view.snapshot(), record);
    if (broken.isPresent()) {
      return broken;
    }
    try {
      Manifest manifest = Manifest.parse(view.manifest(record));
      if (manifest instanceof ImageManifest image
          && image.isImage()
          && view.lineage(record).isEmpty()) {
        ImageConfig _ = view.config(record);
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /// Whether what another place has is none of the manifests of this image. Of a remote index, the
  /// instance for this image's platform counts.
  public boolean differsFrom(RemoteManifest remote) throws IOException {
    Document document = remote.fetch();
    Digest there = document.digest();
    if (Manifest.parse(document) instanceof ImageIndex index && !list()) {
      Platform platform = images.completed(config().platform()).normalized();
      Descriptor chosen =
          PlatformChoice.of(platform)
              .choose(index)
              .orElseThrow(
                  () ->
                      new NotFoundException(
                          NotFoundException.Kind.MANIFEST,
                          document.digest().toString(),
                          "the index " + document.digest() + " has no image for " + platform));
      there = chosen.digest();
    }
    return !digests().contains(there) && !digest().equals(Optional.of(there));
  }

  /// What its topmost layer changed of the files beneath it.
  public List<FileChange> changes() throws IOException {
    return images.files().changesOf(this);
  }

  /// What it has otherwise than another image of the same store.
  public List<FileChange> changesFrom(Image other) throws IOException {
    return images.files().changes(other, this);
  }

  /// Where it is mounted, if it is.
  public Optional<Path> mountpoint() {
    return Mounts.pathOf(view.snapshot(), record);
  }

  /// This image in a new snapshot.
  ///
  /// @throws NotFoundException if it is not there any more
  public Image refresh() throws IOException {
    return images.byId(id());
  }

  /// Gives it one more name, which whatever image has it loses. A name without a host belongs to
  /// `localhost`, one without a tag gets `latest`.
  public Image tag(String name) throws IOException {
    return tag(List.of(name));
  }

  /// Gives it names, all or none.
  public Image tag(List<String> wanted) throws IOException {
    return images.changes().tag(this, wanted);
  }

  /// Takes a name from it.
  ///
  /// @throws NotFoundException if it does not have the name
  public Image untag(String name) throws IOException {
    return untag(List.of(name));
  }

  /// Takes names from it, all or none.
  public Image untag(List<String> unwanted) throws IOException {
    return images.changes().untag(this, unwanted);
  }

  /// Takes all names from it.
  public Image untagAll() throws IOException {
    return images.changes().untag(this, record.names());
  }

  /// Removes it as if it had been called by its ID.
  public Removal remove(RemoveOptions options) throws IOException {
    return images.remove(List.of(id().value()), options);
  }

  /// Mounts it read-only. Mounting what is mounted counts one more.
  public Mount mount() throws IOException {
    return images.mounts().mount(this);
  }

  /// Unmounts it.
  ///
  /// @throws NotFoundException if it is not mounted
  public void unmount(Unmounting how) throws IOException {
    images.mounts().unmount(this, how);
  }

  @Override
  public String toString() {
    return record.toString();
  }
}
