package dev.stowage.store;

import dev.stowage.linux.Disk;
import dev.stowage.linux.FileFacts;
import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.ImageId;
import dev.stowage.model.Json;
import dev.stowage.model.LayerId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Makes the record of an image from what is kept of it: all but its names, which nothing else
/// keeps.
final class ImageDerivation {
  private final Disk disk;
  private final Layout layout;
  private final DataFiles files;

  ImageDerivation(Disk disk, Layout layout, DataFiles files) {
    this.disk = disk;
    this.layout = layout;
    this.files = files;
  }

  /// The record that belongs to a directory of data; nothing where that has no configuration of
  /// this image's, so that it is left over from one that was removed. A configuration that is there
  /// and damaged is recorded as what it has to be, to be fetched again.
  Optional<ImageRecord> of(ImageId id, Path root) throws IOException {
    Home home =
        new Home(
            root, root.equals(layout.graphRoot()) ? Home.Shelf.STABLE : Home.Shelf.IMAGE_STORE);
    Path directory = layout.imageData(id, home);
    if (disk.facts(directory).filter(FileFacts::isDirectory).isEmpty()) {
      return Optional.empty();
    }
    List<String> names = new java.util.ArrayList<>();
    Json.Builder sizes = Json.object();
    Json.Builder digests = Json.object();
    Optional<Digest> manifest = Optional.empty();
    List<String> there = disk.list(directory);
    there.sort(null);
    for (String file : there) {
      Optional<Bytes> content = disk.read(directory.resolve(file), DataFiles.LARGEST_ITEM);
      if (file.startsWith(".tmp-") || content.isEmpty()) {
        continue;
      }
      String item = Layout.itemOf(file);
      Digest digest = Digest.of(content.get());
      names.add(item);
      sizes.put(item, content.get().length());
      digests.put(item, digest.toString());
      if (item.equals(ImageRecord.MANIFEST_PREFIX)) {
        manifest = Optional.of(digest);
      }
    }
    Json.Builder json = Json.object().put("id", id.value());
    manifest.ifPresent(digest -> json.put("digest", digest.toString()));
    json.put("big-data-names", Json.ofStrings(names))
        .put("big-data-sizes", sizes.build())
        .put("big-data-digests", digests.build());
    ImageRecord bare = new ImageRecord(id, json.build(), home);
    Lineage.Papers papers = Lineage.papers(bare, files, disk);
    if (papers.manifest().isEmpty()) {
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
    } else {
      Descriptor config = papers.manifest().get().config();
      String item = config.digest().toString();
      if (!config.digest().hex().equals(id.value()) || !names.contains(item)) {
        return Optional.empty();
      }
      json.put("big-data-sizes", sizes.put(item, config.size()).build())
          .put("big-data-digests", digests.put(item, item).build());
    }
    json.put("created", StoredTime.format(created.orElse(Instant.now())));
    return Optional.of(new ImageRecord(id, json.build(), home));
  }
}
