package dev.stowage.transfer.place;

import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageIndex;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.Json;
import dev.stowage.model.Manifest;
import dev.stowage.transfer.ImageSink;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.LocalAccess;
import dev.stowage.transfer.LocalForm;
import dev.stowage.transfer.Location;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The directory in which Podman keeps artifacts: an OCI image layout in which every entry has a
/// name. Who uses it holds the lock that goes with it.
public final class ArtifactShelf {
  private final Path directory;
  private final LocalAccess access;

  public ArtifactShelf(Path directory, LocalAccess access) {
    this.directory = directory;
    this.access = access;
  }

  /// What is there, in the order in which it came.
  public List<Descriptor> entries() throws IOException {
    if (!Files.exists(directory.resolve(LayoutIndex.FILE))) {
      return List.of();
    }
    try (OciImages images = OciImages.inDirectory(directory, access)) {
      return images.entries();
    }
  }

  /// The name of an entry.
  public static Optional<String> nameOf(Descriptor entry) {
    return Optional.ofNullable(entry.annotations().get(OciImages.NAME))
        .filter(name -> !name.isEmpty());
  }

  /// The manifest of an entry, checked against its digest.
  public Document manifest(Descriptor entry) throws IOException {
    try (ImageSource source = source(entry)) {
      return source.manifest();
    }
  }

  /// An entry to be read; the caller closes it.
  public ImageSource source(Descriptor entry) throws IOException {
    OciImages images = OciImages.inDirectory(directory, access);
    return new Closing(images.source(entry), images);
  }

  /// A blob, not verified.
  public InputStream blob(Digest digest) throws IOException {
    return Files.newInputStream(file(digest));
  }

  /// A place for an artifact of a name. The commit takes the name from the one that has it, which
  /// goes; its blobs stay until they are swept.
  public ImageSink sink(String name) throws IOException {
    return new LayoutSink(
        new Location.InLayout(directory, Optional.of(name)),
        access,
        LocalForm.USUAL,
        LayoutIndex.Former.GOES);
  }

  /// Removes an entry, and the blobs that no other one needs.
  public void remove(Descriptor entry) throws IOException {
    Path file = directory.resolve(LayoutIndex.FILE);
    Json.Obj index = Json.parseObject(BoundedRead.file(file, Manifest.LARGEST));
    List<Json.Obj> entries = index.objects("manifests");
    for (int i = 0; i < entries.size(); i++) {
      Descriptor each = Descriptor.from(entries.get(i));
      if (each.digest().equals(entry.digest()) && nameOf(each).equals(nameOf(entry))) {
        NewFile.write(file, Bytes.utf8(LayoutIndex.without(index, i).compact()).toArray());
        NewFile.sync(directory);
        break;
      }
    }
    sweep(entry);
  }

  /// Deletes the blobs of what was an entry that no entry needs.
  public void sweep(Descriptor former) throws IOException {
    Set<Digest> doomed = needs(former);
    for (Descriptor entry : entries()) {
      doomed.removeAll(needs(entry));
    }
    for (Digest each : doomed) {
      boolean _ = Files.deleteIfExists(file(each));
    }
  }

  /// The blobs of an entry as far as they can be told: of one whose manifest is damaged that alone.
  private Set<Digest> needs(Descriptor entry) {
    Set<Digest> needed = new HashSet<>();
    needed.add(entry.digest());
    try {
      Manifest manifest = Manifest.parse(manifest(entry));
      if (manifest instanceof ImageManifest image) {
        needed.add(image.config().digest());
        for (Descriptor layer : image.layers()) {
          needed.add(layer.digest());
        }
      } else if (manifest instanceof ImageIndex index) {
        for (Descriptor instance : index.manifests()) {
          needed.addAll(needs(instance));
        }
      }
    } catch (IOException e) {
      // Then there is nothing to be told.
    }
    return needed;
  }

  private Path file(Digest digest) {
    return directory.resolve("blobs").resolve(digest.algorithm().prefix()).resolve(digest.hex());
  }
}
