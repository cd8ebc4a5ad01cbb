package dev.stowage.store;

import dev.stowage.linux.Disk;
import dev.stowage.linux.FileFacts;
import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageId;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.Json;
import dev.stowage.model.LayerId;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Manifest;
import dev.stowage.model.UnsupportedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Makes the record of an image from what is kept of it: all but its names, which nothing else
/// keeps.
final class ImageDerivation {
  private static final String NAMED = ImageRecord.MANIFEST_PREFIX + "-";
  private static final String SIGNED = "signature-";

  private final Disk disk;
  private final Layout layout;
  private final DataFiles files;

  ImageDerivation(Disk disk, Layout layout, DataFiles files) {
    this.disk = disk;
    this.layout = layout;
    this.files = files;
  }

  /// The record that belongs to a directory of data; nothing where that has neither a manifest nor
  /// a configuration of this image's, so that it is left over from one that was removed. One of
  /// them that is damaged or gone is recorded as what it has to be, to be fetched again.
  Optional<ImageRecord> of(ImageId id, Path root) throws IOException {
    Home home =
        new Home(
            root, root.equals(layout.graphRoot()) ? Home.Shelf.STABLE : Home.Shelf.IMAGE_STORE);
    Map<String, Bytes> items = items(layout.imageData(id, home));
    Optional<Digest> manifest = manifest(items);
    if (manifest.isEmpty()) {
      return Optional.empty();
    }
    Map<String, Digest> digests = new TreeMap<>();
    items.forEach((item, content) -> digests.put(item, Digest.of(content)));
    digests.put(ImageRecord.MANIFEST_PREFIX, manifest.get());
    digests.put(NAMED + manifest.get(), manifest.get());
    Json.Builder sizes = Json.object();
    items.forEach((item, content) -> sizes.put(item, content.length()));
    Json.Builder json =
        Json.object().put("id", id.value()).put("digest", manifest.get().toString());
    Optional<Descriptor> config =
        parsed(items, manifest.get())
            .filter(ImageManifest::isImage)
            .map(ImageManifest::config)
            .filter(own -> own.digest().hex().equals(id.value()));
    if (config.isPresent()) {
      String item = config.get().digest().toString();
      digests.put(item, config.get().digest());
      sizes.put(item, config.get().size());
    }
    Json.Builder recorded = Json.object();
    digests.forEach((item, digest) -> recorded.put(item, digest.toString()));
    json.put("big-data-names", Json.ofStrings(digests.keySet()))
        .put("big-data-sizes", sizes.build())
        .put("big-data-digests", recorded.build());
    Lineage.Papers papers = Lineage.papers(new ImageRecord(id, json.build(), home), files, disk);
    if (papers.config().isEmpty() && config.isEmpty()) {
      return Optional.empty();
    }
    Optional<Instant> created = Optional.empty();
    if (papers.config().isPresent()) {
      Optional<LayerId> top = Optional.empty();
      for (Digest diffId : papers.config().get().diffIds()) {
        top = Optional.of(LayerChain.next(top, diffId));
      }
      top.ifPresent(layer -> json.put("layer", layer.value()));
      created = papers.config().get().created().flatMap(StoredTime::parse);
    }
    json.put("created", StoredTime.format(created.orElse(Instant.now())));
    return Optional.of(new ImageRecord(id, json.build(), home));
  }

  private Map<String, Bytes> items(Path directory) throws IOException {
    Map<String, Bytes> items = new TreeMap<>();
    if (disk.facts(directory).filter(FileFacts::isDirectory).isPresent()) {
      for (String file : disk.list(directory)) {
        Optional<Bytes> content = disk.read(directory.resolve(file), DataFiles.LARGEST_ITEM);
        if (!file.startsWith(".tmp-") && content.isPresent()) {
          items.put(Layout.itemOf(file), content.get());
        }
      }
    }
    return items;
  }

  /// The digest of the image's main manifest: of one that can be read, else of one that something
  /// is named after.
  private static Optional<Digest> manifest(Map<String, Bytes> items) {
    List<Digest> candidates = new ArrayList<>();
    Bytes main = items.get(ImageRecord.MANIFEST_PREFIX);
    if (main != null) {
      candidates.add(Digest.of(main));
    }
    List<Digest> named = new ArrayList<>();
    for (String item : items.keySet()) {
      String name =
          item.startsWith(NAMED)
              ? item.substring(NAMED.length())
              : item.startsWith(SIGNED) ? "sha256:" + item.substring(SIGNED.length()) : "";
      try {
        if (Digest.isDigest(name)) {
          named.add(Digest.parse(name));
        }
      } catch (MalformedException e) {
        // Nothing is named after it.
      }
    }
    candidates.addAll(named);
    for (Digest candidate : candidates) {
      if (parsed(items, candidate).isPresent()) {
        return Optional.of(candidate);
      }
    }
    return named.isEmpty() ? Optional.empty() : Optional.of(named.getFirst());
  }

  private static Optional<ImageManifest> parsed(Map<String, Bytes> items, Digest digest) {
    for (Map.Entry<String, Bytes> item : items.entrySet()) {
      if (item.getKey().startsWith(ImageRecord.MANIFEST_PREFIX)
          && Digest.of(item.getValue(), digest.algorithm()).equals(digest)) {
        try {
          Document document = new Document(Manifest.guessType(item.getValue()), item.getValue());
          return Manifest.parse(document) instanceof ImageManifest image
              ? Optional.of(image)
              : Optional.empty();
        } catch (MalformedException | UnsupportedException e) {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }
}
