package dev.stowage.transfer.place;

import dev.stowage.model.Bytes;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import dev.stowage.model.MediaType;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Reference;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.LocalAccess;
import dev.stowage.transfer.Location.Choice;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The images of a tar file as `docker save` writes it.
///
/// ```
/// manifest.json     [{"Config":"<file>","RepoTags":["name:tag"],"Layers":["<file>",…]},…]
/// repositories      {"name":{"tag":"<layer ID>"}}       what programs before 2016 read
/// <ID>/json, <ID>/layer.tar, <ID>/VERSION               a layer and its configuration for them
/// ```
///
/// Whoever opens it closes it, after the sources it gave out.
public final class DockerImages implements Closeable {
  static final String MANIFEST = "manifest.json";
  static final String REPOSITORIES = "repositories";

  /// The largest manifest.json: some ten thousand images.
  private static final int LARGEST_MANIFEST = 16 << 20;

  /// One image of the archive.
  ///
  /// @param config the member with its configuration
  /// @param names as they are written, usually full references with a tag
  /// @param layers the members with its layers, lowest first
  public record Item(String config, List<String> names, List<String> layers) {
    public Item {
      names = List.copyOf(names);
      layers = List.copyOf(layers);
    }
  }

  private final ArchiveFile archive;
  private final List<Item> items;

  private DockerImages(ArchiveFile archive, List<Item> items) {
    this.archive = archive;
    this.items = items;
  }

  /// Opens a file, compressed or not.
  public static DockerImages open(Path file, LocalAccess access) throws IOException {
    return open(ArchiveFile.open(file, access.temporary()));
  }

  /// Opens what a stream brings.
  ///
  /// @param name how messages call it
  public static DockerImages open(String name, InputStream in, LocalAccess access)
      throws IOException {
    return open(ArchiveFile.open(name, in, access.temporary()));
  }

  /// @param archive closed with this, or at once where this fails
  static DockerImages open(ArchiveFile archive) throws IOException {
    try {
      Bytes manifest = archive.read(MANIFEST, LARGEST_MANIFEST, ArchiveFile.Duplicates.FIRST);
      return new DockerImages(archive, parse(manifest));
    } catch (IOException | RuntimeException | Error e) {
      archive.close();
      throw e;
    }
  }

  private static List<Item> parse(Bytes manifest) throws MalformedException {
    try {
      if (!(Json.parse(manifest) instanceof Json.Arr(List<Json> written))) {
        throw new MalformedException("wanted an array");
      }
      List<Item> items = new ArrayList<>(written.size());
      for (Json each : written) {
        if (!(each instanceof Json.Obj item)) {
          throw new MalformedException("wanted an array of objects");
        }
        items.add(
            new Item(
                item.string("Config").orElse(""), item.texts("RepoTags"), item.texts("Layers")));
      }
      return items;
    } catch (MalformedException e) {
      throw new MalformedException(
          "decoding tar manifest.json: " + e.getMessage(), e.position(), e);
    }
  }

  /// The images, in the order of the archive.
  public List<Item> items() {
    return items;
  }

  /// The image that is meant.
  public Item choose(Choice choice) throws IOException {
    if (choice instanceof Choice.Named(String name)) {
      return named(name);
    }
    if (choice instanceof Choice.Numbered(int index)) {
      if (index >= items.size()) {
        throw new NotFoundException(
            NotFoundException.Kind.MANIFEST,
            archive.name(),
            "Invalid source index @"
                + index
                + ", only "
                + items.size()
                + " manifest items available");
      }
      return items.get(index);
    }
    if (items.size() != 1) {
      throw new MalformedException(
          "Unexpected tar manifest.json: expected 1 item, got " + items.size());
    }
    return items.getFirst();
  }

  private Item named(String name) throws IOException {
    for (int i = 0; i < items.size(); i++) {
      for (String written : items.get(i).names()) {
        Reference reference;
        try {
          reference = Reference.parse(written);
        } catch (MalformedException e) {
          throw new MalformedException(
              "Invalid tag \"" + written + "\" in manifest.json item @" + i + ": " + e.getMessage(),
              e.position(),
              e);
        }
        if (reference.toString().equals(name)) {
          return items.get(i);
        }
      }
    }
    throw new NotFoundException(
        NotFoundException.Kind.MANIFEST, name, "Tag \"" + name + "\" not found");
  }

  /// The image of an item. Closing it closes nothing.
  public ImageSource source(Item item) {
    return new DockerArchiveSource(archive, item, MediaType.DOCKER_LAYER);
  }

  /// The image of an item with the very manifest that Podman makes for it, so that what is loaded
  /// has the same digest with both. It calls the layers compressed, which they are not: only the
  /// local store, which looks for itself, can take them so.
  public ImageSource sourceForStore(Item item) {
    return new DockerArchiveSource(archive, item, MediaType.DOCKER_LAYER_GZIP);
  }

  @Override
  public void close() throws IOException {
    archive.close();
  }
}
