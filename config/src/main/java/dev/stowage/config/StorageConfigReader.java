package dev.stowage.config;

import dev.stowage.model.MalformedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Puts a [StorageConfig] together from files, variables and the command line.
///
/// The search order is that of the newest peer. One rule is that of the peers before it, which are
/// the ones installed: to a user with a private store, the roots that a file meant for everybody
/// names mean the system's store, and do not count.
final class StorageConfigReader {

  /// The options of every driver that `storage.options` may hold, as they are called there.
  private static final String[] SHARED_TEXTS = {
    "size", "mount_program", "skip_mount_home", "ignore_chown_errors"
  };

  private static final String[][] DRIVER_TEXTS = {
    {"btrfs", "min_space", "size"},
    {
      "overlay",
      "ignore_chown_errors",
      "mount_program",
      "mountopt",
      "size",
      "inodes",
      "skip_mount_home",
      "force_mask",
      "use_composefs",
      "sync"
    },
    {"vfs", "ignore_chown_errors", "sync"},
    {"zfs", "fsname", "mountopt", "size"}
  };

  private final Surroundings surroundings;
  private final StorageOverrides overrides;

  private StorageConfigReader(Surroundings surroundings, StorageOverrides overrides) {
    this.surroundings = surroundings;
    this.overrides = overrides;
  }

  static StorageConfig read(Surroundings surroundings, StorageOverrides overrides)
      throws IOException {
    return new StorageConfigReader(surroundings, overrides).config();
  }

  private StorageConfig config() throws IOException {
    List<Path> files = new ArrayList<>();
    List<Toml.Table> all = new ArrayList<>();
    List<Toml.Table> own = new ArrayList<>();
    for (ConfigFiles.Read read :
        new ConfigFiles(
                surroundings,
                "storage.conf",
                Optional.of("CONTAINERS_STORAGE_CONF"),
                ConfigFiles.MainFiles.FIRST)
            .read()) {
      files.add(read.table().file());
      all.add(read.table());
      if (read.owner() == ConfigFiles.Owner.THIS_USER
          || surroundings.user().store() == User.Store.SYSTEM) {
        own.add(read.table());
      }
    }
    Merged storage = new Merged(all).table("storage");
    Merged roots = new Merged(own).table("storage");
    Merged options = storage.table("options");

    Setting<Path> graphRoot = graphRoot(storage, roots);
    Optional<Setting<Path>> imageStore = imageStore(roots);
    if (imageStore.isPresent() && imageStore.get().value().equals(graphRoot.value())) {
      throw new MalformedException(
          "imagestore "
              + imageStore.get()
              + " must either be not set or be different than graphroot");
    }
    return new StorageConfig(
        graphRoot,
        runRoot(roots),
        imageStore,
        driver(storage),
        storage.list("driver_priority"),
        driverOptions(options),
        pullOptions(options),
        records(storage),
        volatileMounts(options),
        files);
  }

  private Setting<Path> graphRoot(Merged storage, Merged roots) throws IOException {
    if (overrides.root().isPresent()) {
      return onCommandLine(overrides.root().get(), "--root");
    }
    Optional<Setting<String>> configured = roots.text("graphroot");
    if (configured.isPresent()) {
      return expanded(configured.get());
    }
    if (surroundings.user().store() == User.Store.SYSTEM) {
      return Setting.builtIn(surroundings.system("/var/lib/containers/storage"));
    }
    Optional<Setting<String>> rootless = storage.text("rootless_storage_path");
    if (rootless.isPresent()) {
      return expanded(rootless.get());
    }
    return Setting.builtIn(surroundings.dataHome().resolve("containers").resolve("storage"));
  }

