package dev.stowage.store;

import dev.stowage.config.Setting;
import dev.stowage.config.StorageConfig;
import dev.stowage.linux.ProcessIdentity;
import dev.stowage.model.MalformedException;
import dev.stowage.model.UnsupportedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Where a store is and how its layers are kept.
///
/// @param graphRoot the directory of layers, images and containers
/// @param runRoot the directory of what does not outlive a boot: mount points
/// @param imageStore a directory of its own for images and their layers
/// @param driver how layers become directories
/// @param driverOptions what may be set about the driver
/// @param transience whether containers outlive a boot
/// @param privileges what the kernel lets this process do to files
/// @see <a
///   href="https://github.com/containers/container-libs/blob/main/storage/docs/containers-storage.conf.5.md">containers-storage.conf(5)</a>
public record StoreOptions(
    Path graphRoot,
    Path runRoot,
    Optional<Path> imageStore,
    Driver driver,
    DriverOptions driverOptions,
    Transience transience,
    Privileges privileges) {

  /// Whether the records of containers outlive a boot.
  public enum Transience {
    KEPT,
    TRANSIENT
  }

  /// What the kernel lets this process do to files.
  public enum Privileges {
    /// Everything: it is root on the host.
    HOST,
    /// What root may do in a user namespace.
    USER_NAMESPACE;

    public static Privileges of(ProcessIdentity identity) {
      return identity.isSuperuser() && identity.inInitialNamespace() ? HOST : USER_NAMESPACE;
    }
  }

  public StoreOptions {
    graphRoot = graphRoot.toAbsolutePath().normalize();
    runRoot = runRoot.toAbsolutePath().normalize();
    imageStore =
        imageStore.isPresent()
            ? Optional.of(imageStore.get().toAbsolutePath().normalize())
            : imageStore;
  }

  /// The store that the configuration describes.
  ///
  /// @throws UnsupportedException if it asks for a driver, masked permissions or composefs, which
  ///   this program does not have
  /// @throws MalformedException if an option of the driver is not valid
  public static StoreOptions of(StorageConfig config, Privileges privileges)
      throws MalformedException, UnsupportedException {
    Setting<String> name = config.chooseDriver();
    Driver driver =
        switch (name.value()) {
          case "overlay", "overlay2" -> Driver.OVERLAY;
          case "vfs" -> Driver.VFS;
          default ->
              throw new UnsupportedException(
                  "storage driver " + name + " is not supported; use overlay or vfs");
        };
    dev.stowage.config.DriverOptions options = config.optionsFor(driver.text());
    if (options.forceMask().isPresent()) {
      throw new UnsupportedException(
          "force_mask="
              + Integer.toOctalString(options.forceMask().get().value())
              + " is not supported; remove it from "
              + options.forceMask().get().origin());
    }
    if (options.composefs() == dev.stowage.config.DriverOptions.Composefs.ON) {
      throw new UnsupportedException(
          "use_composefs is not supported; remove it from the options of the overlay driver in"
              + " storage.conf");
    }
    List<Path> additional = new ArrayList<>();
    for (Setting<Path> store : options.imageStores()) {
      additional.add(store.value());
    }
    List<String> mountOptions = new ArrayList<>();
    for (String option : options.mountOptions().split(",")) {
      if (!option.isEmpty()) {
        mountOptions.add(option);
      }
    }
    return new StoreOptions(
        config.graphRoot().value(),
        config.runRoot().value(),
        config.imageStore().map(Setting::value),
        driver,
        new DriverOptions(
            additional,
            mountOptions,
            options.mountProgram().map(Setting::value),
            options.chownErrors() == dev.stowage.config.DriverOptions.ChownErrors.IGNORE
                ? DriverOptions.Ownership.BEST_EFFORT
                : DriverOptions.Ownership.REQUIRED,
            options.mountHome() == dev.stowage.config.DriverOptions.MountHome.YES
                ? DriverOptions.HomeMount.PRIVATE
                : DriverOptions.HomeMount.NONE),
        config.records().value() == StorageConfig.Records.KEPT
            ? Transience.KEPT
            : Transience.TRANSIENT,
        privileges);
  }

  /// A store with nothing special about it.
  public static StoreOptions of(Path graphRoot, Path runRoot, Driver driver) {
    return new StoreOptions(
        graphRoot,
        runRoot,
        Optional.empty(),
        driver,
        DriverOptions.DEFAULT,
        Transience.KEPT,
        Privileges.HOST);
  }

  public StoreOptions withImageStore(Path directory) {
    return new StoreOptions(
        graphRoot, runRoot, Optional.of(directory), driver, driverOptions, transience, privileges);
  }

  public StoreOptions withDriverOptions(DriverOptions options) {
    return new StoreOptions(
        graphRoot, runRoot, imageStore, driver, options, transience, privileges);
  }

  public StoreOptions withPrivileges(Privileges privileges) {
    return new StoreOptions(
        graphRoot, runRoot, imageStore, driver, driverOptions, transience, privileges);
  }

  public StoreOptions withAdditionalStores(List<Path> stores) {
    return withDriverOptions(driverOptions.withAdditionalStores(stores));
  }
}
