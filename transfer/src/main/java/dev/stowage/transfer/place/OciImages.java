package dev.stowage.transfer.place;

import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageIndex;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Manifest;
import dev.stowage.model.MediaType;
import dev.stowage.model.MismatchException;
import dev.stowage.model.NotFoundException;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.LocalAccess;
import dev.stowage.transfer.Location.Choice;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The images of an OCI image layout, in a directory or in a tar file.
///
/// ```
/// oci-layout                {"imageLayoutVersion":"1.0.0"}
/// index.json                the names and the manifests they stand for
/// blobs/sha256/<hex>        manifests, configurations and layers
/// ```
///
/// Whoever opens it closes it, after the sources it gave out.
///
/// @see <a href="https://github.com/opencontainers/image-spec/blob/main/image-layout.md">OCI image
///   layout</a>
public final class OciImages implements Closeable {
  /// The annotation that names an image of a layout.
  static final String NAME = "org.opencontainers.image.ref.name";

  /// The annotation in which containerd and BuildKit write the whole name of an image.
  private static final String FULL_NAME = "io.containerd.image.name";

  private final String place;
  private final BlobTree tree;
  private final Optional<BlobTree> sharedBlobs;
  private final ImageIndex index;

  private OciImages(String place, BlobTree tree, Optional<BlobTree> sharedBlobs)
      throws IOException {
    this.place = place;
    this.tree = tree;
    this.sharedBlobs = sharedBlobs;
    Bytes bytes = tree.read("index.json", Manifest.LARGEST);
    try {
      if (!(Manifest.parse(new Document(MediaType.OCI_INDEX, bytes)) instanceof ImageIndex found)) {
        throw new MalformedException("not an index");
      }
      this.index = found;
    } catch (MalformedException e) {
      throw new MalformedException(place + ": index.json: " + e.getMessage(), e.position(), e);
    }
  }

  /// The images of a directory.
  public static OciImages inDirectory(Path directory, LocalAccess access) throws IOException {
    Optional<BlobTree> shared =
        access.sharedBlobs().isPresent()
            ? Optional.of(new BlobTree.InDirectory(access.sharedBlobs().get()))
            : Optional.empty();
    return new OciImages("oci:" + directory, new BlobTree.InDirectory(directory), shared);
  }

  /// The images of a tar file, compressed or not.
  public static OciImages inArchive(Path file, LocalAccess access) throws IOException {
    return inArchive(ArchiveFile.open(file, access.temporary()));
  }

  /// @param archive closed with this, or at once where this fails
  static OciImages inArchive(ArchiveFile archive) throws IOException {
    try {
      return new OciImages(
          "oci-archive:" + archive.name(), new BlobTree.InArchive(archive), Optional.empty());
    } catch (IOException | RuntimeException | Error e) {
      archive.close();
      throw e;
    }
  }

  /// The entries of the index, in its order.
  public List<Descriptor> entries() {
    return index.manifests();
  }

  /// What an entry is called: by containerd's annotation, else by the layout's own.
  public static Optional<String> nameOf(Descriptor entry) {
    String name = entry.annotations().getOrDefault(FULL_NAME, "");
    if (name.isEmpty()) {
      name = entry.annotations().getOrDefault(NAME, "");
    }
    return name.isEmpty() ? Optional.empty() : Optional.of(name);
  }

  /// The entry that is meant.
  public Descriptor choose(Choice choice) throws IOException {
    List<Descriptor> entries = index.manifests();
    if (choice instanceof Choice.Named(String name)) {
      return named(name);
    }
    if (choice instanceof Choice.Numbered(int number)) {
      if (number >= entries.size()) {
        throw new NotFoundException(
            NotFoundException.Kind.MANIFEST,
            place,
            "index " + number + " is too large, only " + entries.size() + " entries available");
      }
      return entries.get(number);
    }
    if (entries.isEmpty()) {
      throw new NotFoundException(
          NotFoundException.Kind.MANIFEST, place, place + ": the layout holds no image");
    }
    if (entries.size() > 1) {
      throw new MalformedException("more than one image in oci, choose an image");
    }
    return entries.getFirst();
  }

  private Descriptor named(String name) throws IOException {
    List<String> others = new ArrayList<>();
    for (Descriptor entry : index.manifests()) {
      if (name.equals(entry.annotations().get(NAME))) {
        if (entry.type().isIndex() || entry.type().isImageManifest()) {
          return entry;
        }
        others.add("\"" + entry.type() + "\"");
      }
    }
    if (!others.isEmpty()) {
      throw new MalformedException(
          "reference \""
              + name
              + "\" matches unsupported manifest MIME types ["
              + String.join(" ", others)
              + "]");
    }
    throw new NotFoundException(
        NotFoundException.Kind.MANIFEST,
        place,
        "no descriptor found for reference \"" + name + "\"");
  }

  /// The image of an entry. Closing it closes nothing.
  public ImageSource source(Descriptor entry) {
    return new LayoutSource(this, entry);
  }

  /// A manifest by its digest, checked.
  Document manifest(Digest digest, MediaType stated) throws IOException {
    Bytes bytes;
    try {
      bytes = blobs().read(path(digest), Manifest.LARGEST);
    } catch (NotFoundException e) {
      throw missing(digest);
    }
    Digest got = Digest.of(bytes, digest.algorithm());
    if (!got.equals(digest)) {
      throw new MismatchException(place + ": " + path(digest), digest.toString(), got.toString());
    }
    return new Document(stated.value().isEmpty() ? Manifest.guessType(bytes) : stated, bytes);
  }

  InputStream blob(Digest digest) throws IOException {
    try {
      return blobs().open(path(digest));
    } catch (NotFoundException e) {
      throw missing(digest);
    }
  }

  private NotFoundException missing(Digest digest) {
    return new NotFoundException(
        NotFoundException.Kind.BLOB,
        digest.toString(),
        place + ": the layout lacks the blob " + digest);
  }

  private BlobTree blobs() {
    return sharedBlobs.isPresent() ? sharedBlobs.get() : tree;
  }

  private String path(Digest digest) {
    String file = digest.algorithm().prefix() + "/" + digest.hex();
    return sharedBlobs.isPresent() ? file : "blobs/" + file;
  }

  @Override
  public void close() throws IOException {
    tree.close();
  }
}
