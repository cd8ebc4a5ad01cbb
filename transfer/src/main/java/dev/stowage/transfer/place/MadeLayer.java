package dev.stowage.transfer.place;

import dev.stowage.archive.CompressingInputStream;
import dev.stowage.archive.Compression;
import dev.stowage.archive.DigestingInputStream;
import dev.stowage.archive.WrittenInputStream;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.MediaType;
import dev.stowage.model.NotFoundException;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.Part;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/// A layer that was made just now, compressed with gzip and kept in a temporary file without a name
/// until it is closed.
public final class MadeLayer implements ImageSource {
  private final FileChannel file;
  private final Part part;

  private MadeLayer(FileChannel file, Part part) {
    this.file = file;
    this.part = part;
  }

  /// Makes a layer.
  ///
  /// @param writer writes its plain tar
  /// @param directory where the file lies
  public static MadeLayer of(WrittenInputStream.Writer writer, Path directory) throws IOException {
    try (WrittenInputStream written = new WrittenInputStream(writer);
        DigestingInputStream plain = new DigestingInputStream(written, Digest.Algorithm.SHA256);
        CompressingInputStream compressed =
            CompressingInputStream.of(plain, Compression.GZIP, OptionalInt.empty());
        DigestingInputStream stored =
            new DigestingInputStream(compressed, Digest.Algorithm.SHA256)) {
      FileChannel file = Spool.of(stored, directory);
      Descriptor descriptor =
          new Descriptor(MediaType.OCI_LAYER_GZIP, stored.digest(), stored.count());
      return new MadeLayer(file, Part.layer(descriptor, 0).withDiffId(plain.digest()));
    }
  }

  /// What it is.
  public Part part() {
    return part;
  }

  @Override
  public Document manifest() throws IOException {
    throw missing(part.descriptor().digest());
  }

  @Override
  public Document manifest(Digest instance) throws IOException {
    throw missing(instance);
  }

  @Override
  public InputStream blob(Descriptor blob) throws IOException {
    if (!blob.digest().equals(part.descriptor().digest())) {
      throw missing(blob.digest());
    }
    return new FileRegion(file, 0, file.size());
  }

  private static NotFoundException missing(Digest digest) {
    return new NotFoundException(
        NotFoundException.Kind.BLOB, digest.toString(), "a layer that was made has no " + digest);
  }

  @Override
  public List<ImageSignature> signatures(Digest manifest) {
    return List.of();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
