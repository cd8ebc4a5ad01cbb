package dev.stowage.config;

import dev.stowage.model.MalformedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What containers.conf says about work with images.
///
/// All main files count, later ones laid over earlier ones, as with the installed peers: vendor,
/// administrator, user. Keys that have to do with containers alone are not looked at.
///
/// @param parallelCopies how many blobs are copied at once; 0 leaves it to the copier
/// @param retries how often a pull or push is tried again
/// @param retryDelay how long to wait before; empty for a delay that grows
/// @param temporary where large temporary files go; empty to put them below the graph root
/// @param defaultTransport the transport of names that have none
/// @param volumes what becomes of an image's volumes
/// @param pullPolicy when an image is pulled for a container
/// @param compression the format that layers are compressed to
/// @param compressionLevel its level, where one was chosen
/// @param archives whether an archive may hold several images
/// @param files the files that were read, in their order
/// @see <a
///   href="https://github.com/containers/container-libs/blob/main/common/docs/containers.conf.5.md">
///   containers.conf(5)</a>
public record EngineConfig(
    Setting<Integer> parallelCopies,
    Setting<Integer> retries,
    Optional<Setting<Duration>> retryDelay,
    Setting<Optional<Path>> temporary,
    Setting<String> defaultTransport,
    Setting<Volumes> volumes,
    Setting<PullPolicy> pullPolicy,
    Setting<String> compression,
    Optional<Setting<Integer>> compressionLevel,
    Setting<Archives> archives,
    List<Path> files) {

  /// What becomes of an image's volumes (`image_volume_mode`).
  public enum Volumes {
    ANONYMOUS,
    TMPFS,
    IGNORE
  }

  /// Whether an archive may hold several images (`multi_image_archive`).
  public enum Archives {
    ONE_IMAGE,
    SEVERAL_IMAGES
  }

  public EngineConfig {
    files = List.copyOf(files);
  }

  /// Reads the files.
  ///
  /// @throws dev.stowage.model.NotFoundException if a variable names a file that is not there
  /// @throws MalformedException if a file is not what it should be
  public static EngineConfig read(Surroundings surroundings) throws IOException {
    ContainersConf read = ContainersConf.read(surroundings);
    Merged engine = read.engine();
    Optional<Setting<String>> delay = engine.text("retry_delay");
    Optional<Setting<Long>> level = engine.whole("compression_level");
    Optional<Setting<Boolean>> several = engine.truth("multi_image_archive");
    return new EngineConfig(
        number(engine, "image_parallel_copies", 0),
        number(engine, "retry", 3),
        delay.isEmpty() ? Optional.empty() : Optional.of(duration(delay.get())),
        temporary(surroundings, engine),
        engine.text("image_default_transport").orElse(Setting.builtIn("docker://")),
        volumes(engine),
        pullPolicy(engine),
        engine.text("compression_format").orElse(Setting.builtIn("gzip")),
        level.isEmpty() ? Optional.empty() : Optional.of(number(engine, "compression_level", 0)),
        several.isEmpty()
            ? Setting.builtIn(Archives.ONE_IMAGE)
            : new Setting<>(
                several.get().value() ? Archives.SEVERAL_IMAGES : Archives.ONE_IMAGE,
                several.get().origin()),
        read.files());
  }

  private static Setting<Integer> number(Merged engine, String key, int otherwise)
      throws MalformedException {
    Optional<Setting<Long>> number = engine.whole(key);
    if (number.isEmpty()) {
      return Setting.builtIn(otherwise);
    }
    long value = number.get().value();
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw fault(number.get(), key + " cannot be " + value);
    }
    return new Setting<>((int) value, number.get().origin());
  }

  private static Setting<Optional<Path>> temporary(Surroundings surroundings, Merged engine)
      throws MalformedException {
    Optional<String> variable = surroundings.variable("TMPDIR");
    if (variable.isPresent()) {
      return new Setting<>(
          Optional.of(surroundings.absolute(variable.get())), new Origin.InVariable("TMPDIR"));
    }
    Optional<Setting<String>> configured = engine.text("image_copy_tmp_dir");
    if (configured.isEmpty()) {
      return Setting.builtIn(Optional.of(surroundings.system("/var/tmp")));
    }
    String text = configured.get().value();
    if (text.equals("storage")) {
      return new Setting<>(Optional.empty(), configured.get().origin());
    }
    Path path = Path.of(text);
    if (!path.isAbsolute()) {
      throw fault(
          configured.get(),
          "invalid image_copy_tmp_dir value \"" + text + "\" (relative paths are not accepted)");
    }
    return new Setting<>(Optional.of(path), configured.get().origin());
  }

  private static Setting<Volumes> volumes(Merged engine) throws MalformedException {
    Optional<Setting<String>> mode = engine.text("image_volume_mode");
    if (mode.isEmpty()) {
      return Setting.builtIn(Volumes.ANONYMOUS);
    }
    Volumes volumes =
        switch (mode.get().value()) {
          case "anonymous", "bind" -> Volumes.ANONYMOUS;
          case "tmpfs" -> Volumes.TMPFS;
          case "ignore" -> Volumes.IGNORE;
          default ->
              throw fault(
                  mode.get(),
                  "invalid image volume mode \""
                      + mode.get().value()
                      + "\" required value: anonymous, tmpfs, ignore");
        };
    return new Setting<>(volumes, mode.get().origin());
  }

  private static Setting<PullPolicy> pullPolicy(Merged engine) throws MalformedException {
    Optional<Setting<String>> policy = engine.text("pull_policy");
    if (policy.isEmpty()) {
      return Setting.builtIn(PullPolicy.MISSING);
    }
    try {
      return new Setting<>(PullPolicy.parse(policy.get().value()), policy.get().origin());
    } catch (MalformedException e) {
      throw fault(policy.get(), String.valueOf(e.getMessage()));
    }
  }

  /// A duration such as `1m30s` or `500ms`.
  private static Setting<Duration> duration(Setting<String> setting) throws MalformedException {
    String text = setting.value();
    Duration total = Duration.ZERO;
    int at = 0;
    while (at < text.length()) {
      int start = at;
      while (at < text.length() && "0123456789.".indexOf(text.charAt(at)) >= 0) {
        at++;
      }
      String number = text.substring(start, at);
      start = at;
      while (at < text.length() && Character.isLetter(text.charAt(at))) {
        at++;
      }
      double nanoseconds =
          switch (text.substring(start, at)) {
            case "ns" -> 1;
            case "us" -> 1e3;
            case "ms" -> 1e6;
            case "s" -> 1e9;
            case "m" -> 60e9;
            case "h" -> 3600e9;
            default -> throw notADuration(setting);
          };
      try {
        total = total.plusNanos((long) (Double.parseDouble(number) * nanoseconds));
      } catch (NumberFormatException e) {
        throw notADuration(setting);
      }
    }
    return new Setting<>(total, setting.origin());
  }

  private static MalformedException notADuration(Setting<String> setting) {
    return fault(
        setting,
        "invalid retry_delay \"" + setting.value() + "\": wanted a duration such as 5s or 1m30s");
  }

  private static MalformedException fault(Setting<?> setting, String finding) {
    return new MalformedException(setting.origin() + ": " + finding);
  }
}
