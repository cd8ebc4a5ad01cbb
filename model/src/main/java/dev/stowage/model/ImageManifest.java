package dev.stowage.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The manifest of one image: its configuration and its layers, lowest first.
///
/// @see <a href="https://github.com/opencontainers/image-spec/blob/main/manifest.md">OCI image
///   manifest</a>
public record ImageManifest(
    Document document,
    Descriptor config,
    List<Descriptor> layers,
    Map<String, String> annotations,
    Optional<MediaType> artifactType,
    Optional<Descriptor> subject)
    implements Manifest {

  /// The most layers that are read: four times what any driver can mount.
  static final int MOST_LAYERS = 2000;

  public ImageManifest {
    layers = List.copyOf(layers);
    annotations = Map.copyOf(annotations);
  }

  static ImageManifest parse(Document document) throws MalformedException {
    Json.Obj json = Json.parseObject(document.bytes());
    requireVersion(json);
    if (json.get("manifests").isPresent()) {
      throw new MalformedException("the document is a manifest and an index at once");
    }
    List<Json.Obj> written = json.objects("layers");
    if (written.size() > MOST_LAYERS) {
      throw new MalformedException(
          "a manifest with " + written.size() + " layers; at most " + MOST_LAYERS + " are read");
    }
    List<Descriptor> layers = new ArrayList<>(written.size());
    for (Json.Obj layer : written) {
      layers.add(Descriptor.from(layer));
    }
    Optional<Json.Obj> subject = json.object("subject");
    return new ImageManifest(
        document,
        Descriptor.from(json.object("config").orElseThrow(() -> json.missing("config"))),
        layers,
        json.strings("annotations"),
        json.string("artifactType").filter(type -> !type.isEmpty()).map(MediaType::new),
        subject.isPresent() ? Optional.of(Descriptor.from(subject.get())) : Optional.empty());
  }

  static void requireVersion(Json.Obj json) throws MalformedException {
    long version = json.number("schemaVersion").orElse(0L);
    if (version != 2) {
      throw new MalformedException("schemaVersion is " + version + ", wanted 2");
    }
  }

  /// Whether this describes an image that can be run, not another artifact.
  public boolean isImage() {
    return config.type().equals(MediaType.OCI_CONFIG)
        || config.type().equals(MediaType.DOCKER_CONFIG);
  }
}
