package dev.stowage.transfer.place;

import dev.stowage.archive.Compression;
import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.model.Json;
import dev.stowage.model.Platform;
import dev.stowage.testkit.TarBytes;
import dev.stowage.testkit.TestImage;
import dev.stowage.transfer.LocalAccess;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Archives of images made by hand, entry by entry.
final class Archives {
  private Archives() {}

  /// A plain layer of an image.
  static byte[] plain(TestImage image, int layer) throws IOException {
    return Compression.open(new ByteArrayInputStream(image.layers().get(layer).toArray()))
        .content()
        .readAllBytes();
  }

  static byte[] compressed(Compression compression, byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream packed = compression.compress(out, Compression.Level.FAST)) {
      packed.write(bytes);
    }
    return out.toByteArray();
  }

  static TarBytes file(TarBytes tar, String name, byte[] content) {
    return tar.file(TarBytes.Header.of(name, '0'), content);
  }

  /// What manifest.json says of one image.
  static Json.Obj item(String config, List<String> names, List<String> layers) {
    return Json.object()
        .put("Config", config)
        .put("RepoTags", Json.ofStrings(names))
        .put("Layers", Json.ofStrings(layers))
        .build();
  }

  static byte[] manifest(Json.Obj... items) {
    return Bytes.utf8(new Json.Arr(List.<Json>of(items)).compact()).toArray();
  }

  /// One image as `docker save` writes it.
  static byte[] docker(TestImage image, String... names) throws IOException {
    TarBytes tar = new TarBytes();
    java.util.ArrayList<String> layers = new java.util.ArrayList<>();
    for (int i = 0; i < image.layers().size(); i++) {
      String name = image.diffIds().get(i).hex() + "/layer.tar";
      if (!layers.contains(name)) {
        TarBytes _ = file(tar, name, plain(image, i));
      }
      layers.add(name);
    }
    TarBytes _ = file(tar, "config.json", image.config().toArray());
    TarBytes _ = file(tar, "manifest.json", manifest(item("config.json", List.of(names), layers)));
    return tar.end().bytes();
  }

  /// An OCI layout as a tar.
  static TarBytes oci(List<Json> entries, TestImage... images) {
    TarBytes tar = new TarBytes();
    for (TestImage image : images) {
      for (Bytes blob : image.blobs()) {
        TarBytes _ = file(tar, "blobs/sha256/" + Digest.of(blob).hex(), blob.toArray());
      }
      Bytes manifest = image.manifest().bytes();
      TarBytes _ = file(tar, "blobs/sha256/" + Digest.of(manifest).hex(), manifest.toArray());
    }
    Json.Obj index =
        Json.object().put("schemaVersion", 2).put("manifests", new Json.Arr(entries)).build();
    TarBytes _ = file(tar, "index.json", Bytes.utf8(index.compact()).toArray());
    return tar.file("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}");
  }

  static Json.Obj entry(TestImage image, String... annotations) {
    Json.Builder written = Json.object();
    for (int i = 0; i < annotations.length; i += 2) {
      Json.Builder _ = written.put(annotations[i], annotations[i + 1]);
    }
    return Json.object()
        .put("mediaType", image.manifest().type().value())
        .put("digest", image.manifest().digest().toString())
        .put("size", image.manifest().bytes().length())
        .put("annotations", written.build())
        .build();
  }

  static Path write(Path file, byte[] bytes) throws IOException {
    return Files.write(file, bytes);
  }

  static LocalAccess access(Path directory) {
    return LocalAccess.of(directory.resolve("temporary"), new Platform("linux", "amd64", ""));
  }
}
