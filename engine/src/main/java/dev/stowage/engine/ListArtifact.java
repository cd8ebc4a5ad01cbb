package dev.stowage.engine;

import dev.stowage.model.MediaType;
import java.util.Map;
import java.util.Optional;

/// How files become an artifact of a list of manifests.
///
/// @param type the artifact's type; `application/vnd.unknown.artifact.v1` where it is empty
/// @param config its configuration
/// @param layerType the media type of every file; what its name or its contents say where it is
///   empty
/// @param titles whether files keep their names
/// @param annotations of the artifact's manifest
/// @param subject a name of the image that it is about
public record ListArtifact(
    Optional<MediaType> type,
    Config config,
    Optional<MediaType> layerType,
    Titles titles,
    Map<String, String> annotations,
    Optional<String> subject) {
  public static final ListArtifact DEFAULT =
      new ListArtifact(
          Optional.empty(),
          new Config(Optional.empty(), Optional.empty()),
          Optional.empty(),
          Titles.GIVEN,
          Map.of(),
          Optional.empty());

  public ListArtifact {
    annotations = Map.copyOf(annotations);
  }

  /// The configuration of an artifact.
  ///
  /// @param type its media type; the empty configuration's where there is no text either, else that
  ///   of an image's configuration
  /// @param text its contents; an empty object where it is empty
  public record Config(Optional<MediaType> type, Optional<String> text) {}

  /// Whether files keep their names, as an annotation.
  public enum Titles {
    GIVEN,
    LEFT_OUT
  }

  public ListArtifact withType(MediaType wanted) {
    return new ListArtifact(Optional.of(wanted), config, layerType, titles, annotations, subject);
  }

  public ListArtifact withConfig(Config wanted) {
    return new ListArtifact(type, wanted, layerType, titles, annotations, subject);
  }

  public ListArtifact withLayerType(MediaType wanted) {
    return new ListArtifact(type, config, Optional.of(wanted), titles, annotations, subject);
  }

  public ListArtifact withTitles(Titles wanted) {
    return new ListArtifact(type, config, layerType, wanted, annotations, subject);
  }

  public ListArtifact withAnnotations(Map<String, String> wanted) {
    return new ListArtifact(type, config, layerType, titles, wanted, subject);
  }

  public ListArtifact withSubject(String wanted) {
    return new ListArtifact(type, config, layerType, titles, annotations, Optional.of(wanted));
  }
}
