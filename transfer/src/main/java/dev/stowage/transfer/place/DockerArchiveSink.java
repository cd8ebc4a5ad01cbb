package dev.stowage.transfer.place;

import dev.stowage.archive.DigestingInputStream;
import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageConfig;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.LayerCompression;
import dev.stowage.model.MalformedException;
import dev.stowage.model.MediaType;
import dev.stowage.model.MismatchException;
import dev.stowage.model.Reference;
import dev.stowage.model.UnsupportedException;
import dev.stowage.transfer.Accepts;
import dev.stowage.transfer.ImageSink;
import dev.stowage.transfer.LocalForm;
import dev.stowage.transfer.Part;
import dev.stowage.transfer.Reused;
import dev.stowage.transfer.Standing;
import dev.stowage.transfer.Verified;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// One image on its way into an archive of `docker save`. Layers are kept by their diff IDs, as
/// plain tars.
final class DockerArchiveSink implements ImageSink {
  private final DockerArchiveWriter writer;
  private final List<Reference> names;
  private final LocalForm form;
  private final Map<Digest, TarFile.Room> rooms = new HashMap<>();
  private final Map<Digest, FileChannel> kept = new HashMap<>();
  private final Set<Digest> claimed = new HashSet<>();
  private Optional<Config> config = Optional.empty();
  private int next;

  private record Config(Bytes bytes, List<Digest> diffIds) {}

  DockerArchiveSink(DockerArchiveWriter writer, List<Reference> names, LocalForm form) {
    this.writer = writer;
    this.names = List.copyOf(names);
    this.form = form;
  }

  @Override
  public Accepts accepts() {
    return new Accepts(
        writer.place(),
        List.of(MediaType.DOCKER_MANIFEST),
        Set.of(LayerCompression.NONE),
        LayerCompression.NONE,
        Accepts.Foreign.MOVED,
        new Accepts.Signatures.Refused("Storing signatures for docker tar files is not supported"));
  }

  @Override
  public synchronized Optional<Reused> reuse(Part part) throws IOException {
    Digest diffId = diffId(part);
    OptionalLong size = writer.has(diffId);
    if (size.isEmpty() || rooms.containsKey(diffId) || kept.containsKey(diffId)) {
      return Optional.empty();
    }
    return Optional.of(Reused.PRESENT);
  }

  private static Descriptor plain(Digest diffId, long size) {
    return new Descriptor(MediaType.DOCKER_LAYER, diffId, size);
  }

  @Override
  public void expect(ImageManifest manifest) throws IOException {
    if (manifest.layers().size() != config().diffIds().size()) {
      throw new MalformedException(
          "the manifest has "
              + manifest.layers().size()
              + " layers, the configuration "
              + config().diffIds().size()
              + " diff IDs");
    }
  }

  @Override
  public void put(Part part, InputStream content) throws IOException {
    switch (part.role()) {
      case CONFIG -> putConfig(part.descriptor(), content);
      case LAYER -> {
        Digest diffId = diffId(part);
        if (!part.descriptor().digest().equals(diffId)) {
          throw new MismatchException(
              "the contents of layer " + part.descriptor().digest(),
              diffId.toString(),
              part.descriptor().digest().toString());
        }
        boolean _ = take(diffId, OptionalLong.of(part.descriptor().size()), content);
      }
    }
  }

  @Override
  public Descriptor putNew(Part part, InputStream content) throws IOException {
    Digest diffId = diffId(part);
    OptionalLong size = form.sizes().of(diffId);
    if (content instanceof Verified verified
        && verified.promised().equals(diffId)
        && size.isPresent()) {
      boolean _ = take(diffId, size, content);
      return plain(diffId, size.getAsLong());
    }
    DigestingInputStream digested = new DigestingInputStream(content, diffId.algorithm());
    if (!take(diffId, size, digested)) {
      OptionalLong there = size.isPresent() ? size : has(diffId);
      if (there.isPresent()) {
        return plain(diffId, there.getAsLong());
      }
      long _ = digested.skip(Long.MAX_VALUE); // its length is not known yet
    }
    Digest got = digested.digest();
    if (!got.equals(diffId)) {
      throw new MismatchException(
          "the contents of layer " + part.descriptor().digest(), diffId.toString(), got.toString());
    }
    return plain(diffId, digested.count());
  }

