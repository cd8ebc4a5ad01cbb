package dev.stowage.store;

import dev.stowage.linux.Disk;
import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageConfig;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.LayerId;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Manifest;
import dev.stowage.model.UnsupportedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What the manifest and the configuration of an image say of the layers it stands on, the lowest
/// first: enough to make their records anew and to fetch them.
///
/// @param chained whether the IDs follow from the digests, as they do for images that were pulled
record Lineage(List<Step> steps, boolean chained) {

  /// One layer.
  ///
  /// @param blob what it came from; none where the manifest is not readable
  record Step(LayerId id, Optional<LayerId> parent, Digest diffId, Optional<Descriptor> blob) {}

  /// The manifest and the configuration of an image, as far as they can be read and are what the
  /// record says they are.
  record Papers(Optional<ImageManifest> manifest, Optional<ImageConfig> config, boolean image) {}

  static Papers papers(ImageRecord image, DataFiles files, Disk disk) throws IOException {
    Optional<ImageManifest> manifest = Optional.empty();
    Optional<Digest> config = Optional.empty();
    boolean list = false;
    for (String item : manifestItems(image)) {
      Optional<Bytes> bytes = disk.read(files.file(image, item), DataFiles.LARGEST_ITEM);
      if (bytes.isEmpty() || bytes.get().length() == 0 || !isRecorded(image, item, bytes.get())) {
        continue;
      }
      try {
        Manifest parsed =
            Manifest.parse(new Document(Manifest.guessType(bytes.get()), bytes.get()));
        if (parsed instanceof ImageManifest found) {
          if (!found.isImage()) {
            return new Papers(Optional.of(found), Optional.empty(), false);
          }
          manifest = Optional.of(found);
          config = Optional.of(found.config().digest());
          break;
        }
        list = true;
      } catch (MalformedException | UnsupportedException e) {
        // The next one may be readable.
      }
    }
    if (list && manifest.isEmpty() && image.topLayer().isEmpty()) {
      return new Papers(Optional.empty(), Optional.empty(), false);
    }
    if (config.isEmpty() && Ids.looksMade(image.id().value())) {
      config = Optional.of(Digest.sha256(image.id().value()));
    }
    return new Papers(manifest, config(image, config, files, disk), true);
  }

  private static Optional<ImageConfig> config(
      ImageRecord image, Optional<Digest> digest, DataFiles files, Disk disk) throws IOException {
    if (digest.isEmpty()) {
      return Optional.empty();
    }
    Optional<Bytes> bytes =
        disk.read(files.file(image, digest.get().toString()), DataFiles.LARGEST_ITEM);
    if (bytes.isEmpty() || !Digest.of(bytes.get(), digest.get().algorithm()).equals(digest.get())) {
      return Optional.empty();
    }
    try {
      return Optional.of(ImageConfig.parse(bytes.get()));
    } catch (MalformedException e) {
      return Optional.empty();
    }
  }

  private static List<String> manifestItems(ImageRecord image) {
    List<String> items = new ArrayList<>();
    items.add(ImageRecord.MANIFEST_PREFIX);
    for (Digest digest : image.digests()) {
      items.add(ImageRecord.MANIFEST_PREFIX + "-" + digest);
    }
    return items;
  }

  private static boolean isRecorded(ImageRecord image, String item, Bytes bytes) {
    Optional<Digest> wanted = DataFiles.digestOf(image, item);
    return wanted.isEmpty() || Digest.of(bytes, wanted.get().algorithm()).equals(wanted.get());
  }

  /// The layers of an image; nothing where its papers do not say or do not fit.
  ///
  /// @param frame tells what a layer without a record stood on; none with vfs
  static Optional<Lineage> of(
      ImageRecord image, Papers papers, Snapshot now, Optional<LayerFrame> frame)
      throws IOException {
    if (!papers.image() || papers.config().isEmpty()) {
      return Optional.empty();
    }
    List<Digest> diffIds = papers.config().get().diffIds();
    List<Descriptor> blobs =
        papers.manifest().isPresent() && papers.manifest().get().layers().size() == diffIds.size()
            ? papers.manifest().get().layers()
            : List.of();
    List<LayerId> ids = new ArrayList<>();
    Optional<LayerId> below = Optional.empty();
    for (Digest diffId : diffIds) {
      LayerId id = LayerChain.next(below, diffId);
      ids.add(id);
      below = Optional.of(id);
    }
    Optional<LayerId> top = image.topLayer();
    boolean chained = top.isEmpty() || top.equals(below) || now.layer(top.get()).isEmpty();
    if (!chained || (top.isPresent() && !top.equals(below) && frame.isPresent())) {
      Optional<List<LayerId>> walked = walk(top.orElseThrow(), diffIds.size(), now, frame);
      if (walked.isPresent()) {
        ids = walked.get();
        chained = false;
      } else if (!chained) {
        return Optional.empty();
      }
    }
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      steps.add(
          new Step(
              ids.get(i),
              i == 0 ? Optional.empty() : Optional.of(ids.get(i - 1)),
              diffIds.get(i),
              blobs.isEmpty() ? Optional.empty() : Optional.of(blobs.get(i))));
    }
    return Optional.of(new Lineage(List.copyOf(steps), chained));
  }

  /// The IDs from the lowest up, by the records, and by what the directories say where those lack.
  private static Optional<List<LayerId>> walk(
      LayerId top, int count, Snapshot now, Optional<LayerFrame> frame) throws IOException {
    List<LayerId> ids = new ArrayList<>();
    Optional<LayerId> next = Optional.of(top);
    while (next.isPresent() && ids.size() <= count) {
      LayerId id = next.get();
      ids.addFirst(id);
      Optional<Layer> layer = now.layer(id);
      if (layer.isEmpty()
          && (frame.isEmpty()
              || now.layers().isEmpty()
              || !frame.get().there(now.layers().getFirst().home().root(), id))) {
        return Optional.empty();
      }
      if (layer.isPresent()) {
        next = layer.get().parent();
      } else if (frame.isPresent() && !now.layers().isEmpty()) {
        next = frame.get().parentByLinks(now.layers().getFirst().home().root(), id);
      } else {
        return Optional.empty();
      }
    }
    return ids.size() == count ? Optional.of(ids) : Optional.empty();
  }
}
