package dev.stowage.transfer.place;

import dev.stowage.archive.Compression;
import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageConfig;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import dev.stowage.model.MediaType;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.UnsupportedException;
import dev.stowage.transfer.ImageSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One image of an archive of `docker save`.
///
/// Such an archive has no manifest of the kind that registries have. One of Docker's schema 2 is
/// made, which lists the plain tars by their diff IDs. Closing a source closes nothing: the archive
/// belongs to [DockerImages].
final class DockerArchiveSource implements ImageSource {
  private static final ArchiveFile.Duplicates FIRST = ArchiveFile.Duplicates.FIRST;

  private final ArchiveFile archive;
  private final DockerImages.Item item;
  private final MediaType layerType;
  private @Nullable Contents contents;

  /// @param layers the members by their diff IDs
  private record Contents(Document manifest, Bytes config, Map<Digest, String> layers) {}

  /// @param layerType what the manifest calls the layers
  DockerArchiveSource(ArchiveFile archive, DockerImages.Item item, MediaType layerType) {
    this.archive = archive;
    this.item = item;
    this.layerType = layerType;
  }

  private synchronized Contents contents() throws IOException {
    Contents known = contents;
    if (known == null) {
      known = read();
      contents = known;
    }
    return known;
  }

  private Contents read() throws IOException {
    Bytes config = archive.read(item.config(), ImageConfig.LARGEST, FIRST);
    ImageConfig parsed;
    try {
      parsed = ImageConfig.parse(config);
    } catch (MalformedException e) {
      throw new MalformedException(
          "decoding tar config \"" + item.config() + "\": " + e.getMessage(), e.position(), e);
    }
    if (parsed.json().get("rootfs").isEmpty()) {
      throw new MalformedException(
          "Invalid image config (rootFS is not set): \"" + item.config() + "\"");
    }
    Map<Digest, String> layers = layers(parsed.diffIds());
    Map<Digest, Long> sizes = new HashMap<>();
    List<Json> descriptors = new ArrayList<>();
    for (Digest diffId : parsed.diffIds()) {
      Long size = sizes.get(diffId);
      if (size == null) {
        size = size(layers.getOrDefault(diffId, ""));
        Long _ = sizes.put(diffId, size);
      }
      descriptors.add(descriptor(layerType, size, diffId));
    }
    Bytes manifest =
        Bytes.utf8(
            Json.object()
                .put("schemaVersion", 2)
                .put("mediaType", MediaType.DOCKER_MANIFEST.value())
                .put(
                    "config",
                    descriptor(MediaType.DOCKER_CONFIG, config.length(), Digest.of(config)))
                .put("layers", new Json.Arr(descriptors))
                .build()
                .compact());
    return new Contents(new Document(MediaType.DOCKER_MANIFEST, manifest), config, layers);
  }

  private static Json.Obj descriptor(MediaType type, long size, Digest digest) {
    return Json.object()
        .put("mediaType", type.value())
        .put("size", size)
        .put("digest", digest.toString())
        .build();
  }

  /// A layer may stand in an image twice; its members are the same then, so that one will do.
  private Map<Digest, String> layers(List<Digest> diffIds) throws MalformedException {
    if (item.layers().size() != diffIds.size()) {
      throw new MalformedException(
          "Inconsistent layer count: "
              + item.layers().size()
              + " in manifest, "
              + diffIds.size()
              + " in config");
    }
    Map<Digest, String> layers = new LinkedHashMap<>();
    Set<String> members = new HashSet<>();
    for (int i = 0; i < diffIds.size(); i++) {
      String member = ArchiveFile.cleaned(item.layers().get(i));
      if (layers.putIfAbsent(diffIds.get(i), member) == null && !members.add(member)) {
        throw new MalformedException(
            "Layer tarfile \"" + member + "\" used for two different DiffID values");
      }
    }
    return layers;
  }

  /// How long the plain tar of a layer is. One that is compressed has to be read for that.
  private long size(String member) throws IOException {
    if (!archive.has(member, FIRST)) {
      throw new NotFoundException(
          NotFoundException.Kind.FILE,
          member,
          "Some layer tarfiles are missing in the tarball: \"" + member + "\"");
    }
    try (InputStream in = archive.open(member, FIRST)) {
      Compression.Decompressed opened = Compression.open(in);
      if (opened.compression() == Compression.NONE) {
        return archive.size(member, FIRST);
      }
      return opened.content().transferTo(OutputStream.nullOutputStream());
    }
  }

  @Override
  public Document manifest() throws IOException {
    return contents().manifest();
  }

  @Override
  public Document manifest(Digest instance) throws IOException {
    throw new UnsupportedException("Manifest lists are not supported by docker-archive:");
  }

  @Override
  public InputStream blob(Descriptor blob) throws IOException {
    Contents known = contents();
    Optional<String> member = Optional.ofNullable(known.layers().get(blob.digest()));
    if (member.isPresent()) {
      return Compression.open(archive.open(member.get(), FIRST)).content();
    }
    if (Digest.of(known.config()).equals(blob.digest())) {
      return known.config().stream();
    }
    throw new NotFoundException(
        NotFoundException.Kind.BLOB, blob.digest().toString(), "Unknown blob " + blob.digest());
  }

  @Override
  public List<ImageSignature> signatures(Digest manifest) {
    return List.of();
  }

  @Override
  public void close() {}
}
