package dev.stowage.transfer.place;

import dev.stowage.archive.DigestingInputStream;
import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.LayerCompression;
import dev.stowage.model.UnsupportedException;
import dev.stowage.transfer.Accepts;
import dev.stowage.transfer.ImageSink;
import dev.stowage.transfer.LocalForm;
import dev.stowage.transfer.Part;
import dev.stowage.transfer.Reused;
import dev.stowage.transfer.Standing;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// An image on its way into a plain directory, in place of the image there. Until the commit that
/// one stays what it is: new blobs stand beside it, manifest.json is replaced in one step, and what
/// is of no use then is deleted. A directory with a version and without a manifest.json is one that
/// somebody did not get to finish; the next image may go there.
///
/// @see DirectorySource
final class DirectorySink implements ImageSink {
  private static final String VERSION = "Directory Transport Version: ";
  private static final int MAJOR = 1;
  private static final int MINOR = 2;
  private static final int LARGEST_VERSION = 1024;
  private static final String VERSION_FILE = "version";
  private static final String MANIFEST = "manifest.json";

  private final Path directory;
  private final LocalForm form;
  private final Set<String> before = new HashSet<>();
  private final Set<String> written = new HashSet<>();
  private final Map<String, Bytes> small = new LinkedHashMap<>();
  private final boolean made;
  private Optional<Document> toplevel = Optional.empty();
  private boolean committed;
  private int minor = 1;

  /// @throws UnsupportedException if there is something in the directory that is no image
  DirectorySink(Path directory, LocalForm form) throws IOException {
    this.directory = directory;
    this.form = form;
    this.made = !Files.exists(directory);
    if (made) {
      Path _ = Files.createDirectories(directory);
      writeVersion();
    } else {
      NewFile.reap(directory);
      try (DirectoryStream<Path> present = Files.newDirectoryStream(directory)) {
        for (Path each : present) {
          before.add(each.getFileName().toString());
        }
      }
      if (before.isEmpty()) {
        writeVersion();
      } else {
        checkReplaceable();
      }
    }
  }

  private void writeVersion() throws IOException {
    NewFile.write(
        directory.resolve(VERSION_FILE),
        Bytes.utf8(VERSION + MAJOR + "." + minor + "\n").toArray());
    written.add(VERSION_FILE);
  }

  private void checkReplaceable() throws IOException {
    if (!before.contains(VERSION_FILE)) {
      throw notOurs();
    }
    String text = BoundedRead.file(directory.resolve(VERSION_FILE), LARGEST_VERSION).utf8();
    String number =
        text.startsWith(VERSION) && text.endsWith("\n")
            ? text.substring(VERSION.length(), text.length() - 1)
            : "";
    int dot = number.indexOf('.');
    int major;
    int minorThere;
    try {
      major = Integer.parseUnsignedInt(number.substring(0, Math.max(dot, 0)));
      minorThere = Integer.parseUnsignedInt(number.substring(dot + 1));
    } catch (NumberFormatException e) {
      throw notOurs();
    }
    if (major > MAJOR || (major == MAJOR && minorThere > MINOR)) {
      throw new UnsupportedException(
          "unsupported directory transport version \"" + text.strip() + "\\n\" at " + directory);
    }
  }

  private UnsupportedException notOurs() {
    return new UnsupportedException(
        "dir:"
            + directory
            + ": not a containers image directory, don't want to overwrite important data");
  }

  @Override
  public Accepts accepts() {
    Set<LayerCompression> layers =
        switch (form.inDirectories()) {
          case KEPT -> Accepts.ALL_COMPRESSIONS;
          case COMPRESSED -> {
            Set<LayerCompression> compressed = new HashSet<>(Accepts.ALL_COMPRESSIONS);
            compressed.remove(LayerCompression.NONE);
            yield compressed;
          }
          case DECOMPRESSED -> Set.of(LayerCompression.NONE);
        };
    return new Accepts(
        "dir:" + directory,
        Accepts.ALL_MANIFESTS,
        layers,
        form.inDirectories() == LocalForm.InDirectories.COMPRESSED
            ? LayerCompression.GZIP
            : LayerCompression.NONE,
        Accepts.Foreign.MOVED,
        Accepts.Signatures.HELD);
  }

  @Override
  public Optional<Reused> reuse(Part part) throws IOException {
    Digest digest = part.descriptor().digest();
    if (!wrote(digest.hex())
        && !(before.contains(digest.hex())
            && holds(directory.resolve(digest.hex()), part.descriptor()))) {
      return Optional.empty();
    }
    noted(digest, digest.hex());
    return Optional.of(Reused.PRESENT);
  }

  private synchronized boolean wrote(String file) {
    return written.contains(file);
  }

  /// Whether a file that was here has the content. Nothing of the image before is taken on trust.
  private static boolean holds(Path file, Descriptor content) throws IOException {
    if (!Files.isRegularFile(file) || Files.size(file) != content.size()) {
      return false;
    }
    try (DigestingInputStream in =
        new DigestingInputStream(Files.newInputStream(file), content.digest().algorithm())) {
      long _ = in.skip(Long.MAX_VALUE);
      return in.digest().equals(content.digest());
    }
  }

