package dev.stowage.transfer.place;

import dev.stowage.archive.DigestingInputStream;
import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.ImageSignature;
import dev.stowage.transfer.Accepts;
import dev.stowage.transfer.ImageSink;
import dev.stowage.transfer.LocalAccess;
import dev.stowage.transfer.LocalForm;
import dev.stowage.transfer.Location.Choice;
import dev.stowage.transfer.Part;
import dev.stowage.transfer.Reused;
import dev.stowage.transfer.Standing;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// An image on its way into a tar file of an OCI image layout. Blobs wait in temporary files
/// without names; the archive is written by the commit, its members in the order of their names, so
/// that the same image makes the same bytes.
final class OciArchiveSink implements ImageSink {
  private static final String BLOBS = "blobs/";

  private final String place;
  private final ArchiveTarget target;
  private final Choice choice;
  private final LocalAccess access;
  private final LocalForm form;
  private final Map<String, FileChannel> blobs = new TreeMap<>();
  private final Map<String, Bytes> documents = new TreeMap<>();
  private Optional<Document> toplevel = Optional.empty();

  /// @param target closed with this
  private OciArchiveSink(
      String place, ArchiveTarget target, Choice choice, LocalAccess access, LocalForm form) {
    this.place = place;
    this.target = target;
    this.choice = choice;
    this.access = access;
    this.form = form;
  }

  /// Writes a file, which takes the place of what is there, a named pipe or a device.
  static OciArchiveSink to(Path file, Choice choice, LocalAccess access, LocalForm form)
      throws IOException {
    if (choice instanceof Choice.Numbered(int index)) {
      throw LayoutSink.indexNamed(index);
    }
    return new OciArchiveSink(
        "oci-archive:" + file + choice, ArchiveTarget.to(file), choice, access, form);
  }

  /// Writes to a stream, which is closed with this.
  static OciArchiveSink to(
      String place, OutputStream out, Choice choice, LocalAccess access, LocalForm form)
      throws IOException {
    return new OciArchiveSink(place, ArchiveTarget.to(out), choice, access, form);
  }

  @Override
  public Accepts accepts() {
    return LayoutSink.accepts(place, form);
  }

  @Override
  public synchronized Optional<Reused> reuse(Part part) {
    return blobs.containsKey(member(part.descriptor().digest()))
        ? Optional.of(Reused.PRESENT)
        : Optional.empty();
  }

  private static String member(Digest digest) {
    return BLOBS + digest.algorithm().prefix() + "/" + digest.hex();
  }

  @Override
  public void expect(ImageManifest manifest) {}

  @Override
  public void put(Part part, InputStream content) throws IOException {
    remember(part.descriptor().digest(), Spool.of(content, access.temporary()));
  }

  @Override
  public Descriptor putNew(Part part, InputStream content) throws IOException {
    DigestingInputStream digested = new DigestingInputStream(content, Digest.Algorithm.SHA256);
    FileChannel file = Spool.of(digested, access.temporary());
    Descriptor found =
        new Descriptor(part.descriptor().type(), digested.digest(), digested.count());
    remember(found.digest(), file);
    return found;
  }

  private synchronized void remember(Digest digest, FileChannel file) throws IOException {
    FileChannel before = blobs.put(member(digest), file);
    if (before != null) {
      before.close();
    }
  }

  @Override
  public synchronized void putManifest(
      Document manifest, Standing standing, List<ImageSignature> signatures) throws IOException {
    LayoutSink.refuseSignatures(signatures);
    documents.put(member(manifest.digest()), manifest.bytes());
    if (!(standing instanceof Standing.Listed)) {
      toplevel = Optional.of(manifest);
    }
  }

  @Override
  public synchronized void putIndex(Document index, List<ImageSignature> signatures)
      throws IOException {
    LayoutSink.refuseSignatures(signatures);
    documents.put(member(index.digest()), index.bytes());
    toplevel = Optional.of(index);
  }

  @Override
  public synchronized void commit() throws IOException {
    Document image =
        toplevel.orElseThrow(() -> new IllegalStateException("committed without a manifest"));
    Optional<String> name =
        choice instanceof Choice.Named(String text) ? Optional.of(text) : Optional.empty();
    Map<String, Bytes> small = new TreeMap<>(documents);
    small.put(
        LayoutIndex.FILE,
        Bytes.utf8(
            LayoutIndex.with(LayoutIndex.empty(), image, name, LayoutIndex.Former.STAYS)
                .compact()));
    small.put(LayoutIndex.VERSION_FILE, LayoutIndex.VERSION);
    TarFile tar = new TarFile(target);
    tar.append(
        writer -> {
          writer.directory(BLOBS);
          writer.directory(BLOBS + Digest.Algorithm.SHA256.prefix() + "/");
        });
    Set<String> members = new TreeSet<>(small.keySet());
    members.addAll(blobs.keySet());
    for (String member : members) {
      Bytes document = small.get(member);
      FileChannel blob = blobs.get(member);
      if (document != null) {
        tar.append(member, document);
      } else if (blob != null) {
        tar.append(member, blob);
        blob.close(); // so that it does not take room twice for longer than need be
      }
    }
    tar.commit();
  }

  @Override
  public synchronized void close() throws IOException {
    try (target) {
      for (FileChannel file : blobs.values()) {
        file.close();
      }
      blobs.clear();
    }
  }
}
