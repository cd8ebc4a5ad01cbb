package dev.stowage.model;

/// The parsed view of a manifest; the document it hangs off is what counts.
public sealed interface Manifest permits ImageManifest, ImageIndex {

  /// The largest manifest that is read, in bytes, as the distribution specification asks registries
  /// to accept.
  int LARGEST = 4 * 1024 * 1024;

  Document document();

  /// Reads an OCI manifest or index, or a Docker manifest (schema 2) or list.
  static Manifest parse(Document document) throws MalformedException, UnsupportedException {
    MediaType type = document.type();
    if (type.isIndex()) {
      return ImageIndex.parse(document);
    }
    if (type.isImageManifest()) {
      return ImageManifest.parse(document);
    }
    if (type.equals(MediaType.DOCKER_SCHEMA1) || type.equals(MediaType.DOCKER_SCHEMA1_SIGNED)) {
      throw new UnsupportedException(
          "the manifest is of Docker's schema 1, which registries gave up: push the image again with a current tool");
    }
    throw new UnsupportedException("unsupported manifest type \"" + type + "\"");
  }

  /// The type that a manifest's own text states, or that its fields betray; the type a registry
  /// states may be wrong or missing.
  static MediaType guessType(Bytes bytes) throws MalformedException {
    Json.Obj json = Json.parseObject(bytes);
    String stated = json.get("mediaType").isPresent() ? json.string("mediaType").orElse("") : "";
    if (!stated.isEmpty()) {
      return new MediaType(stated);
    }
    if (json.number("schemaVersion").orElse(0L) == 1L) {
      return json.get("signatures").isPresent()
          ? MediaType.DOCKER_SCHEMA1_SIGNED
          : MediaType.DOCKER_SCHEMA1;
    }
    if (json.get("manifests").isPresent()) {
      return MediaType.OCI_INDEX;
    }
    if (json.get("config").isPresent()) {
      return MediaType.OCI_MANIFEST;
    }
    throw new MalformedException("neither a manifest nor an index");
  }
}
