package dev.stowage.transfer.place;

import dev.stowage.archive.DigestingInputStream;
import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.Json;
import dev.stowage.model.LayerCompression;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Manifest;
import dev.stowage.model.MediaType;
import dev.stowage.model.UnsupportedException;
import dev.stowage.transfer.Accepts;
import dev.stowage.transfer.ImageSink;
import dev.stowage.transfer.LocalAccess;
import dev.stowage.transfer.LocalForm;
import dev.stowage.transfer.Location;
import dev.stowage.transfer.Part;
import dev.stowage.transfer.Reused;
import dev.stowage.transfer.Standing;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// An image on its way into an OCI image layout. Blobs get their names when they are whole and on
/// the disk; index.json, which makes the image visible, is changed last, in one step. What else is
/// in the layout stays.
final class LayoutSink implements ImageSink {
  /// Two threads of one process cannot exclude one another by a lock on a file.
  static final Object WRITING = new Object();

  private final Location.InLayout location;
  private final Path blobs;
  private final LocalForm form;
  private final LayoutIndex.Former former;
  private final Set<Path> synced = new HashSet<>();
  private Optional<Document> toplevel = Optional.empty();

  LayoutSink(Location.InLayout location, LocalAccess access, LocalForm form) throws IOException {
    this(location, access, form, LayoutIndex.Former.STAYS);
  }

  /// @param former what becomes of an image that has the name by now
  LayoutSink(
      Location.InLayout location, LocalAccess access, LocalForm form, LayoutIndex.Former former)
      throws IOException {
    if (location.choice() instanceof Location.Choice.Numbered(int index)) {
      throw indexNamed(index);
    }
    this.location = location;
    this.blobs = access.sharedBlobs().orElseGet(() -> location.directory().resolve("blobs"));
    this.form = form;
    this.former = former;
    if (Files.exists(location.directory().resolve(LayoutIndex.FILE))) {
      Json.Obj _ = index(); // one that cannot be read is noted before anything moves
    }
  }

  /// What is wrong with an image that is to be written at a position.
  static MalformedException indexNamed(int index) {
    return new MalformedException(
        "Destination reference must not contain a manifest index @" + index);
  }

  @Override
  public Accepts accepts() {
    return accepts(location.toString(), form);
  }

  /// What layouts hold, in directories and in archives.
  static Accepts accepts(String place, LocalForm form) {
    Set<LayerCompression> layers = EnumSet.of(LayerCompression.GZIP, LayerCompression.ZSTD);
    LayerCompression otherwise = LayerCompression.GZIP;
    if (form.inLayouts() == LocalForm.InLayouts.KEPT) {
      layers.add(LayerCompression.NONE);
      otherwise = LayerCompression.NONE;
    }
    return new Accepts(
        place,
        List.of(MediaType.OCI_MANIFEST, MediaType.OCI_INDEX),
        layers,
        otherwise,
        Accepts.Foreign.LEFT_WHERE_THEY_ARE,
        new Accepts.Signatures.Refused("Pushing signatures for OCI images is not supported"));
  }

  @Override
  public Optional<Reused> reuse(Part part) throws IOException {
    Path file = file(part.descriptor().digest());
    return Files.isRegularFile(file) && Files.size(file) == part.descriptor().size()
        ? Optional.of(Reused.PRESENT)
        : Optional.empty();
  }

  @Override
  public void expect(ImageManifest manifest) {}

  @Override
  public void put(Part part, InputStream content) throws IOException {
    write(part.descriptor().digest(), content);
  }

  @Override
  public Descriptor putNew(Part part, InputStream content) throws IOException {
    DigestingInputStream digested = new DigestingInputStream(content, Digest.Algorithm.SHA256);
    try (NewFile pending = NewFile.in(directory(Digest.Algorithm.SHA256))) {
      long _ = pending.append(digested);
      Descriptor found =
          new Descriptor(part.descriptor().type(), digested.digest(), digested.count());
      pending.moveTo(file(found.digest()));
      return found;
    }
  }

  private void write(Digest digest, InputStream content) throws IOException {
    try (NewFile pending = NewFile.in(directory(digest.algorithm()))) {
      long _ = pending.append(content);
      pending.moveTo(file(digest));
    }
  }

  private Path file(Digest digest) {
    return blobs.resolve(digest.algorithm().prefix()).resolve(digest.hex());
  }

  /// The directory of an algorithm's blobs, made and rid of what others left unfinished.
  private synchronized Path directory(Digest.Algorithm algorithm) throws IOException {
    Path directory = Files.createDirectories(blobs.resolve(algorithm.prefix()));
    if (synced.add(directory)) {
      NewFile.reap(directory);
    }
    return directory;
  }

  @Override
  public void putManifest(Document manifest, Standing standing, List<ImageSignature> signatures)
      throws IOException {
    refuseSignatures(signatures);
    write(manifest.digest(), manifest.bytes().stream());
    if (!(standing instanceof Standing.Listed)) {
      toplevel = Optional.of(manifest);
    }
  }

  @Override
  public void putIndex(Document index, List<ImageSignature> signatures) throws IOException {
    refuseSignatures(signatures);
    write(index.digest(), index.bytes().stream());
    toplevel = Optional.of(index);
  }

  static void refuseSignatures(List<ImageSignature> signatures) throws IOException {
    if (!signatures.isEmpty()) {
      throw new UnsupportedException("Pushing signatures for OCI images is not supported");
    }
  }

  @Override
  public void commit() throws IOException {
    Document image =
        toplevel.orElseThrow(() -> new IllegalStateException("committed without a manifest"));
    Path directory = Files.createDirectories(location.directory());
    Path _ = Files.createDirectories(directory.resolve("blobs"));
    for (Path written : synced) {
      NewFile.sync(written);
    }
    synchronized (WRITING) {
      Path version = directory.resolve(LayoutIndex.VERSION_FILE);
      if (!Files.exists(version)) {
        NewFile.write(version, LayoutIndex.VERSION.toArray());
      }
      // Others who write this layout at the same time do the same, one after the other.
      try (FileChannel opened =
              FileChannel.open(version, StandardOpenOption.READ, StandardOpenOption.WRITE);
          FileLock _ = opened.lock()) {
        Optional<String> name =
            location.choice() instanceof Location.Choice.Named(String text)
                ? Optional.of(text)
                : Optional.empty();
        Path file = directory.resolve(LayoutIndex.FILE);
        Json.Obj before = Files.exists(file) ? index() : LayoutIndex.empty();
        Json.Obj after = LayoutIndex.with(before, image, name, former);
        NewFile.write(file, Bytes.utf8(after.compact()).toArray());
      }
      NewFile.sync(directory);
    }
  }

  private Json.Obj index() throws IOException {
    Path file = location.directory().resolve(LayoutIndex.FILE);
    Bytes bytes = BoundedRead.file(file, Manifest.LARGEST);
    try {
      Manifest _ = Manifest.parse(new Document(MediaType.OCI_INDEX, bytes));
      return Json.parseObject(bytes);
    } catch (MalformedException e) {
      throw new MalformedException(
          file + ": " + e.getMessage(), MalformedException.UNKNOWN_POSITION, e);
    }
  }

  @Override
  public void close() {}
}
