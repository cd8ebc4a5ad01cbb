package dev.stowage.transfer.place;

import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Manifest;
import dev.stowage.model.NotFoundException;
import dev.stowage.transfer.ImageSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// An image in a plain directory.
///
/// ```
/// version                   Directory Transport Version: 1.1
/// manifest.json             the manifest or index
/// <hex>.manifest.json       the instances of an index
/// <hex>                     configurations and layers
/// signature-<n>             signatures of the manifest, from 1
/// <hex>.signature-<n>       those of an instance
/// ```
final class DirectorySource implements ImageSource {
  private final Path directory;

  DirectorySource(Path directory) {
    this.directory = directory;
  }

  @Override
  public Document manifest() throws IOException {
    return document(directory.resolve("manifest.json"));
  }

  @Override
  public Document manifest(Digest instance) throws IOException {
    return document(directory.resolve(instance.hex() + ".manifest.json"));
  }

  private static Document document(Path file) throws IOException {
    Bytes bytes = BoundedRead.file(file, Manifest.LARGEST);
    return new Document(Manifest.guessType(bytes), bytes);
  }

  @Override
  public InputStream blob(Descriptor blob) throws IOException {
    Path file = directory.resolve(blob.digest().hex());
    if (!Files.exists(file)) {
      throw new NotFoundException(
          NotFoundException.Kind.BLOB,
          blob.digest().toString(),
          "dir:" + directory + ": the directory lacks the blob " + blob.digest());
    }
    return Files.newInputStream(file);
  }

  @Override
  public List<ImageSignature> signatures(Digest manifest) throws IOException {
    String prefix = manifest().digest().equals(manifest) ? "" : manifest.hex() + ".";
    List<ImageSignature> signatures = new ArrayList<>();
    for (int i = 1; i <= ImageSignature.MOST; i++) {
      Path file = directory.resolve(prefix + "signature-" + i);
      if (!Files.exists(file)) {
        break;
      }
      Bytes stored = BoundedRead.file(file, ImageSignature.LARGEST);
      try {
        signatures.add(ImageSignature.parse(stored));
      } catch (MalformedException e) {
        throw new MalformedException(
            "parsing signature \"" + file + "\": " + e.getMessage(), e.position(), e);
      }
    }
    return signatures;
  }

  @Override
  public void close() {}
}
