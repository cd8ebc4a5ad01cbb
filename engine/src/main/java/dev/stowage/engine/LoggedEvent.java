package dev.stowage.engine;

import dev.stowage.model.Event;
import dev.stowage.model.ImageId;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;

/// An event as Podman keeps it: of an image, or of anything else that Podman knows.
///
/// @param type what it happened to, for example `image`
/// @param status what happened, for example `pull`
/// @param id of what it happened to; empty where that has none
/// @param name of what it happened to
/// @param image of a container
/// @param time when, in the zone it was written in
/// @param error why it failed, where it did
/// @param json the whole record
public record LoggedEvent(
    String type,
    String status,
    String id,
    String name,
    String image,
    OffsetDateTime time,
    String error,
    Map<String, String> attributes,
    Json.Obj json) {

  /// The event of an image.
  static LoggedEvent of(Event event) throws MalformedException {
    Json.Builder json = Json.object();
    event.image().map(ImageId::value).ifPresent(id -> json.put("ID", id));
    if (!event.name().isEmpty()) {
      json.put("Name", event.name());
    }
    json.put("Status", event.kind().word());
    json.put("Time", event.time().toString());
    json.put("Type", "image");
    event.failure().ifPresent(failure -> json.put("error", failure));
    return parse(json.put("Attributes", new Json.Null()).build());
  }

  /// The file's own note that its older half is gone.
  static Json.Obj rotation(String file, Instant time, String end) {
    return Json.object()
        .put("Name", file)
        .put("Status", "log-rotation")
        .put("Time", time.toString())
        .put("Type", "system")
        .put("Attributes", Json.object().put(ROTATION, end).build())
        .build();
  }

  /// The attribute of such a note.
  static final String ROTATION = "io.podman.event.rotate";

  /// Reads a record as it stands in the file.
  static LoggedEvent parse(Json.Obj json) throws MalformedException {
    OffsetDateTime time;
    try {
      time = OffsetDateTime.parse(json.string("Time").orElse(""));
    } catch (DateTimeException e) {
      throw new MalformedException(
          "an event without a time: " + json.compact(), MalformedException.UNKNOWN_POSITION, e);
    }
    return new LoggedEvent(
        json.string("Type").orElse(""),
        json.string("Status").orElse(""),
        json.string("ID").orElse(""),
        json.string("Name").orElse(""),
        json.string("Image").orElse(""),
        time,
        json.string("error").orElse(""),
        Map.copyOf(json.strings("Attributes")),
        json);
  }

  /// Reads a record of the journal.
  static LoggedEvent ofJournal(Json.Obj entry) throws MalformedException {
    Json.Builder json = Json.object();
    copy(entry, "PODMAN_ID", json, "ID");
    copy(entry, "PODMAN_IMAGE", json, "Image");
    copy(entry, "PODMAN_NAME", json, "Name");
    copy(entry, "PODMAN_NETWORK_NAME", json, "network");
    copy(entry, "PODMAN_EVENT", json, "Status");
    copy(entry, "PODMAN_TIME", json, "Time");
    copy(entry, "PODMAN_TYPE", json, "Type");
    copy(entry, "PODMAN_HEALTH_STATUS", json, "health_status");
    copy(entry, "ERROR", json, "error");
    copy(entry, "PODMAN_CONTAINER_INSPECT_DATA", json, "ContainerInspectData");
    copy(entry, "PODMAN_POD_ID", json, "PodID");
    String code = entry.string("PODMAN_EXIT_CODE").orElse("");
    if (!code.isEmpty() && code.chars().allMatch(Character::isDigit)) {
      json.put("ContainerExitCode", new Json.Num(code));
    }
    String killed = entry.string("PODMAN_OOM_KILLED").orElse("");
    if (killed.equals("true") || killed.equals("false")) {
      json.put("OOMKilled", Json.of(killed.equals("true")));
    }
    String labels = entry.string("PODMAN_LABELS").orElse("");
    json.put(
        "Attributes",
        labels.isEmpty()
            ? new Json.Null()
            : Json.parseObject(dev.stowage.model.Bytes.utf8(labels)));
    return parse(json.build());
  }

  private static void copy(Json.Obj entry, String field, Json.Builder json, String key)
      throws MalformedException {
    String value = entry.string(field).orElse("");
    if (!value.isEmpty()) {
      json.put(key, value);
    }
  }
}