  /// Lengths that are known get their room in the file in the order of the layers, so that threads
  /// may fill them in any order. Behind the first that is not known, all wait for their turn.
  private void putConfig(Descriptor descriptor, InputStream content) throws IOException {
    Bytes bytes =
        BoundedRead.stream(content, ImageConfig.LARGEST, "configuration " + descriptor.digest());
    List<Digest> diffIds = ImageConfig.parse(bytes).diffIds();
    config = Optional.of(new Config(bytes, diffIds));
    for (Digest diffId : diffIds) {
      if (writer.has(diffId).isEmpty()) {
        OptionalLong size = form.sizes().of(diffId);
        if (size.isEmpty()) {
          return;
        }
        Optional<TarFile.Room> room = writer.reserve(diffId, size.getAsLong());
        if (room.isEmpty()) {
          return;
        }
        rooms.put(diffId, room.get());
      }
    }
  }

  private synchronized OptionalLong has(Digest diffId) {
    return writer.has(diffId);
  }

  /// Takes a layer's plain tar in.
  ///
  /// @return whether it was read; it is not where the same layer is there or on its way
  private boolean take(Digest diffId, OptionalLong size, InputStream content) throws IOException {
    Optional<TarFile.Room> room;
    synchronized (this) {
      room = Optional.ofNullable(rooms.get(diffId));
      if (!claimed.add(diffId) || (room.isEmpty() && writer.has(diffId).isPresent())) {
        return false;
      }
      if (room.isEmpty() && size.isPresent() && isNext(diffId)) {
        writer.append(diffId, size.getAsLong(), content);
        return true;
      }
    }
    if (room.isPresent()) {
      writer.fill(room.get(), content);
      return true;
    }
    FileChannel file = writer.keep(content);
    synchronized (this) {
      kept.put(diffId, file);
    }
    return true;
  }

  /// Whether all layers beneath one are in the archive, so that it may be appended.
  private boolean isNext(Digest diffId) throws IOException {
    List<Digest> diffIds = config().diffIds();
    while (next < diffIds.size() && writer.has(diffIds.get(next)).isPresent()) {
      next++;
    }
    return writer.isStream() && next < diffIds.size() && diffIds.get(next).equals(diffId);
  }

  @Override
  public synchronized void putManifest(
      Document manifest, Standing standing, List<ImageSignature> signatures) throws IOException {
    if (!manifest.type().equals(MediaType.DOCKER_MANIFEST)) {
      throw new UnsupportedException("Unsupported manifest type, need a Docker schema 2 manifest");
    }
    for (Digest diffId : config().diffIds()) {
      FileChannel file = kept.remove(diffId);
      if (file != null) {
        try (file) {
          writer.append(diffId, file);
        }
      } else if (writer.has(diffId).isEmpty()
          || (rooms.containsKey(diffId) && !claimed.contains(diffId))) {
        throw new IllegalStateException("the layer " + diffId + " was not put");
      }
    }
  }

  @Override
  public void putIndex(Document index, List<ImageSignature> signatures) throws IOException {
    throw new UnsupportedException("Manifest lists are not supported for docker tar files");
  }

  @Override
  public void commit() throws IOException {
    writer.append(config().bytes(), config().diffIds(), names);
  }

  private Digest diffId(Part part) throws MalformedException {
    List<Digest> diffIds = config().diffIds();
    if (part.position() >= diffIds.size()) {
      throw new MalformedException(
          "the manifest has more layers than the configuration has diff IDs ("
              + diffIds.size()
              + ")");
    }
    return diffIds.get(part.position());
  }

  private Config config() {
    return config.orElseThrow(() -> new IllegalStateException("the configuration comes first"));
  }

  @Override
  public synchronized void close() throws IOException {
    for (FileChannel file : kept.values()) {
      file.close();
    }
    kept.clear();
  }
}