  @Override
  public void expect(ImageManifest manifest) {}

  @Override
  public void put(Part part, InputStream content) throws IOException {
    try (NewFile pending = NewFile.in(directory)) {
      long _ = pending.append(content);
      name(pending, part.descriptor().digest());
    }
  }

  @Override
  public Descriptor putNew(Part part, InputStream content) throws IOException {
    DigestingInputStream digested = new DigestingInputStream(content, Digest.Algorithm.SHA256);
    try (NewFile pending = NewFile.in(directory)) {
      long _ = pending.append(digested);
      Descriptor found =
          new Descriptor(part.descriptor().type(), digested.digest(), digested.count());
      name(pending, found.digest());
      return found;
    }
  }

  private void name(NewFile pending, Digest digest) throws IOException {
    pending.moveTo(directory.resolve(digest.hex()));
    noted(digest, digest.hex());
  }

  private synchronized void noted(Digest digest, String file) {
    written.add(file);
    if (digest.algorithm() != Digest.Algorithm.SHA256) {
      minor = 2;
    }
  }

  @Override
  public void putManifest(Document manifest, Standing standing, List<ImageSignature> signatures)
      throws IOException {
    if (standing instanceof Standing.Listed) {
      String prefix = manifest.digest().hex() + ".";
      small.put(prefix + MANIFEST, manifest.bytes());
      sign(prefix, signatures);
    } else {
      toplevel = Optional.of(manifest);
      sign("", signatures);
    }
  }

  @Override
  public void putIndex(Document index, List<ImageSignature> signatures) {
    toplevel = Optional.of(index);
    sign("", signatures);
  }

  private void sign(String prefix, List<ImageSignature> signatures) {
    for (int i = 0; i < signatures.size(); i++) {
      small.put(prefix + "signature-" + (i + 1), signatures.get(i).stored());
    }
  }

  /// A small file that is on the disk and has no name yet.
  private record Prepared(NewFile content, String name) {}

  @Override
  public void commit() throws IOException {
    Document image =
        toplevel.orElseThrow(() -> new IllegalStateException("committed without a manifest"));
    List<Prepared> files = new ArrayList<>();
    try {
      for (Map.Entry<String, Bytes> file : small.entrySet()) {
        files.add(prepared(file.getKey(), file.getValue()));
      }
      Prepared manifest = prepared(MANIFEST, image.bytes());
      files.addFirst(manifest);
      for (Prepared each : files.subList(1, files.size())) {
        if (!before.contains(each.name)) {
          place(each);
        }
      }
      if (minor > 1) {
        writeVersion();
      }
      NewFile.sync(directory);
      place(manifest);
      committed = true; // from here on the image is the new one, and nothing of it may go
      for (Prepared each : files.subList(1, files.size())) {
        if (before.contains(each.name)) {
          place(each);
        }
      }
      if (minor == 1 && !written.contains(VERSION_FILE)) {
        writeVersion();
      }
      NewFile.sync(directory);
    } finally {
      for (Prepared each : files) {
        each.content.close();
      }
    }
    removeOld();
  }

  private Prepared prepared(String name, Bytes bytes) throws IOException {
    NewFile content = NewFile.instead(directory.resolve(name));
    try {
      content.append(bytes.toArray());
      content.force();
      return new Prepared(content, name);
    } catch (IOException | RuntimeException | Error e) {
      content.close();
      throw e;
    }
  }

  private void place(Prepared file) throws IOException {
    file.content.place(directory.resolve(file.name));
    written.add(file.name);
  }

  /// Deletes what was of the image before. A signature of that one must not become one of this, so
  /// that a failure is told, after all that can go has gone.
  private void removeOld() throws IOException {
    IOException failure = null;
    for (String old : before) {
      if (!written.contains(old)) {
        try {
          remove(directory.resolve(old));
        } catch (IOException e) {
          failure = e;
        }
      }
    }
    if (failure != null) {
      throw new IOException(
          "the image is in "
              + directory
              + ", but something of the one before cannot be deleted: "
              + failure,
          failure);
    }
  }

  private static void remove(Path old) throws IOException {
    if (Files.isDirectory(old, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> inside = Files.newDirectoryStream(old)) {
        for (Path each : inside) {
          remove(each);
        }
      }
    }
    boolean _ = Files.deleteIfExists(old);
  }

  @Override
  public void close() throws IOException {
    if (committed) {
      return;
    }
    for (String file : written) {
      if (!before.contains(file)) {
        boolean _ = Files.deleteIfExists(directory.resolve(file));
      }
    }
    if (made) {
      try {
        boolean _ = Files.deleteIfExists(directory);
      } catch (DirectoryNotEmptyException e) {
        // Somebody else has put something there.
      }
    }
  }
}
