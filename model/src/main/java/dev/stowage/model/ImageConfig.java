package dev.stowage.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The parsed view of an image's configuration, of the OCI or the Docker kind.
///
/// @param json the whole document, for what has no component here
/// @param created when the image was made, as written (RFC 3339)
/// @param diffIds the digests of the uncompressed layers, lowest first
/// @param history what was done to make it, first step first
/// @see <a href="https://github.com/opencontainers/image-spec/blob/main/config.md">OCI image
///   configuration</a>
public record ImageConfig(
    Json.Obj json,
    Optional<String> created,
    String author,
    Platform platform,
    Execution execution,
    List<Digest> diffIds,
    List<Step> history) {

  /// The largest configuration that is read, in bytes: as much as a manifest may have.
  public static final int LARGEST = Manifest.LARGEST;

  public ImageConfig {
    diffIds = List.copyOf(diffIds);
    history = List.copyOf(history);
  }

  /// One entry of the history.
  ///
  /// @param created when, as written (RFC 3339)
  /// @param emptyLayer whether the step made no layer
  public record Step(
      Optional<String> created,
      String createdBy,
      String author,
      String comment,
      boolean emptyLayer) {}

  /// How containers are started from the image: the `config` object.
  ///
  /// @param json the object itself
  public record Execution(
      Json.Obj json,
      String user,
      List<String> env,
      List<String> entrypoint,
      List<String> cmd,
      List<String> volumes,
      String workingDir,
      List<String> exposedPorts,
      Map<String, String> labels,
      String stopSignal) {}

  public static ImageConfig parse(Bytes bytes) throws MalformedException {
    Json.Obj json = Json.parseObject(bytes);
    List<Digest> diffIds = new ArrayList<>();
    Optional<Json.Obj> rootfs = json.object("rootfs");
    if (rootfs.isPresent()) {
      for (String text : rootfs.get().texts("diff_ids")) {
        diffIds.add(Digest.parse(text));
      }
    }
    List<Step> history = new ArrayList<>();
    for (Json.Obj step : json.objects("history")) {
      history.add(
          new Step(
              step.string("created"),
              step.string("created_by").orElse(""),
              step.string("author").orElse(""),
              step.string("comment").orElse(""),
              step.bool("empty_layer").orElse(false)));
    }
    return new ImageConfig(
        json,
        json.string("created"),
        json.string("author").orElse(""),
        Platform.from(json),
        execution(json.object("config").orElse(Json.object().build())),
        diffIds,
        history);
  }

  private static Execution execution(Json.Obj json) throws MalformedException {
    return new Execution(
        json,
        json.string("User").orElse(""),
        List.copyOf(json.texts("Env")),
        List.copyOf(json.texts("Entrypoint")),
        List.copyOf(json.texts("Cmd")),
        keys(json, "Volumes"),
        json.string("WorkingDir").orElse(""),
        keys(json, "ExposedPorts"),
        json.strings("Labels"),
        json.string("StopSignal").orElse(""));
  }

  private static List<String> keys(Json.Obj json, String key) throws MalformedException {
    Optional<Json.Obj> object = json.object(key);
    return object.isPresent() ? List.copyOf(object.get().fields().keySet()) : List.of();
  }
}
