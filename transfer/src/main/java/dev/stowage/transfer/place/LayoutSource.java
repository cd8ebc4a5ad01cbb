package dev.stowage.transfer.place;

import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageIndex;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Manifest;
import dev.stowage.model.MediaType;
import dev.stowage.model.MismatchException;
import dev.stowage.model.NotFoundException;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.Location;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// An image in a directory of the OCI image layout.
///
/// ```
/// oci-layout                {"imageLayoutVersion":"1.0.0"}
/// index.json                the names and the manifests they stand for
/// blobs/sha256/<hex>        manifests, configurations and layers
/// ```
///
/// @see <a href="https://github.com/opencontainers/image-spec/blob/main/image-layout.md">OCI image
///   layout</a>
final class LayoutSource implements ImageSource {
  private static final String NAME_ANNOTATION = "org.opencontainers.image.ref.name";

  private final Location.InLayout location;

  LayoutSource(Location.InLayout location) {
    this.location = location;
  }

  @Override
  public Document manifest() throws IOException {
    Bytes bytes = BoundedRead.file(location.directory().resolve("index.json"), Manifest.LARGEST);
    if (!(Manifest.parse(new Document(MediaType.OCI_INDEX, bytes)) instanceof ImageIndex index)) {
      throw new MalformedException(location.directory().resolve("index.json") + ": not an index");
    }
    Descriptor chosen = choose(index);
    Document document = manifest(chosen.digest());
    return new Document(
        chosen.type().value().isEmpty() ? document.type() : chosen.type(), document.bytes());
  }

  private Descriptor choose(ImageIndex index) throws IOException {
    Optional<String> name =
        location.choice() instanceof Location.Choice.Named(String wanted)
            ? Optional.of(wanted)
            : Optional.empty();
    List<Descriptor> fitting = new ArrayList<>();
    for (Descriptor descriptor : index.manifests()) {
      if (name.isEmpty() || name.get().equals(descriptor.annotations().get(NAME_ANNOTATION))) {
        fitting.add(descriptor);
      }
    }
    if (fitting.isEmpty()) {
      throw new NotFoundException(
          NotFoundException.Kind.MANIFEST,
          location.toString(),
          location + ": no image of this name in the layout's index.json");
    }
    if (fitting.size() > 1) {
      throw new MalformedException(
          location
              + ": more than one image fits, choose one by oci:"
              + location.directory()
              + ":NAME");
    }
    return fitting.getFirst();
  }

  @Override
  public Document manifest(Digest instance) throws IOException {
    Bytes bytes = BoundedRead.file(path(instance), Manifest.LARGEST);
    Digest got = Digest.of(bytes);
    if (instance.algorithm() == Digest.Algorithm.SHA256 && !got.equals(instance)) {
      throw new MismatchException(path(instance).toString(), instance.toString(), got.toString());
    }
    return new Document(Manifest.guessType(bytes), bytes);
  }

  @Override
  public InputStream blob(Descriptor blob) throws IOException {
    try {
      return Files.newInputStream(path(blob.digest()));
    } catch (NoSuchFileException e) {
      NotFoundException missing =
          new NotFoundException(
              NotFoundException.Kind.BLOB,
              blob.digest().toString(),
              location + ": the layout lacks the blob " + blob.digest());
      missing.initCause(e);
      throw missing;
    }
  }

  @Override
  public List<ImageSignature> signatures(Digest manifest) {
    return List.of();
  }

  @Override
  public void close() {}

  private Path path(Digest digest) {
    return location
        .directory()
        .resolve("blobs")
        .resolve(digest.algorithm().prefix())
        .resolve(digest.hex());
  }
}
