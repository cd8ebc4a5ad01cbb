package dev.stowage.transfer.place;

import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.model.Json;
import dev.stowage.model.Reference;
import dev.stowage.model.UnsupportedException;
import dev.stowage.transfer.ImageSink;
import dev.stowage.transfer.LocalAccess;
import dev.stowage.transfer.LocalForm;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/// A tar file as `docker save` writes it, with one image or several, being written. The same images
/// make the same bytes, and the very bytes that Podman writes.
///
/// ```
/// <diff ID>.tar            the plain tars of the layers, lowest first
/// <image ID>.json          the configuration
/// <ID>/layer.tar           for old readers: a link to a layer, …
/// <ID>/VERSION, <ID>/json  … and what they have for its configuration
/// …                        the next image, without the layers that are there already
/// manifest.json, repositories
/// ```
///
/// A layer whose length is known goes straight to its place in the file; others wait in temporary
/// files without names until it is their turn. Whoever opens a writer closes it; without a commit
/// nothing is left of it.
public final class DockerArchiveWriter implements Closeable {
  private final String place;
  private final ArchiveTarget target;
  private final TarFile tar;
  private final LocalAccess access;
  private final Map<Digest, Long> layers = new HashMap<>();
  private final Set<String> legacyLayers = new HashSet<>();
  private final Map<String, Map<String, String>> repositories = new TreeMap<>();
  private final List<Entry> entries = new ArrayList<>();

  private record Entry(Digest config, List<Digest> layers, List<String> names) {}

  private DockerArchiveWriter(String place, ArchiveTarget target, LocalAccess access) {
    this.place = place;
    this.target = target;
    this.tar = new TarFile(target);
    this.access = access;
  }

  /// Writes a file, a named pipe or a device.
  ///
  /// @throws UnsupportedException if the file is there and has something in it
  public static DockerArchiveWriter to(Path file, LocalAccess access) throws IOException {
    if (Files.isRegularFile(file) && Files.size(file) > 0) {
      throw new UnsupportedException("docker-archive doesn't support modifying existing images");
    }
    return new DockerArchiveWriter("docker-archive:" + file, ArchiveTarget.to(file), access);
  }

  /// Writes to a stream, which is closed with this.
  ///
  /// @param place how messages call it
  public static DockerArchiveWriter to(String place, OutputStream out, LocalAccess access)
      throws IOException {
    return new DockerArchiveWriter(place, ArchiveTarget.to(out), access);
  }

  /// What takes the next image in. Only one may be open at a time. Its commit makes the image part
  /// of the archive, and the writer's own makes the archive.
  ///
  /// @param names the names it gets; one without is found by its position
  public ImageSink image(List<Reference> names, LocalForm form) {
    return new DockerArchiveSink(this, names, form);
  }

  /// Ends the archive and makes it visible.
  public void commit() throws IOException {
    List<Json> items = new ArrayList<>();
    for (Entry entry : entries) {
      List<String> files = new ArrayList<>();
      entry.layers().forEach(layer -> files.add(layerFile(layer)));
      items.add(
          Json.object()
              .put("Config", configFile(entry.config()))
              .put("RepoTags", Json.ofStrings(entry.names()))
              .put("Layers", Json.ofStrings(files))
              .build());
    }
    tar.append(DockerImages.MANIFEST, Bytes.utf8(new Json.Arr(items).compact()));
    Json.Builder named = Json.object();
    repositories.forEach(
        (name, tags) -> {
          Json.Builder byTag = Json.object();
          tags.forEach(byTag::put);
          Json.Builder _ = named.put(name, byTag.build());
        });
    tar.append(DockerImages.REPOSITORIES, Bytes.utf8(named.build().compact()));
    tar.commit();
  }

  @Override
  public void close() throws IOException {
    target.close();
  }

  String place() {
    return place;
  }

  static String layerFile(Digest layer) {
    return layer.hex() + ".tar";
  }

  private static String configFile(Digest config) {
    return config.hex() + ".json";
  }

  /// The length of a layer that is in the archive or has its room there.
  OptionalLong has(Digest layer) {
    Long size = layers.get(layer);
    return size == null ? OptionalLong.empty() : OptionalLong.of(size);
  }

  /// Sets room aside for a layer of known length, where that can be done.
  Optional<TarFile.Room> reserve(Digest layer, long size) throws IOException {
    Optional<TarFile.Room> room = tar.reserve(layerFile(layer), size);
    if (room.isPresent()) {
      Long _ = layers.put(layer, size);
    }
    return room;
  }

  void fill(TarFile.Room room, InputStream content) throws IOException {
    tar.fill(room, content);
  }

  /// Keeps a layer until it is appended.
  FileChannel keep(InputStream content) throws IOException {
    return Spool.of(content, access.temporary());
  }

  void append(Digest layer, FileChannel content) throws IOException {
    tar.append(layerFile(layer), content);
    Long _ = layers.put(layer, content.size());
  }

  /// Writes a layer whose turn it is.
  void append(Digest layer, long size, InputStream content) throws IOException {
    tar.append(writer -> writer.file(layerFile(layer), size, content));
    Long _ = layers.put(layer, size);
  }

  /// Whether members go straight to their places only in their order.
  boolean isStream() {
    return target.file().isEmpty();
  }

  /// Appends what belongs to an image beside its layers.
  void append(Bytes config, List<Digest> layerIds, List<Reference> names) throws IOException {
    Digest id = Digest.of(config);
    boolean known = false;
    for (Entry entry : entries) {
      known |= entry.config().equals(id);
    }
    if (!known) {
      tar.append(configFile(id), config);
      entries.add(new Entry(id, List.copyOf(layerIds), new ArrayList<>()));
    }
    Optional<String> top = appendLegacy(config, layerIds);
    for (Reference name : names) {
      String repository = name.repository().toString();
      String tag = name.tag().orElseThrow().toString();
      if (top.isPresent()) {
        String _ =
            repositories.computeIfAbsent(repository, _ -> new TreeMap<>()).put(tag, top.get());
      }
      for (Entry entry : entries) {
        String written = repository + ":" + tag;
        if (entry.config().equals(id) && !entry.names().contains(written)) {
          entry.names().add(written);
        }
      }
    }
  }

  /// @return the ID by which old readers know the topmost layer
  private Optional<String> appendLegacy(Bytes config, List<Digest> layerIds) throws IOException {
    Optional<String> top = Optional.empty();
    for (LegacyLayer layer : LegacyLayer.of(config, layerIds)) {
      top = Optional.of(layer.id());
      if (legacyLayers.add(layer.id())) {
        String directory = layer.id() + "/";
        tar.append(
            writer -> {
              writer.symbolicLink(directory + "layer.tar", "../" + layerFile(layer.layer()));
              writer.file(directory + "VERSION", Bytes.utf8("1.0"));
              writer.file(directory + "json", layer.json());
            });
      }
    }
    return top;
  }
}
