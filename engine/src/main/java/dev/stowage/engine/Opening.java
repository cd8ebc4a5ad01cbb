package dev.stowage.engine;

import dev.stowage.config.EngineConfig;
import dev.stowage.config.RegistriesConfig;
import dev.stowage.config.ShortNameAliases;
import dev.stowage.config.StorageConfig;
import dev.stowage.config.Surroundings;
import dev.stowage.linux.LocalDisk;
import dev.stowage.linux.LockMethod;
import dev.stowage.store.Store;
import dev.stowage.store.StoreOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/// Turns surroundings and configuration into an open store and what goes with it.
final class Opening {
  private Opening() {}

  static Store store(Surroundings surroundings, EngineOptions options) throws IOException {
    LockMethod locks =
        switch (options.lifetime()) {
          case LONG -> LockMethod.OPEN_FILE;
          case ONE_COMMAND -> LockMethod.RECORD;
        };
    return Store.open(storeOptions(surroundings, options), new LocalDisk(locks));
  }

  /// What is configured of the store, without a look at it.
  static StoreOptions storeOptions(Surroundings surroundings, EngineOptions options)
      throws IOException {
    StorageConfig config = StorageConfig.read(surroundings, options.storage());
    StoreOptions.Privileges privileges =
        switch (surroundings.user().privilege()) {
          case ROOTFUL -> StoreOptions.Privileges.HOST;
          case ROOTLESS -> StoreOptions.Privileges.USER_NAMESPACE;
        };
    return StoreOptions.of(config, privileges);
  }

  /// Where large temporary files go: as containers.conf says, else in the store where there is one.
  static Path temporary(Surroundings surroundings, EngineConfig config, Optional<Store> store) {
    Optional<Path> configured = config.temporary().value();
    if (configured.isPresent()) {
      return configured.get();
    }
    return store.isPresent()
        ? store.get().options().graphRoot().resolve("tmp")
        : surroundings.system("/var/tmp");
  }

  /// The context; registries.conf is read when a short name is first asked for.
  static Context context(Surroundings surroundings, EngineOptions options) {
    return new Context(
        name ->
            RegistriesConfig.read(surroundings)
                .localCandidates(name, ShortNameAliases.of(surroundings).read()),
        surroundings.machine().platform(),
        options.listener(),
        InstantSource.system(),
        surroundings.zone(),
        options.chooser());
  }
}
