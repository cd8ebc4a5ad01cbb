package dev.stowage.store;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What may be set about a driver.
///
/// @param additionalStores read-only stores, searched in this order after the main one
/// @param mountOptions what is handed to every mount
/// @param mountProgram a program that mounts in the kernel's stead
/// @param ownership what to do where an owner cannot be set
/// @param homeMount whether the driver's directory is mounted on itself, privately, before a layer
///   is mounted beneath it
public record DriverOptions(
    List<Path> additionalStores,
    List<String> mountOptions,
    Optional<Path> mountProgram,
    Ownership ownership,
    HomeMount homeMount) {

  public static final DriverOptions DEFAULT =
      new DriverOptions(
          List.of(), List.of(), Optional.empty(), Ownership.REQUIRED, HomeMount.PRIVATE);

  /// What to do where the owner of a file cannot be set.
  public enum Ownership {
    REQUIRED,
    /// Leave the file to whoever unpacks it (`ignore_chown_errors`).
    BEST_EFFORT
  }

  /// Whether the driver's directory is mounted on itself (`skip_mount_home` says no).
  public enum HomeMount {
    PRIVATE,
    NONE
  }

  public DriverOptions {
    List<Path> absolute = new ArrayList<>();
    for (Path store : additionalStores) {
      absolute.add(store.toAbsolutePath().normalize());
    }
    additionalStores = List.copyOf(absolute);
    mountOptions = List.copyOf(mountOptions);
  }

  public DriverOptions withAdditionalStores(List<Path> stores) {
    return new DriverOptions(stores, mountOptions, mountProgram, ownership, homeMount);
  }

  public DriverOptions withMountOptions(List<String> options) {
    return new DriverOptions(additionalStores, options, mountProgram, ownership, homeMount);
  }

  public DriverOptions withMountProgram(Path program) {
    return new DriverOptions(
        additionalStores, mountOptions, Optional.of(program), ownership, homeMount);
  }

  public DriverOptions withOwnership(Ownership wanted) {
    return new DriverOptions(additionalStores, mountOptions, mountProgram, wanted, homeMount);
  }

  public DriverOptions withHomeMount(HomeMount wanted) {
    return new DriverOptions(additionalStores, mountOptions, mountProgram, ownership, wanted);
  }
}
