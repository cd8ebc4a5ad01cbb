package dev.stowage.engine;

import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import dev.stowage.model.MediaType;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// The artifacts of a list of manifests that are in no other place: their manifests, and the files
/// and contents that these speak of. Kept as `artifacts.json`, in the peers' form:
///
/// ```
/// {"manifests": {"<manifest>": "<its text>"},
///  "files":     {"<manifest>": ["<path>", ...]},     to be shown
///  "config":    {"<manifest>": "<configuration>"},
///  "layers":    {"<manifest>": ["<layer>", ...]},
///  "detached":  {"<configuration or layer>": "<path>"},
///  "blobs":     {"<configuration or layer>": "<Base64>"}}
/// ```
///
/// @param manifests texts by digest
/// @param files paths by digest of the manifest
/// @param parts digests of configuration and layers by digest of the manifest
/// @param detached paths by digest of the content
/// @param blobs contents by digest
record Attachments(
    Map<Digest, String> manifests,
    Map<Digest, List<String>> files,
    Map<Digest, Parts> parts,
    Map<Digest, Path> detached,
    Map<Digest, Bytes> blobs) {
  static final Attachments NONE = new Attachments(Map.of(), Map.of(), Map.of(), Map.of(), Map.of());

  /// What a manifest speaks of.
  record Parts(Optional<Digest> config, List<Digest> layers) {
    Parts {
      layers = List.copyOf(layers);
    }
  }

  Attachments {
    manifests = Map.copyOf(manifests);
    files = Map.copyOf(files);
    parts = Map.copyOf(parts);
    detached = Map.copyOf(detached);
    blobs = Map.copyOf(blobs);
  }

  List<String> files(Digest manifest) {
    return files.getOrDefault(manifest, List.of());
  }

  Optional<Document> manifest(Digest digest) {
    String text = manifests.get(digest);
    return text == null
        ? Optional.empty()
        : Optional.of(new Document(MediaType.OCI_MANIFEST, Bytes.utf8(text)));
  }

  /// The manifest of which a file is part.
  Optional<Digest> holding(String file) {
    for (Map.Entry<Digest, List<String>> each : files.entrySet()) {
      if (each.getValue().contains(file)) {
        return Optional.of(each.getKey());
      }
    }
    return Optional.empty();
  }

  /// With one more artifact.
  ///
  /// @param paths of its contents that lie in files
  /// @param inline its other contents
  Attachments with(
      Document manifest,
      Parts of,
      Map<Digest, Path> paths,
      List<String> shown,
      Map<Digest, Bytes> inline) {
    Digest digest = manifest.digest();
    Map<Digest, String> allManifests = new LinkedHashMap<>(manifests);
    allManifests.put(digest, manifest.bytes().utf8());
    Map<Digest, List<String>> allFiles = new LinkedHashMap<>(files);
    if (!shown.isEmpty()) {
      allFiles.put(digest, List.copyOf(shown));
    }
    Map<Digest, Parts> allParts = new LinkedHashMap<>(parts);
    allParts.put(digest, of);
    Map<Digest, Path> allDetached = new LinkedHashMap<>(detached);
    allDetached.putAll(paths);
    Map<Digest, Bytes> allBlobs = new LinkedHashMap<>(blobs);
    allBlobs.putAll(inline);
    return new Attachments(allManifests, allFiles, allParts, allDetached, allBlobs);
  }

  /// Without an artifact and what only it speaks of.
  Attachments without(Digest manifest) {
    if (!manifests.containsKey(manifest)) {
      return this;
    }
    Map<Digest, Parts> left = new LinkedHashMap<>(parts);
    left.remove(manifest);
    Set<Digest> needed = new HashSet<>();
    for (Parts each : left.values()) {
      each.config().ifPresent(needed::add);
      needed.addAll(each.layers());
    }
    Map<Digest, String> manifestsLeft = new LinkedHashMap<>(manifests);
    manifestsLeft.remove(manifest);
    Map<Digest, List<String>> filesLeft = new LinkedHashMap<>(files);
    filesLeft.remove(manifest);
    Map<Digest, Path> detachedLeft = new LinkedHashMap<>(detached);
    detachedLeft.keySet().retainAll(needed);
    Map<Digest, Bytes> blobsLeft = new LinkedHashMap<>(blobs);
    blobsLeft.keySet().retainAll(needed);
    return new Attachments(manifestsLeft, filesLeft, left, detachedLeft, blobsLeft);
  }

  static Attachments parse(Bytes text) throws MalformedException {
    Json.Obj json = Json.parseObject(text);
    Json.Obj none = Json.object().build();
    Map<Digest, String> manifests = new LinkedHashMap<>();
    for (Map.Entry<String, String> each : json.strings("manifests").entrySet()) {
      manifests.put(Digest.parse(each.getKey()), each.getValue());
    }
    Map<Digest, List<String>> files = new LinkedHashMap<>();
    Json.Obj written = json.object("files").orElse(none);
    for (String key : written.fields().keySet()) {
      files.put(Digest.parse(key), written.texts(key));
    }
    Map<Digest, Parts> parts = new LinkedHashMap<>();
    Map<String, String> configs = json.strings("config");
    Json.Obj layers = json.object("layers").orElse(none);
    for (Digest manifest : manifests.keySet()) {
      List<Digest> digests = new ArrayList<>();
      for (String layer : layers.texts(manifest.toString())) {
        digests.add(Digest.parse(layer));
      }
      String config = configs.get(manifest.toString());
      parts.put(
          manifest,
          new Parts(
              config == null ? Optional.empty() : Optional.of(Digest.parse(config)), digests));
    }
    Map<Digest, Path> detached = new LinkedHashMap<>();
    for (Map.Entry<String, String> each : json.strings("detached").entrySet()) {
      detached.put(Digest.parse(each.getKey()), path(each.getValue()));
    }
    Map<Digest, Bytes> blobs = new LinkedHashMap<>();
    Json.Obj contents = json.object("blobs").orElse(none);
    for (String key : contents.fields().keySet()) {
      blobs.put(Digest.parse(key), ListText.bytes(contents.string(key).orElse("")));
    }
    return new Attachments(manifests, files, parts, detached, blobs);
  }

  private static Path path(String text) throws MalformedException {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new MalformedException(
          "not a path: " + e.getMessage(), MalformedException.UNKNOWN_POSITION, e);
    }
  }

  Bytes text() {
    Json.Builder out = Json.object();
    put(out, "manifests", manifests, Json::of);
    put(out, "files", files, Json::ofStrings);
    Map<Digest, String> configs = new LinkedHashMap<>();
    Map<Digest, List<String>> layers = new LinkedHashMap<>();
    for (Map.Entry<Digest, Parts> each : parts.entrySet()) {
      each.getValue().config().ifPresent(config -> configs.put(each.getKey(), config.toString()));
      List<String> digests = new ArrayList<>();
      for (Digest layer : each.getValue().layers()) {
        digests.add(layer.toString());
      }
      layers.put(each.getKey(), digests);
    }
    put(out, "config", configs, Json::of);
    put(out, "layers", layers, Json::ofStrings);
    put(out, "detached", detached, path -> Json.of(path.toString()));
    put(out, "blobs", blobs, content -> Json.of(ListText.base64(content)));
    return Bytes.utf8(out.build().compact());
  }

  /// How a value is written.
  private interface Writing<T> {
    Json of(T value);
  }

  private static <T> void put(
      Json.Builder out, String key, Map<Digest, T> values, Writing<T> writing) {
    if (!values.isEmpty()) {
      Map<String, T> sorted = new TreeMap<>();
      values.forEach((digest, value) -> sorted.put(digest.toString(), value));
      Json.Builder fields = Json.object();
      sorted.forEach((digest, value) -> fields.put(digest, writing.of(value)));
      out.put(key, fields.build());
    }
  }
}
