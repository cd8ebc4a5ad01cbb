import org.jspecify.annotations.NullMarked;

/**
 * The kernel, fenced: the disk, locks, layer trees and mounts. The only module with native calls.
 */
@NullMarked
@SuppressWarnings("module") // the modules named below are compiled after this one
module dev.stowage.linux {
  requires static transitive org.jspecify;
  requires transitive dev.stowage.model;

  exports dev.stowage.linux to
      dev.stowage.archive,
      dev.stowage.config,
      dev.stowage.store,
      dev.stowage.registry,
      dev.stowage.trust,
      dev.stowage.transfer,
      dev.stowage.engine,
      dev.stowage.cli,
      dev.stowage.service,
      dev.stowage.testkit;
}
