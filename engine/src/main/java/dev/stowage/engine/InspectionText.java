package dev.stowage.engine;

import dev.stowage.model.Digest;
import dev.stowage.model.ImageConfig;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import dev.stowage.model.MediaType;
import dev.stowage.model.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Writes an inspection as Podman does: its field names and their order, what is left out when it
/// is empty, what is `null`, and how times are spelt.
final class InspectionText {
  private static final Json NULL = new Json.Null();

  private InspectionText() {}

  static Json.Obj of(Inspection inspection) {
    Inspection.Identity identity = inspection.identity();
    ImageConfig config = inspection.config();
    boolean docker = inspection.manifest().type().equals(MediaType.DOCKER_MANIFEST);
    Json.Obj whole = config.json();
    Json.Builder out =
        Json.object()
            .put("Id", identity.id().value())
            .put("Digest", identity.digest().map(Digest::toString).orElse(""))
            .put("RepoTags", references(identity.repoTags()))
            .put("RepoDigests", references(identity.repoDigests()))
            .put("Parent", identity.parent().map(id -> id.value()).orElse(""))
            .put("Comment", comment(config, docker))
            .put("Created", time(config.created()))
            .put("Config", execution(config))
            .put("Version", text(whole, "docker_version"))
            .put("Author", config.author())
            .put("Architecture", config.platform().architecture())
            .put("Os", config.platform().os())
            .put("Size", inspection.size())
            .put("VirtualSize", inspection.size())
            .put("GraphDriver", driver(inspection.driver()))
            .put("RootFS", rootFs(config))
            .put("Labels", labels(config))
            .put("Annotations", sorted(inspection.annotations()))
            .put("ManifestType", inspection.manifest().type().value())
            .put("User", config.execution().user())
            .put("History", history(config))
            .put(
                "NamesHistory",
                identity.namesHistory().isEmpty() ? NULL : Json.ofStrings(identity.namesHistory()));
    if (docker) {
      healthcheck(whole).ifPresent(check -> out.put("Healthcheck", check));
    }
    return out.build();
  }

  private static Json references(List<Reference> references) {
    List<String> texts = new ArrayList<>(references.size());
    for (Reference reference : references) {
      texts.add(reference.toString());
    }
    return Json.ofStrings(texts);
  }

  /// Docker's images have a comment of their own; of OCI images the first step's counts.
  private static String comment(ImageConfig config, boolean docker) {
    if (docker) {
      return text(config.json(), "comment");
    }
    return config.history().isEmpty() ? "" : config.history().getFirst().comment();
  }

  /// The fields that the OCI specification knows, without the empty ones.
  private static Json execution(ImageConfig config) {
    ImageConfig.Execution execution = config.execution();
    Json.Builder out = Json.object();
    putText(out, "User", execution.user());
    putKeys(out, "ExposedPorts", execution.exposedPorts());
    putTexts(out, "Env", execution.env());
    putTexts(out, "Entrypoint", execution.entrypoint());
    putTexts(out, "Cmd", execution.cmd());
    putKeys(out, "Volumes", execution.volumes());
    putText(out, "WorkingDir", execution.workingDir());
    if (!execution.labels().isEmpty()) {
      out.put("Labels", sorted(execution.labels()));
    }
    putText(out, "StopSignal", execution.stopSignal());
    if (execution.json().fields().get("ArgsEscaped") instanceof Json.Bool(boolean set) && set) {
      out.put("ArgsEscaped", true);
    }
    return out.build();
  }

  private static void putText(Json.Builder out, String key, String text) {
    if (!text.isEmpty()) {
      out.put(key, text);
    }
  }

  private static void putTexts(Json.Builder out, String key, List<String> texts) {
    if (!texts.isEmpty()) {
      out.put(key, Json.ofStrings(texts));
    }
  }

  private static void putKeys(Json.Builder out, String key, List<String> keys) {
    if (!keys.isEmpty()) {
      Json.Builder object = Json.object();
      for (String each : new java.util.TreeSet<>(keys)) {
        object.put(each, Json.object().build());
      }
      out.put(key, object.build());
    }
  }

