package dev.stowage.engine;

import dev.stowage.config.StorageOverrides;
import dev.stowage.transfer.Listener;
import java.nio.file.Path;
import java.util.Optional;

/// How an engine is opened.
///
/// @param storage what is said about the store over the head of storage.conf
/// @param listener is told of every change and warning
/// @param lifetime how long the process is going to live, which decides how it takes locks
/// @param chooser says what a short name means that may mean images of several registries; where
///   there is none, the configured mode decides whether all are tried or none
public record EngineOptions(
    StorageOverrides storage, Listener listener, Lifetime lifetime, Optional<Chooser> chooser) {

  public static final EngineOptions DEFAULT =
      new EngineOptions(StorageOverrides.NONE, Listener.NONE, Lifetime.LONG, Optional.empty());

  /// How long a process is going to live.
  public enum Lifetime {
    /// It may do anything else beside, such as open the store's files itself.
    LONG,
    /// It is one short command, which is to start fast and opens one engine.
    ONE_COMMAND
  }

  /// With the store in this directory, and what need not outlive a boot in the other.
  public EngineOptions withRoots(Path root, Path runRoot) {
    return withStorage(storage.withRoot(root).withRunRoot(runRoot));
  }

  /// With this storage driver, `overlay` or `vfs`.
  public EngineOptions withDriver(String driver) {
    return withStorage(storage.withDriver(driver));
  }

  public EngineOptions withStorage(StorageOverrides overrides) {
    return new EngineOptions(overrides, listener, lifetime, chooser);
  }

  public EngineOptions withListener(Listener told) {
    return new EngineOptions(storage, told, lifetime, chooser);
  }

  public EngineOptions withLifetime(Lifetime expected) {
    return new EngineOptions(storage, listener, expected, chooser);
  }

  /// With somebody who says what short names mean that may mean several images.
  public EngineOptions withChooser(Chooser asked) {
    return new EngineOptions(storage, listener, lifetime, Optional.of(asked));
  }
}
