package dev.stowage.engine;

import dev.stowage.model.Bytes;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// The part of a configuration that says how containers are started, made from instructions of a
/// Containerfile: `KEY value` or `KEY=value`.
///
/// | instruction | value |
/// | --- | --- |
/// | `USER` | the user |
/// | `EXPOSE` | `port[/tcp or udp]` |
/// | `ENV` | one `key=value`, quotes around either are dropped |
/// | `ENTRYPOINT`, `CMD` | a JSON array, else a line for `/bin/sh -c` |
/// | `VOLUME` | a JSON array, else paths divided by spaces |
/// | `WORKDIR` | a path, relative to the one before |
/// | `LABEL` | one `key=value`, quotes around either are dropped |
/// | `STOPSIGNAL` | a signal's name or number |
/// | `ONBUILD` | an instruction |
final class ConfigChanges {
  private static final int LAST_PORT = 65_535;
  private static final List<String> SHELL = List.of("/bin/sh", "-c");

  private final List<String> env = new ArrayList<>();
  private final TreeSet<String> ports = new TreeSet<>();
  private final TreeSet<String> volumes = new TreeSet<>();
  private final Map<String, String> labels = new TreeMap<>();
  private final List<String> onBuild = new ArrayList<>();
  private String user = "";
  private Optional<List<String>> entrypoint = Optional.empty();
  private Optional<List<String>> cmd = Optional.empty();
  private String directory = "";
  private String stopSignal = "";

  private ConfigChanges() {}

  /// The `config` object of an image's configuration.
  ///
  /// @throws MalformedException that names the change that is wrong
  static Json.Obj of(List<String> changes) throws MalformedException {
    ConfigChanges config = new ConfigChanges();
    for (String change : changes) {
      config.apply(change);
    }
    return config.json();
  }

  private void apply(String change) throws MalformedException {
    int end = change.indexOf(' ');
    if (end < 0) {
      end = change.indexOf('=');
    }
    if (end < 0) {
      throw wrong(change, "must be formatted as KEY VALUE");
    }
    String key = change.substring(0, end).strip().toUpperCase(Locale.ROOT);
    String value = change.substring(end + 1).strip();
    switch (key) {
      case "USER" -> user = required(value, change, "must provide a value to USER");
      case "EXPOSE" -> ports.add(port(value, change));
      case "ENV" -> {
        int equals = value.indexOf('=');
        String name = equals < 0 ? value : value.substring(0, equals);
        String _ = required(name, change, "ENV must have at least one argument");
        env.add(unquoted(name) + "=" + unquoted(equals < 0 ? "" : value.substring(equals + 1)));
      }
      case "ENTRYPOINT" -> entrypoint = Optional.of(command(value, List.of()));
      case "CMD" -> cmd = Optional.of(command(value, SHELL));
      case "VOLUME" -> addVolumes(value, change);
      case "WORKDIR" ->
          directory =
              joined(directory, required(value, change, "must provide a non-empty WORKDIR"));
      case "LABEL" -> {
        int equals = value.indexOf('=');
        if (equals < 0) {
          throw wrong(change, "LABEL must be formatted key=value");
        }
        String name = unquoted(value.substring(0, equals));
        labels.put(
            required(name, change, "LABEL must have a non-empty key"),
            unquoted(value.substring(equals + 1)));
      }
      case "STOPSIGNAL" ->
          stopSignal =
              Integer.toString(
                  Signals.number(value)
                      .orElseThrow(
                          () ->
                              wrong(
                                  change,
                                  "KILLSIGNAL must be given a valid signal: invalid signal: "
                                      + value)));
      case "ONBUILD" -> onBuild.add(required(value, change, "ONBUILD must be given an argument"));
      default -> throw wrong(change, "invalid instruction " + key);
    }
  }

  private static MalformedException wrong(String change, String what) {
    return new MalformedException("invalid change \"" + change + "\" - " + what);
  }

  private static String required(String value, String change, String what)
      throws MalformedException {
    if (value.isEmpty()) {
      throw wrong(change, what);
    }
    return value;
  }

