package dev.stowage.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the command line says about the store, over the head of storage.conf.
///
/// As with the peers, naming another root or another driver discards the driver options of
/// storage.conf, because they were written for what it names.
///
/// @param root `--root`
/// @param runRoot `--runroot`
/// @param imageStore `--imagestore`
/// @param driver `--storage-driver`
/// @param options `--storage-opt`, `[driver.]key=value` each; a single empty one means none at all
/// @param pullOptions `--pull-option`, by key; they replace the ones of the file
/// @param records `--transient-store`
public record StorageOverrides(
    Optional<Path> root,
    Optional<Path> runRoot,
    Optional<Path> imageStore,
    Optional<String> driver,
    List<String> options,
    Map<String, String> pullOptions,
    Optional<StorageConfig.Records> records) {

  /// Nothing said.
  public static final StorageOverrides NONE =
      new StorageOverrides(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          Map.of(),
          Optional.empty());

  public StorageOverrides {
    options = List.copyOf(options);
    pullOptions = Map.copyOf(pullOptions);
  }

  public StorageOverrides withRoot(Path value) {
    return new StorageOverrides(
        Optional.of(value), runRoot, imageStore, driver, options, pullOptions, records);
  }

  public StorageOverrides withRunRoot(Path value) {
    return new StorageOverrides(
        root, Optional.of(value), imageStore, driver, options, pullOptions, records);
  }

  public StorageOverrides withImageStore(Path value) {
    return new StorageOverrides(
        root, runRoot, Optional.of(value), driver, options, pullOptions, records);
  }

  public StorageOverrides withDriver(String value) {
    return new StorageOverrides(
        root, runRoot, imageStore, Optional.of(value), options, pullOptions, records);
  }

  public StorageOverrides withOptions(List<String> value) {
    return new StorageOverrides(root, runRoot, imageStore, driver, value, pullOptions, records);
  }

  public StorageOverrides withPullOptions(Map<String, String> value) {
    return new StorageOverrides(root, runRoot, imageStore, driver, options, value, records);
  }

  public StorageOverrides withRecords(StorageConfig.Records value) {
    return new StorageOverrides(
        root, runRoot, imageStore, driver, options, pullOptions, Optional.of(value));
  }
}
