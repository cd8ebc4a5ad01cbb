package dev.stowage.config;

import dev.stowage.model.MalformedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where the store is and how it behaves: what storage.conf, the environment and the command line
/// say, each value with its origin.
///
/// @param graphRoot where layers and images are kept
/// @param runRoot where state is kept that a reboot may lose
/// @param imageStore where new images go instead, if that is another place than `graphRoot`
/// @param driver the storage driver that was named, if any; [#chooseDriver] decides otherwise
/// @param driverPriority the drivers to try in this order when none is named
/// @param driverOptions options of drivers as `[driver.]key=value`, of which later ones count;
///   [DriverOptions#of] understands them
/// @param pullOptions the table `storage.options.pull_options`
/// @param records whether the records of containers outlive a reboot
/// @param volatileMounts whether containers may be mounted without syncing
/// @param files the files that were read, in their order
/// @see <a
///   href="https://github.com/containers/container-libs/blob/main/storage/docs/containers-storage.conf.5.md">
///   containers-storage.conf(5)</a>
public record StorageConfig(
    Setting<Path> graphRoot,
    Setting<Path> runRoot,
    Optional<Setting<Path>> imageStore,
    Optional<Setting<String>> driver,
    List<Setting<String>> driverPriority,
    List<Setting<String>> driverOptions,
    Map<String, Setting<String>> pullOptions,
    Setting<Records> records,
    Setting<VolatileMounts> volatileMounts,
    List<Path> files) {

  /// Whether the records of containers outlive a reboot (`transient_store`).
  public enum Records {
    /// They stand below the graph root.
    KEPT,
    /// They stand below the run root.
    TRANSIENT
  }

  /// Whether containers may be mounted with the option `volatile` (`disable-volatile`).
  public enum VolatileMounts {
    ALLOWED,
    FORBIDDEN
  }

  public StorageConfig {
    driverPriority = List.copyOf(driverPriority);
    driverOptions = List.copyOf(driverOptions);
    pullOptions = Map.copyOf(pullOptions);
    files = List.copyOf(files);
  }

  /// Reads the files and variables, and lays the options of the command line over them.
  ///
  /// @throws dev.stowage.model.NotFoundException if a variable names a file that is not there
  /// @throws MalformedException if a file is not what it should be
  public static StorageConfig read(Surroundings surroundings, StorageOverrides overrides)
      throws IOException {
    return StorageConfigReader.read(surroundings, overrides);
  }

  /// The driver to use: the one that was named; else the one whose directory is below the graph
  /// root already; else the first of the priority list; else overlay. A directory of vfs decides
  /// only where there is no other: Podman notes down the driver of a store in a database of its own
  /// and so stays with vfs there.
  ///
  /// @throws MalformedException if several drivers have been here before and none is named
  public Setting<String> chooseDriver() throws MalformedException {
    if (driver.isPresent()) {
      return driver.get();
    }
    List<String> wanted = new ArrayList<>();
    for (Setting<String> name : driverPriority) {
      wanted.add(name.value());
    }
    if (wanted.isEmpty()) {
      wanted.addAll(List.of("overlay", "btrfs", "zfs"));
    }
    List<String> prior = new ArrayList<>();
    for (String name : DriverOptions.KNOWN_DRIVERS) {
      if (!name.equals("overlay2") && Files.exists(graphRoot.value().resolve(name))) {
        prior.add(name);
      }
    }
    for (String name : wanted) {
      if (prior.contains(name)) {
        if (prior.size() > 1) {
          throw new MalformedException(
              graphRoot.value()
                  + " contains several valid graphdrivers: "
                  + String.join(", ", prior)
                  + "; Please cleanup or explicitly choose storage driver with --storage-driver,"
                  + " $STORAGE_DRIVER or driver in storage.conf");
        }
        return new Setting<>(name, new Origin.Found(graphRoot.value().resolve(name)));
      }
    }
    if (driverPriority.isEmpty()) {
      if (prior.equals(List.of("vfs"))) {
        return new Setting<>("vfs", new Origin.Found(graphRoot.value().resolve("vfs")));
      }
      return Setting.builtIn("overlay");
    }
    return driverPriority.getFirst();
  }

  /// The options that hold for a driver.
  ///
  /// @throws MalformedException if one is unknown or has no valid value
  public DriverOptions optionsFor(String driverName) throws MalformedException {
    return DriverOptions.of(driverName, driverOptions);
  }
}
