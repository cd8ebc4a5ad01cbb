package dev.stowage.transfer.place;

import dev.stowage.archive.Compression;
import dev.stowage.archive.DigestingInputStream;
import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import dev.stowage.model.MediaType;
import dev.stowage.model.NotFoundException;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.LocalAccess;
import dev.stowage.transfer.Location.InTarballs;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// An image whose layers are tar files, compressed or not. They are read once to be digested when
/// the place is opened, and again when they are copied; what standard input, a named pipe or a
/// device brings is kept in a temporary file without a name.
final class TarballSource implements ImageSource {
  private final List<FileChannel> files;
  private final Map<Digest, Stored> blobs;
  private final MadeImage image;

  /// @param plain whether the blob is what the file decompresses to
  private record Stored(FileChannel file, boolean plain) {}

  private TarballSource(List<FileChannel> files, Map<Digest, Stored> blobs, MadeImage image) {
    this.files = files;
    this.blobs = blobs;
    this.image = image;
  }

  static TarballSource open(InTarballs location, LocalAccess access) throws IOException {
    List<FileChannel> files = new ArrayList<>();
    try {
      return open(location, access, files);
    } catch (IOException | RuntimeException | Error e) {
      closeAll(files);
      throw e;
    }
  }

  private static TarballSource open(
      InTarballs location, LocalAccess access, List<FileChannel> files) throws IOException {
    Map<Digest, Stored> blobs = new HashMap<>();
    List<Descriptor> descriptors = new ArrayList<>();
    List<MadeImage.Layer> layers = new ArrayList<>();
    for (String name : location.files()) {
      Instant created = Instant.now();
      FileChannel file;
      if (name.equals(InTarballs.STANDARD_INPUT)) {
        file = Spool.of(new FileInputStream(FileDescriptor.in), access.temporary());
      } else {
        created = Files.exists(Path.of(name)) ? modified(name) : created;
        file = open(name, access);
      }
      files.add(file);
      DigestingInputStream stored = new DigestingInputStream(region(file), Digest.Algorithm.SHA256);
      Compression.Decompressed opened = Compression.open(stored);
      DigestingInputStream plain =
          new DigestingInputStream(opened.content(), Digest.Algorithm.SHA256);
      long _ = plain.skip(Long.MAX_VALUE);
      long _ = stored.skip(Long.MAX_VALUE);
      Digest diffId = plain.digest();
      Descriptor descriptor =
          MadeImage.layer(
              opened.compression(), stored.digest(), stored.count(), diffId, plain.count());
      descriptors.add(descriptor);
      blobs.put(
          descriptor.digest(),
          new Stored(
              file,
              descriptor.digest().equals(diffId) && opened.compression() != Compression.NONE));
      layers.add(new MadeImage.Layer(diffId, created));
    }
    Bytes config =
        MadeImage.config(new MadeImage.Facts(access.machine(), Json.object().build(), ""), layers);
    return new TarballSource(
        files, blobs, new MadeImage(config, descriptors, MediaType.OCI_MANIFEST));
  }

  private static Instant modified(String name) throws IOException {
    return Files.getLastModifiedTime(Path.of(name)).toInstant();
  }

  private static FileChannel open(String name, LocalAccess access) throws IOException {
    Path path = Path.of(name);
    if (Files.isDirectory(path)) {
      throw new MalformedException("read " + name + ": is a directory");
    }
    try {
      FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
      if (Files.isRegularFile(path)) {
        return file;
      }
      try (InputStream once = Channels.newInputStream(file)) {
        return Spool.of(once, access.temporary());
      }
    } catch (NoSuchFileException e) {
      throw new NotFoundException(
          NotFoundException.Kind.FILE,
          name,
          "error opening \"" + name + "\": open " + name + ": no such file or directory");
    }
  }

  private static InputStream region(FileChannel file) throws IOException {
    return new FileRegion(file, 0, file.size());
  }

  @Override
  public Document manifest() {
    return image.manifest();
  }

  @Override
  public Document manifest(Digest instance) throws IOException {
    return image.manifest(instance);
  }

  @Override
  public InputStream blob(Descriptor blob) throws IOException {
    Stored stored = blobs.get(blob.digest());
    if (stored == null) {
      return image.blob(blob);
    }
    InputStream in = region(stored.file());
    return stored.plain() ? Compression.open(in).content() : in;
  }

  @Override
  public List<ImageSignature> signatures(Digest manifest) {
    return List.of();
  }

  @Override
  public void close() throws IOException {
    closeAll(files);
  }

  private static void closeAll(List<FileChannel> files) throws IOException {
    for (FileChannel file : files) {
      file.close();
    }
  }
}
