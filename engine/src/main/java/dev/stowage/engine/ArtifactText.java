package dev.stowage.engine;

import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.Json;
import dev.stowage.model.MediaType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The manifests of artifacts, written byte for byte as Podman writes them.
///
/// @see <a
///   href="https://github.com/opencontainers/image-spec/blob/main/manifest.md#guidelines-for-artifact-usage">
///   OCI image manifest, artifacts</a>
final class ArtifactText {
  /// The annotation that gives a blob the name of its file.
  static final String TITLE = "org.opencontainers.image.title";

  static final String CREATED = "org.opencontainers.image.created";

  /// The configuration of an artifact that has none.
  static final Bytes EMPTY = Bytes.utf8("{}");

  private ArtifactText() {}

  /// Content that an artifact consists of.
  ///
  /// @param data the content itself, where the manifest is to hold it
  record Blob(
      MediaType type,
      Digest digest,
      long size,
      Map<String, String> annotations,
      Optional<Bytes> data) {
    static Blob inline(MediaType type, Bytes content) {
      return new Blob(type, Digest.of(content), content.length(), Map.of(), Optional.of(content));
    }

    static Blob empty() {
      return inline(MediaType.OCI_EMPTY, EMPTY);
    }

    Json.Obj json() {
      Json.Builder text =
          Json.object()
              .put("mediaType", type.value())
              .put("digest", digest.toString())
              .put("size", size);
      if (!annotations.isEmpty()) {
        text.put("annotations", sorted(annotations));
      }
      if (data.isPresent() && data.get().length() > 0) {
        text.put("data", ListText.base64(data.get()));
      }
      return text.build();
    }
  }

  static Json.Obj sorted(Map<String, String> annotations) {
    Json.Builder text = Json.object();
    new TreeMap<>(annotations).forEach(text::put);
    return text.build();
  }

  static Json.Arr array(List<Blob> blobs) {
    List<Json> items = new ArrayList<>();
    for (Blob blob : blobs) {
      items.add(blob.json());
    }
    return new Json.Arr(items);
  }

  static Document manifest(
      Optional<MediaType> type,
      Blob config,
      List<Blob> layers,
      Optional<ListEntry> subject,
      Map<String, String> annotations) {
    Json.Builder text =
        Json.object().put("schemaVersion", 2).put("mediaType", MediaType.OCI_MANIFEST.value());
    type.ifPresent(artifact -> text.put("artifactType", artifact.value()));
    text.put("config", config.json()).put("layers", array(layers));
    subject.ifPresent(about -> text.put("subject", ListText.ociEntry(about)));
    if (!annotations.isEmpty()) {
      text.put("annotations", sorted(annotations));
    }
    return new Document(MediaType.OCI_MANIFEST, Bytes.utf8(text.build().compact()));
  }
}
