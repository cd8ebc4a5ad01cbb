package dev.stowage.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A list of manifests, usually of the same image for several platforms.
///
/// @see <a href="https://github.com/opencontainers/image-spec/blob/main/image-index.md">OCI image
///   index</a>
public record ImageIndex(
    Document document,
    List<Descriptor> manifests,
    Map<String, String> annotations,
    Optional<MediaType> artifactType,
    Optional<Descriptor> subject)
    implements Manifest {

  /// The most entries that are read; indexes of public images have some dozens.
  static final int MOST_MANIFESTS = 10_000;

  public ImageIndex {
    manifests = List.copyOf(manifests);
    annotations = Map.copyOf(annotations);
  }

  static ImageIndex parse(Document document) throws MalformedException {
    Json.Obj json = Json.parseObject(document.bytes());
    ImageManifest.requireVersion(json);
    if (json.get("layers").isPresent() || json.get("config").isPresent()) {
      throw new MalformedException("the document is a manifest and an index at once");
    }
    List<Json.Obj> written = json.objects("manifests");
    if (written.size() > MOST_MANIFESTS) {
      throw new MalformedException(
          "an index of " + written.size() + " manifests; at most " + MOST_MANIFESTS + " are read");
    }
    List<Descriptor> manifests = new ArrayList<>(written.size());
    for (Json.Obj manifest : written) {
      manifests.add(Descriptor.from(manifest));
    }
    Optional<Json.Obj> subject = json.object("subject");
    return new ImageIndex(
        document,
        manifests,
        json.strings("annotations"),
        json.string("artifactType").filter(type -> !type.isEmpty()).map(MediaType::new),
        subject.isPresent() ? Optional.of(Descriptor.from(subject.get())) : Optional.empty());
  }
}