  private static Json driver(Inspection.DriverData driver) {
    Json data = driver.data().isEmpty() ? NULL : sorted(driver.data());
    return Json.object().put("Name", driver.name()).put("Data", data).build();
  }

  private static Json rootFs(ImageConfig config) {
    List<String> layers = new ArrayList<>();
    for (Digest digest : config.diffIds()) {
      layers.add(digest.toString());
    }
    Json.Obj none = Json.object().build();
    Json.Obj rootFs = object(config.json(), "rootfs").orElse(none);
    boolean hasLayers = rootFs.get("diff_ids").isPresent();
    return Json.object()
        .put("Type", text(rootFs, "type"))
        .put("Layers", hasLayers ? Json.ofStrings(layers) : NULL)
        .build();
  }

  private static Json labels(ImageConfig config) {
    return config.execution().json().get("Labels").isPresent()
        ? sorted(config.execution().labels())
        : NULL;
  }

  private static Json history(ImageConfig config) {
    if (config.json().get("history").isEmpty()) {
      return NULL;
    }
    List<Json> steps = new ArrayList<>();
    for (ImageConfig.Step step : config.history()) {
      Json.Builder out = Json.object();
      if (step.created().isPresent()) {
        out.put("created", time(step.created()));
      }
      putText(out, "created_by", step.createdBy());
      putText(out, "author", step.author());
      putText(out, "comment", step.comment());
      if (step.emptyLayer()) {
        out.put("empty_layer", true);
      }
      steps.add(out.build());
    }
    return new Json.Arr(steps);
  }

  /// The check that the build container had, else the one of the image.
  private static Optional<Json> healthcheck(Json.Obj config) {
    Optional<Json.Obj> check =
        object(config, "container_config").flatMap(build -> object(build, "Healthcheck"));
    if (check.isEmpty()) {
      check = object(config, "config").flatMap(image -> object(image, "Healthcheck"));
    }
    if (check.isEmpty()) {
      return Optional.empty();
    }
    Json.Builder out = Json.object();
    for (String key :
        List.of("Test", "StartPeriod", "StartInterval", "Interval", "Timeout", "Retries")) {
      Optional<Json> value = check.get().get(key);
      if (value.isPresent() && !isEmpty(value.get())) {
        out.put(key, value.get());
      }
    }
    return Optional.of(out.build());
  }

  private static boolean isEmpty(Json value) {
    return value instanceof Json.Arr(List<Json> items) && items.isEmpty()
        || value instanceof Json.Num(String number) && number.equals("0");
  }

  private static Json sorted(Map<String, String> texts) {
    Json.Builder out = Json.object();
    for (Map.Entry<String, String> each : new TreeMap<>(texts).entrySet()) {
      out.put(each.getKey(), each.getValue());
    }
    return out.build();
  }

  private static String text(Json.Obj object, String key) {
    return object.fields().get(key) instanceof Json.Str(String text) ? text : "";
  }

  private static Optional<Json.Obj> object(Json.Obj object, String key) {
    try {
      return object.object(key);
    } catch (MalformedException e) {
      return Optional.empty();
    }
  }

  private static Json time(Optional<String> written) {
    return written.isPresent() ? Json.of(shortest(written.get())) : NULL;
  }

  /// The time without zeros at the end of its fraction, and with `Z` for no offset.
  static String shortest(String written) {
    int point = written.indexOf('.');
    int zone = zoneOf(written);
    if (zone < 0) {
      return written;
    }
    String offset = written.substring(zone);
    if (offset.equals("+00:00") || offset.equals("-00:00") || offset.equals("z")) {
      offset = "Z";
    }
    int end = zone;
    if (point > 0 && point < zone) {
      while (written.charAt(end - 1) == '0') {
        end--;
      }
      end = end - 1 == point ? point : end;
    }
    return written.substring(0, end) + offset;
  }

  private static int zoneOf(String written) {
    for (int i = 19; i < written.length(); i++) {
      char c = written.charAt(i);
      if (c == 'Z' || c == 'z' || c == '+' || c == '-') {
        return i;
      }
    }
    return -1;
  }
}