  private Setting<Path> runRoot(Merged roots) throws IOException {
    if (overrides.runRoot().isPresent()) {
      return onCommandLine(overrides.runRoot().get(), "--runroot");
    }
    Optional<Setting<String>> configured = roots.text("runroot");
    if (configured.isPresent()) {
      return expanded(configured.get());
    }
    if (surroundings.user().store() == User.Store.SYSTEM) {
      return Setting.builtIn(surroundings.system("/run/containers/storage"));
    }
    return runtimeDirectory();
  }

  /// The user's directory for state that a reboot may lose: the session's; else the one that podman
  /// makes where there is no session; else the one the newest peers make.
  private Setting<Path> runtimeDirectory() throws IOException {
    Optional<String> session = surroundings.variable("XDG_RUNTIME_DIR");
    if (session.isPresent()) {
      Path directory = surroundings.absolute(session.get());
      return new Setting<>(
          real(directory).resolve("containers"), new Origin.InVariable("XDG_RUNTIME_DIR"));
    }
    int uid = surroundings.user().loginUid();
    Path temporary = surroundings.temporary();
    for (Path candidate :
        new Path[] {
          surroundings.system("/run/user/" + uid), temporary.resolve("podman-run-" + uid)
        }) {
      if (isOwn(candidate)) {
        return new Setting<>(candidate.resolve("containers"), new Origin.Found(candidate));
      }
    }
    Path last = temporary.resolve("storage-run-" + uid);
    if (Files.exists(last, LinkOption.NOFOLLOW_LINKS) && !isOwn(last)) {
      throw new MalformedException(
          "path \""
              + last
              + "\" exists and it is not writeable only by the current user: remove it, or set"
              + " $XDG_RUNTIME_DIR");
    }
    return Setting.builtIn(last.resolve("containers"));
  }

  /// Whether this is a directory of this user's that nobody else may write.
  private boolean isOwn(Path directory) throws IOException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    Set<PosixFilePermission> mode =
        Files.readAttributes(directory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
            .permissions();
    Object owner = Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    return owner.equals(surroundings.user().effectiveUid())
        && mode.contains(PosixFilePermission.OWNER_READ)
        && mode.contains(PosixFilePermission.OWNER_WRITE)
        && mode.contains(PosixFilePermission.OWNER_EXECUTE)
        && !mode.contains(PosixFilePermission.GROUP_WRITE)
        && !mode.contains(PosixFilePermission.OTHERS_WRITE);
  }

  private Optional<Setting<Path>> imageStore(Merged roots) throws MalformedException {
    if (overrides.imageStore().isPresent()) {
      return Optional.of(onCommandLine(overrides.imageStore().get(), "--imagestore"));
    }
    Optional<Setting<String>> configured = roots.text("imagestore");
    if (configured.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Setting<>(surroundings.absolute(configured.get().value()), configured.get().origin()));
  }

  private Optional<Setting<String>> driver(Merged storage) throws MalformedException {
    Optional<Setting<String>> named = storage.text("driver");
    Optional<String> variable = surroundings.variable("STORAGE_DRIVER");
    if (overrides.driver().isPresent() && !overrides.driver().get().isEmpty()) {
      named =
          Optional.of(
              new Setting<>(
                  overrides.driver().get(), new Origin.OnCommandLine("--storage-driver")));
    } else if (variable.isPresent()) {
      named = Optional.of(new Setting<>(variable.get(), new Origin.InVariable("STORAGE_DRIVER")));
    }
    if (named.isPresent() && named.get().value().equals("overlay2")) {
      return Optional.of(new Setting<>("overlay", named.get().origin()));
    }
    return named;
  }

  private List<Setting<String>> driverOptions(Merged options) throws MalformedException {
    List<String> given = overrides.options();
    if (!given.isEmpty()) {
      return texts(given, new Origin.OnCommandLine("--storage-opt"));
    }
    if (overrides.root().isPresent() || overrides.driver().isPresent()) {
      return List.of();
    }
    String variable = surroundings.environment().get("STORAGE_OPTS");
    if (variable != null) {
      return texts(List.of(variable.split(",", -1)), new Origin.InVariable("STORAGE_OPTS"));
    }
    return configuredOptions(options);
  }

