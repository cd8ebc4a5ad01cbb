package dev.stowage.config;

import dev.stowage.model.MalformedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/// Where Podman keeps its events, as containers.conf says.
///
/// @param logger what they are kept by; where nobody says, the journal of a machine that has one,
///   else a file
/// @param file where they are kept if that is a file
/// @param largest how many bytes the file has before its older half goes; 0 for no end
/// @see <a
///   href="https://github.com/containers/container-libs/blob/main/common/docs/containers.conf.5.md">
///   containers.conf(5)</a>
public record EventsConfig(Logger logger, Path file, long largest) {
  private static final long USUAL_LARGEST = 1_000_000;

  /// What events are kept by (`events_logger`).
  public enum Logger {
    FILE,
    JOURNALD,
    NONE
  }

  public static EventsConfig read(Surroundings surroundings) throws IOException {
    Merged engine = ContainersConf.read(surroundings).engine();
    Optional<Setting<String>> logger = engine.text("events_logger");
    Optional<Setting<String>> file = engine.text("events_logfile_path");
    Optional<Setting<String>> temporary = engine.text("tmp_dir");
    Optional<Setting<String>> size = engine.text("events_logfile_max_size");
    Path directory =
        temporary.isPresent() && !temporary.get().value().isEmpty()
            ? Path.of(temporary.get().value())
            : directory(surroundings);
    return new EventsConfig(
        logger.isPresent() ? logger(logger.get()) : usual(surroundings),
        file.isPresent() && !file.get().value().isEmpty()
            ? Path.of(file.get().value())
            : in(directory),
        size.isPresent() ? bytes(size.get()) : USUAL_LARGEST);
  }

  private static Logger logger(Setting<String> setting) throws MalformedException {
    try {
      return logger(setting.value());
    } catch (MalformedException e) {
      throw told(setting, e);
    }
  }

  private static long bytes(Setting<String> setting) throws MalformedException {
    try {
      return bytes(setting.value());
    } catch (MalformedException e) {
      throw told(setting, e);
    }
  }

  /// That the value of a setting is none, with where it stands.
  private static MalformedException told(Setting<String> setting, MalformedException e) {
    return new MalformedException(setting.origin() + ": " + e.getMessage());
  }

  private static Path in(Path directory) {
    return directory.resolve("events").resolve("events.log");
  }

  /// With another logger.
  ///
  /// @throws MalformedException if there is none of that name
  public EventsConfig withLogger(String name) throws MalformedException {
    return new EventsConfig(logger(name), file, largest);
  }

  /// With the file in another place for what need not outlive a boot.
  public EventsConfig withTemporary(Path directory) {
    return new EventsConfig(logger, in(directory), largest);
  }

  private static Logger logger(String name) throws MalformedException {
    return switch (name) {
      case "file" -> Logger.FILE;
      case "journald" -> Logger.JOURNALD;
      case "none", "null" -> Logger.NONE;
      default ->
          throw new MalformedException(
              "unknown events logger type: " + name + ", wanted file, journald or none");
    };
  }

  private static Logger usual(Surroundings surroundings) {
    boolean journal =
        Files.isDirectory(surroundings.system("/run/log/journal"))
            || Files.isDirectory(surroundings.system("/var/log/journal"));
    return journal && Files.isDirectory(surroundings.system("/run/systemd/system"))
        ? Logger.JOURNALD
        : Logger.FILE;
  }

  private static Path directory(Surroundings surroundings) {
    if (surroundings.user().store() == User.Store.SYSTEM) {
      return surroundings.system("/run/libpod");
    }
    Optional<String> runtime = surroundings.variable("XDG_RUNTIME_DIR");
    Path above =
        runtime.isPresent() && !runtime.get().isEmpty()
            ? Path.of(runtime.get())
            : surroundings.system("/run/user/" + surroundings.user().loginUid());
    return above.resolve("libpod").resolve("tmp");
  }

  /// A size such as `10MB` or `1k`, in powers of 1024 as container tools mean it.
  private static long bytes(String text) throws MalformedException {
    String word = text.strip().toLowerCase(Locale.ROOT);
    int end = 0;
    while (end < word.length()
        && (Character.isDigit(word.charAt(end)) || word.charAt(end) == '.')) {
      end++;
    }
    String unit = word.substring(end).strip();
    int power = unit.isEmpty() ? 0 : "bkmgtp".indexOf(unit.charAt(0));
    try {
      if (power >= 0 && (unit.length() < 2 || unit.endsWith("b"))) {
        return (long) (Double.parseDouble(word.substring(0, end)) * Math.pow(1024, power));
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new MalformedException("invalid events_logfile_max_size: \"" + text + "\"");
  }
}