  private static String port(String value, String change) throws MalformedException {
    String[] parts = value.split("/", -1);
    if (parts.length > 2) {
      throw wrong(change, "EXPOSE port must be formatted as PORT[/PROTO]");
    }
    int number;
    try {
      number = Integer.parseInt(parts[0]);
    } catch (NumberFormatException e) {
      throw wrong(
          change,
          "EXPOSE port must be an integer: strconv.Atoi: parsing \""
              + parts[0]
              + "\": "
              + (isWhole(parts[0]) ? "value out of range" : "invalid syntax"));
    }
    if (number <= 0 || number > LAST_PORT) {
      throw wrong(change, "EXPOSE port must be a valid port number");
    }
    String protocol = parts.length > 1 ? parts[1].toLowerCase(Locale.ROOT) : "tcp";
    if (!protocol.equals("tcp") && !protocol.equals("udp")) {
      throw wrong(change, "EXPOSE protocol must be TCP or UDP");
    }
    return number + "/" + protocol;
  }

  private static boolean isWhole(String text) {
    int start = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
    for (int i = start; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return text.length() > start;
  }

  /// @param ofNothing what an empty value means
  private static List<String> command(String value, List<String> ofNothing) {
    Optional<List<String>> words = array(value);
    if (words.isPresent()) {
      return words.get();
    }
    return value.isEmpty() ? ofNothing : List.of(SHELL.get(0), SHELL.get(1), value);
  }

  private void addVolumes(String value, String change) throws MalformedException {
    List<String> paths = array(value).orElseGet(() -> List.of(value.split(" ", -1)));
    if (paths.isEmpty()) {
      throw wrong(change, "must provide at least one argument to VOLUME");
    }
    for (String path : paths) {
      volumes.add(required(path, change, "VOLUME paths must not be empty"));
    }
  }

  /// The texts of a JSON array; nothing where it is none.
  private static Optional<List<String>> array(String value) {
    try {
      if (!(Json.parse(Bytes.utf8(value)) instanceof Json.Arr(List<Json> items))) {
        return Optional.empty();
      }
      List<String> texts = new ArrayList<>();
      for (Json item : items) {
        if (!(item instanceof Json.Str(String text))) {
          return Optional.empty();
        }
        texts.add(text);
      }
      return Optional.of(texts);
    } catch (MalformedException e) {
      return Optional.empty();
    }
  }

  private static String unquoted(String text) {
    return text.length() > 1 && text.startsWith("\"") && text.endsWith("\"")
        ? text.substring(1, text.length() - 1)
        : text;
  }

  /// A path below another, without what says nothing. An absolute one goes below the other too, as
  /// Podman has it.
  private static String joined(String before, String path) {
    boolean absolute = before.isEmpty() ? path.startsWith("/") : before.startsWith("/");
    List<String> parts = new ArrayList<>();
    for (String part : (before + "/" + path).split("/", -1)) {
      if (part.equals("..") && !parts.isEmpty() && !parts.getLast().equals("..")) {
        parts.removeLast();
      } else if (!part.isEmpty() && !part.equals(".") && !(part.equals("..") && absolute)) {
        parts.add(part);
      }
    }
    String joined = (absolute ? "/" : "") + String.join("/", parts);
    return joined.isEmpty() ? "." : joined;
  }

  private Json.Obj json() {
    Json.Builder json = Json.object();
    if (!user.isEmpty()) {
      json.put("User", user);
    }
    if (!ports.isEmpty()) {
      json.put("ExposedPorts", set(ports));
    }
    if (!env.isEmpty()) {
      json.put("Env", Json.ofStrings(env));
    }
    if (entrypoint.isPresent() && !entrypoint.get().isEmpty()) {
      json.put("Entrypoint", Json.ofStrings(entrypoint.get()));
    }
    if (cmd.isPresent() && !cmd.get().isEmpty()) {
      json.put("Cmd", Json.ofStrings(cmd.get()));
    }
    if (!volumes.isEmpty()) {
      json.put("Volumes", set(volumes));
    }
    if (!directory.isEmpty()) {
      json.put("WorkingDir", directory);
    }
    if (!labels.isEmpty()) {
      Json.Builder all = Json.object();
      labels.forEach(all::put);
      json.put("Labels", all.build());
    }
    if (!stopSignal.isEmpty()) {
      json.put("StopSignal", stopSignal);
    }
    if (!onBuild.isEmpty()) {
      json.put("OnBuild", Json.ofStrings(onBuild));
    }
    return json.build();
  }

  private static Json.Obj set(Set<String> keys) {
    Json.Builder set = Json.object();
    for (String key : keys) {
      set.put(key, Json.object().build());
    }
    return set.build();
  }
}
