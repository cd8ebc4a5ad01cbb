package dev.stowage.engine;

import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Platform;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A configuration and the annotations beside it while they are edited. What no edit names stays,
/// known or not.
final class EditedConfig {
  private static final List<String> SETS = List.of("ExposedPorts", "Volumes", "Labels");

  private final Map<String, Json> config;
  private final Map<String, Json> execution;
  private final Map<String, String> annotations;

  EditedConfig(Json.Obj config, Map<String, String> annotations) throws MalformedException {
    this.config = new LinkedHashMap<>(config.fields());
    this.execution =
        new LinkedHashMap<>(config.object("config").orElse(Json.object().build()).fields());
    this.annotations = new LinkedHashMap<>(annotations);
  }

  Json.Obj config() {
    config.put("config", new Json.Obj(new LinkedHashMap<>(execution)));
    return new Json.Obj(new LinkedHashMap<>(config));
  }

  Map<String, String> annotations() {
    return annotations;
  }

  /// @throws MalformedException where the edit says nothing, or the configuration is not one
  void apply(ConfigEdit edit) throws MalformedException {
    switch (edit) {
      case ConfigEdit.Label(String name, String value) -> {
        Map<String, Json> labels = object("Labels");
        labels.put(name, Json.of(given(name, value)));
        execution.put("Labels", new Json.Obj(labels));
      }
      case ConfigEdit.Annotation(String name, String value) ->
          annotations.put(name, given(name, value));
      case ConfigEdit.Env(String name, String value) -> setVariable(name, value);
      case ConfigEdit.Entrypoint(List<String> words) -> {
        execution.put("Entrypoint", Json.ofStrings(words));
        execution.remove("Cmd");
      }
      case ConfigEdit.Cmd(List<String> words) -> execution.put("Cmd", Json.ofStrings(words));
      case ConfigEdit.User(String name) -> execution.put("User", Json.of(name));
      case ConfigEdit.WorkingDir(String path) -> execution.put("WorkingDir", Json.of(path));
      case ConfigEdit.Ports(List<String> ports) -> {
        Json.Builder set = Json.object();
        ports.forEach(port -> set.put(port, Json.object().build()));
        execution.put("ExposedPorts", set.build());
      }
      case ConfigEdit.OfPlatform(Platform platform) -> setPlatform(config, platform);
      case ConfigEdit.Author(String name) -> config.put("author", Json.of(name));
      case ConfigEdit.Instruction(String text) -> instruct(text);
      case ConfigEdit.Clear(ConfigEdit.Clear.Kind kind) -> {
        switch (kind) {
          case ANNOTATIONS -> annotations.clear();
          case CMD -> execution.remove("Cmd");
          case ENTRYPOINT -> execution.remove("Entrypoint");
          case ENV -> execution.remove("Env");
          case EXPOSED_PORTS -> execution.remove("ExposedPorts");
          case LABELS -> execution.remove("Labels");
          case VOLUMES -> execution.remove("Volumes");
        }
      }
    }
  }

  private static String given(String name, String value) throws MalformedException {
    if (value.isEmpty()) {
      throw new MalformedException("parsing label \"" + name + "\", value is empty");
    }
    return value;
  }

  /// Says which platform a configuration is for.
  static void setPlatform(Map<String, Json> config, Platform platform) {
    config.put("os", Json.of(platform.os()));
    config.put("architecture", Json.of(platform.architecture()));
    set(config, "variant", platform.variant());
    set(config, "os.version", platform.osVersion());
  }

  private static void set(Map<String, Json> config, String key, String value) {
    if (value.isEmpty()) {
      config.remove(key);
    } else {
      config.put(key, Json.of(value));
    }
  }

  private Map<String, Json> object(String key) throws MalformedException {
    return new LinkedHashMap<>(
        new Json.Obj(execution).object(key).orElse(Json.object().build()).fields());
  }

  private void setVariable(String name, String value) throws MalformedException {
    List<String> env = new ArrayList<>(new Json.Obj(execution).texts("Env"));
    boolean windows = config.get("os") instanceof Json.Str(String os) && os.equals("windows");
    int at = -1;
    for (int i = 0; i < env.size(); i++) {
      int equals = env.get(i).indexOf('=');
      if (equals < 0) {
        throw new MalformedException("invalid key value pair in config: " + env.get(i));
      }
      if (env.get(i).substring(0, equals).equals(name)) {
        at = i;
      }
    }
    if (at >= 0) {
      env.set(at, name + "=" + value);
    } else {
      env.add((windows ? name.toUpperCase(Locale.ROOT) : name) + "=" + value);
    }
    execution.put("Env", Json.ofStrings(env));
  }

  private void instruct(String text) throws MalformedException {
    Json.Obj said = ConfigChanges.of(List.of(text));
    for (Map.Entry<String, Json> field : said.fields().entrySet()) {
      String key = field.getKey();
      if (key.equals("Env")) {
        for (String variable : said.texts(key)) {
          int equals = variable.indexOf('=');
          setVariable(variable.substring(0, equals), variable.substring(equals + 1));
        }
      } else if (key.equals("OnBuild")) {
        List<String> all = new ArrayList<>(new Json.Obj(execution).texts(key));
        all.addAll(said.texts(key));
        execution.put(key, Json.ofStrings(all));
      } else if (SETS.contains(key) && field.getValue() instanceof Json.Obj added) {
        Map<String, Json> all = object(key);
        all.putAll(added.fields());
        execution.put(key, new Json.Obj(all));
      } else {
        execution.put(key, field.getValue());
      }
    }
  }
}
