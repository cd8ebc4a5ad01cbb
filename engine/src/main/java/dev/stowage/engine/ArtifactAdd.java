package dev.stowage.engine;

import dev.stowage.model.MediaType;
import java.util.Map;
import java.util.Optional;

/// How files are added to the artifacts.
///
/// @param present what becomes of an artifact that has the name
/// @param type the artifact's type, where it gets one
/// @param fileType the media type of every file; what its contents betray where it is empty
/// @param annotations of every file, and of the artifact where it is new
public record ArtifactAdd(
    Present present,
    Optional<MediaType> type,
    Optional<MediaType> fileType,
    Map<String, String> annotations) {
  public static final ArtifactAdd DEFAULT =
      new ArtifactAdd(Present.STAYS, Optional.empty(), Optional.empty(), Map.of());

  public ArtifactAdd {
    annotations = Map.copyOf(annotations);
  }

  /// What becomes of an artifact that has the name.
  public enum Present {
    /// It stays as it is, and nothing is added.
    STAYS,
    /// The files are added to it; there has to be one.
    GROWS,
    /// Another takes its place.
    GOES
  }

  public ArtifactAdd withPresent(Present wanted) {
    return new ArtifactAdd(wanted, type, fileType, annotations);
  }

  public ArtifactAdd withType(MediaType wanted) {
    return new ArtifactAdd(present, Optional.of(wanted), fileType, annotations);
  }

  public ArtifactAdd withFileType(MediaType wanted) {
    return new ArtifactAdd(present, type, Optional.of(wanted), annotations);
  }

  public ArtifactAdd withAnnotations(Map<String, String> wanted) {
    return new ArtifactAdd(present, type, fileType, wanted);
  }
}
