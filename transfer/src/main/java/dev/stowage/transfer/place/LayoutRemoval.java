package dev.stowage.transfer.place;

import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.ImageIndex;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Manifest;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.LocalAccess;
import dev.stowage.transfer.Location;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The removal of an image from an OCI image layout: its entry, and of its blobs those that no
/// other image of the layout uses. The entry goes first, so that what is interrupted leaves blobs
/// without an image and never an image without blobs. Blobs in a directory that several layouts
/// share stay.
public final class LayoutRemoval {
  /// How deep indexes may lie in one another.
  private static final int DEEPEST = 8;

  private final OciImages images;

  private LayoutRemoval(OciImages images) {
    this.images = images;
  }

  /// Removes the image that a location names.
  ///
  /// @throws dev.stowage.model.NotFoundException if there is none
  /// @throws MalformedException if it is not clear which one is meant, or what others use
  public static void remove(Location.InLayout location, LocalAccess access) throws IOException {
    synchronized (LayoutSink.WRITING) {
      Path file = location.directory().resolve(LayoutIndex.FILE);
      try (OciImages _ = OciImages.inDirectory(location.directory(), access)) {
        // It says what is missing before anything is created.
      }
      try (FileChannel version =
              FileChannel.open(
                  location.directory().resolve(LayoutIndex.VERSION_FILE),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          FileLock _ = version.lock();
          OciImages images = OciImages.inDirectory(location.directory(), access)) {
        new LayoutRemoval(images).remove(location, file);
      }
    }
  }

  private void remove(Location.InLayout location, Path file) throws IOException {
    Descriptor chosen = images.choose(location.choice());
    Json.Obj index = Json.parseObject(Bytes.owning(Files.readAllBytes(file)));
    List<Json> entries = new ArrayList<>(index.objects("manifests"));
    int position = position(chosen);
    Set<Digest> used = new HashSet<>();
    List<Descriptor> others = new ArrayList<>(images.entries());
    others.remove(position);
    for (Descriptor other : others) {
      collect(other, used, 0);
    }
    Set<Digest> doomed = new HashSet<>();
    collect(chosen, doomed, 0);
    doomed.removeAll(used);
    entries.remove(position);
    NewFile.write(
        file,
        Bytes.utf8(index.toBuilder().put("manifests", new Json.Arr(entries)).build().compact())
            .toArray());
    NewFile.sync(location.directory());
    for (Digest blob : doomed) {
      boolean _ =
          Files.deleteIfExists(
              location
                  .directory()
                  .resolve("blobs")
                  .resolve(blob.algorithm().prefix())
                  .resolve(blob.hex()));
    }
  }

  private int position(Descriptor chosen) {
    List<Descriptor> entries = images.entries();
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i).equals(chosen)) {
        return i;
      }
    }
    throw new IllegalStateException("the chosen image is none of the layout's");
  }

  /// The blobs that an entry leads to, and its own.
  private void collect(Descriptor entry, Set<Digest> blobs, int depth) throws IOException {
    if (depth > DEEPEST) {
      throw new MalformedException("indexes lie more than " + DEEPEST + " deep in one another");
    }
    blobs.add(entry.digest());
    if (!entry.type().isIndex() && !entry.type().isImageManifest()) {
      return;
    }
    Manifest manifest;
    try (ImageSource source = images.source(entry)) {
      manifest = Manifest.parse(source.manifest());
    }
    switch (manifest) {
      case ImageIndex index -> {
        for (Descriptor each : index.manifests()) {
          collect(each, blobs, depth + 1);
        }
      }
      case ImageManifest image -> {
        blobs.add(image.config().digest());
        image.layers().forEach(layer -> blobs.add(layer.digest()));
      }
    }
  }
}
