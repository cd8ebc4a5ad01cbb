package dev.stowage.cli.verb;

import dev.stowage.cli.template.Value;
import dev.stowage.cli.template.Value.Field;
import dev.stowage.cli.template.Value.Presence;
import dev.stowage.model.Digest;
import dev.stowage.model.ImageConfig;
import dev.stowage.model.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// A configuration with the keys that OCI defines, in the order in which Skopeo prints them.
final class OciConfigText {
  private OciConfigText() {}

  static Value of(ImageConfig config) {
    List<Field> fields = new ArrayList<>();
    moment(config.created())
        .ifPresent(created -> fields.add(always("Created", "created", Value.of(created))));
    fields.add(text("Author", "author", config.author()));
    fields.add(always("Architecture", "architecture", Value.of(config.platform().architecture())));
    fields.add(always("OS", "os", Value.of(config.platform().os())));
    fields.add(text("OSVersion", "os.version", config.json().get("os.version")));
    fields.add(text("Variant", "variant", config.json().get("variant")));
    fields.add(always("Config", "config", execution(config.execution())));
    List<String> diffIds = new ArrayList<>();
    for (Digest diffId : config.diffIds()) {
      diffIds.add(diffId.toString());
    }
    fields.add(
        always(
            "RootFS",
            "rootfs",
            new Value.Struct(
                "v1.RootFS",
                List.of(
                    always("Type", "type", Value.of("layers")),
                    always("DiffIDs", "diff_ids", Value.ofTexts(diffIds))))));
    List<Value> history = new ArrayList<>();
    for (ImageConfig.Step step : config.history()) {
      history.add(step(step));
    }
    fields.add(new Field("History", "history", Presence.UNLESS_EMPTY, new Value.Items(history)));
    return new Value.Struct("v1.Image", fields);
  }

  private static Value execution(ImageConfig.Execution execution) {
    return new Value.Struct(
        "v1.ImageConfig",
        List.of(
            text("User", "User", execution.user()),
            keys("ExposedPorts", execution.exposedPorts()),
            texts("Env", execution.env()),
            texts("Entrypoint", execution.entrypoint()),
            texts("Cmd", execution.cmd()),
            keys("Volumes", execution.volumes()),
            text("WorkingDir", "WorkingDir", execution.workingDir()),
            new Field(
                "Labels",
                "Labels",
                Presence.UNLESS_EMPTY,
                Value.ofTextsOrUnset(execution.labels())),
            text("StopSignal", "StopSignal", execution.stopSignal())));
  }

  private static Value step(ImageConfig.Step step) {
    List<Field> fields = new ArrayList<>();
    moment(step.created())
        .ifPresent(created -> fields.add(always("Created", "created", Value.of(created))));
    fields.add(text("CreatedBy", "created_by", step.createdBy()));
    fields.add(text("Author", "author", step.author()));
    fields.add(text("Comment", "comment", step.comment()));
    fields.add(
        new Field("EmptyLayer", "empty_layer", Presence.UNLESS_EMPTY, Value.of(step.emptyLayer())));
    return new Value.Struct("v1.History", fields);
  }

  private static Optional<Instant> moment(Optional<String> written) {
    return written.isPresent() ? InspectedImage.moment(written.get()) : Optional.empty();
  }

  private static Field always(String name, String json, Value value) {
    return new Field(name, json, Presence.ALWAYS, value);
  }

  private static Field text(String name, String json, String value) {
    return new Field(name, json, Presence.UNLESS_EMPTY, Value.of(value));
  }

  private static Field text(String name, String json, Optional<Json> value) {
    return text(
        name, json, value.isPresent() && value.get() instanceof Json.Str(String text) ? text : "");
  }

  private static Field texts(String name, List<String> values) {
    return new Field(name, name, Presence.UNLESS_EMPTY, Value.ofTextsOrUnset(values));
  }

  private static Field keys(String name, List<String> keys) {
    TreeMap<String, Value> entries = new TreeMap<>();
    Value empty = new Value.Struct("struct {}", List.of());
    keys.forEach(key -> entries.put(key, empty));
    return new Field(name, name, Presence.UNLESS_EMPTY, new Value.Dict(entries, empty));
  }
}
