package dev.stowage.engine;

import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import java.util.Optional;

/// An artifact that is kept here: files under a name, described by a manifest.
///
/// @param name empty for one that lost its name to another
/// @param document its manifest as it is
public record Artifact(Optional<String> name, Document document, ImageManifest manifest) {

  public Digest digest() {
    return document.digest();
  }

  /// The bytes of its files.
  public long size() {
    long size = 0;
    for (Descriptor layer : manifest.layers()) {
      size += layer.size();
    }
    return size;
  }

  /// When it was made, as its manifest says it.
  public Optional<String> created() {
    return Optional.ofNullable(manifest.annotations().get(ArtifactText.CREATED));
  }

  /// All there is to know about it, as Podman shows it.
  public Json.Obj inspect() throws MalformedException {
    return Json.object()
        .put("Manifest", Json.parseObject(document.bytes()))
        .put("Name", name.orElse(""))
        .put("Digest", digest().toString())
        .build();
  }

  /// The name that a file of it has, if it has one.
  static Optional<String> title(Descriptor file) {
    return Optional.ofNullable(file.annotations().get(ArtifactText.TITLE))
        .filter(title -> !title.isEmpty());
  }
}
