package dev.stowage.testkit;

import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/// What a registry holds: blobs by digest in each repository, manifests, tags, and uploads that
/// have begun. Blobs are kept in memory, or as files of one directory.
final class Shelf {

  /// One repository.
  static final class Room {
    final Map<Digest, Content> blobs = new ConcurrentHashMap<>();
    final Map<Digest, Document> manifests = new ConcurrentHashMap<>();
    final Map<String, Digest> tags = new ConcurrentSkipListMap<>();
    final Map<String, Upload> uploads = new ConcurrentHashMap<>();
  }

  /// Content that is arriving.
  static final class Upload {
    private final Optional<Path> file;
    private final ByteArrayOutputStream memory = new ByteArrayOutputStream();
    private final OutputStream out;
    private final MessageDigest computation = Digest.Algorithm.SHA256.start();
    private volatile long length;

    private Upload(Optional<Path> file) throws IOException {
      this.file = file;
      this.out =
          new DigestOutputStream(
              file.isPresent() ? Files.newOutputStream(file.get()) : memory, computation);
    }

    long length() {
      return length;
    }

    /// Takes what comes, up to where it ends or fails.
    synchronized void append(InputStream body) throws IOException {
      byte[] piece = new byte[64 * 1024];
      for (int got = body.read(piece); got >= 0; got = body.read(piece)) {
        out.write(piece, 0, got);
        length += got;
      }
    }

    private Content finish(Path target) throws IOException {
      out.close();
      if (file.isPresent()) {
        Files.move(file.get(), target, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        return Content.of(target);
      }
      return Content.of(memory.toByteArray());
    }
  }

  private final Optional<Path> directory;
  private final Map<String, Room> rooms = new ConcurrentSkipListMap<>();
  private int uploads;

  Shelf(Optional<Path> directory) {
    this.directory = directory;
  }

  Room room(String name) {
    return rooms.computeIfAbsent(name, _ -> new Room());
  }

  Optional<Room> existing(String name) {
    return Optional.ofNullable(rooms.get(name));
  }

  List<String> names() {
    List<String> names = new ArrayList<>();
    rooms.forEach(
        (name, room) -> {
          if (!room.manifests.isEmpty() || !room.blobs.isEmpty()) {
            names.add(name);
          }
        });
    return names;
  }

  synchronized String begin(String name) throws IOException {
    String id = "upload-" + ++uploads;
    Optional<Path> file = Optional.empty();
    if (directory.isPresent()) {
      Files.createDirectories(directory.get());
      file = Optional.of(directory.get().resolve(id));
    }
    room(name).uploads.put(id, new Upload(file));
    return id;
  }

  /// Ends an upload.
  ///
  /// @return the digest of what arrived; it is kept only if that is the wanted one
  Digest finish(String name, String id, Optional<Digest> wanted) throws IOException {
    Upload upload = room(name).uploads.remove(id);
    if (upload == null) {
      throw new IOException("no such upload: " + id);
    }
    Digest got = Digest.finish(Digest.Algorithm.SHA256, upload.computation);
    Content content = upload.finish(directory.orElse(Path.of("")).resolve("sha256-" + got.hex()));
    if (wanted.isEmpty() || wanted.get().equals(got)) {
      room(name).blobs.put(got, content);
    }
    return got;
  }

  Digest put(String name, Document manifest, Optional<String> tag) {
    Digest digest = Digest.of(manifest.bytes());
    room(name).manifests.put(digest, manifest);
    tag.ifPresent(text -> room(name).tags.put(text, digest));
    return digest;
  }

  Digest put(String name, Bytes blob) throws IOException {
    String id = begin(name);
    Optional.ofNullable(room(name).uploads.get(id)).orElseThrow().append(blob.stream());
    return finish(name, id, Optional.empty());
  }
}