  private static List<Setting<String>> texts(List<String> texts, Origin origin) {
    List<Setting<String>> settings = new ArrayList<>();
    for (String text : texts) {
      if (!text.isEmpty()) {
        settings.add(new Setting<>(text, origin));
      }
    }
    return settings;
  }

  private static List<Setting<String>> configuredOptions(Merged options) throws MalformedException {
    List<Setting<String>> found = new ArrayList<>();
    for (Setting<String> store : options.list("additionalimagestores")) {
      found.add(new Setting<>("imagestore=" + store.value(), store.origin()));
    }
    for (Setting<String> store : options.list("additionallayerstores")) {
      found.add(new Setting<>("additionallayerstore=" + store.value(), store.origin()));
    }
    for (String key : SHARED_TEXTS) {
      add(found, key, options.text(key));
    }
    Optional<Setting<Long>> mask = options.whole("force_mask");
    if (mask.isPresent() && mask.get().value() != 0) {
      found.add(
          new Setting<>(
              "force_mask=" + Long.toOctalString(mask.get().value()), mask.get().origin()));
    }
    add(found, "mountopt", options.text("mountopt"));
    for (String[] driver : DRIVER_TEXTS) {
      Merged table = options.table(driver[0]);
      for (int i = 1; i < driver.length; i++) {
        add(found, driver[0] + "." + driver[i], table.text(driver[i]));
      }
    }
    return found;
  }

  private static void add(
      List<Setting<String>> options, String key, Optional<Setting<String>> value) {
    if (value.isPresent()) {
      options.add(new Setting<>(key + "=" + value.get().value(), value.get().origin()));
    }
  }

  private Map<String, Setting<String>> pullOptions(Merged options) throws MalformedException {
    if (overrides.pullOptions().isEmpty()) {
      return options.table("pull_options").texts();
    }
    Map<String, Setting<String>> given = new LinkedHashMap<>();
    for (Map.Entry<String, String> option : overrides.pullOptions().entrySet()) {
      given.put(
          option.getKey(),
          new Setting<>(option.getValue(), new Origin.OnCommandLine("--pull-option")));
    }
    return given;
  }

  private Setting<StorageConfig.Records> records(Merged storage) throws MalformedException {
    if (overrides.records().isPresent()) {
      return new Setting<>(
          overrides.records().get(), new Origin.OnCommandLine("--transient-store"));
    }
    Optional<Setting<Boolean>> configured = storage.truth("transient_store");
    if (configured.isEmpty()) {
      return Setting.builtIn(StorageConfig.Records.KEPT);
    }
    return new Setting<>(
        configured.get().value() ? StorageConfig.Records.TRANSIENT : StorageConfig.Records.KEPT,
        configured.get().origin());
  }

  private static Setting<StorageConfig.VolatileMounts> volatileMounts(Merged options)
      throws MalformedException {
    Optional<Setting<Boolean>> configured = options.truth("disable-volatile");
    if (configured.isEmpty()) {
      return Setting.builtIn(StorageConfig.VolatileMounts.ALLOWED);
    }
    return new Setting<>(
        configured.get().value()
            ? StorageConfig.VolatileMounts.FORBIDDEN
            : StorageConfig.VolatileMounts.ALLOWED,
        configured.get().origin());
  }

  private Setting<Path> onCommandLine(Path given, String flag) {
    return new Setting<>(
        surroundings.directory().resolve(given).normalize(), new Origin.OnCommandLine(flag));
  }

  /// A root with its variables put in and, where it exists, its links followed.
  private Setting<Path> expanded(Setting<String> configured) {
    String text =
        configured.value().replace("$UID", Integer.toString(surroundings.user().loginUid()));
    Path path = surroundings.absolute(Variables.expand(text, surroundings.environment()));
    return new Setting<>(real(path), configured.origin());
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path;
    }
  }
}
