import org.jspecify.annotations.NullMarked;

/** Surroundings to records: the environment and the configuration files, read once at start-up. */
@NullMarked
@SuppressWarnings("module")
module dev.stowage.config {
  requires transitive dev.stowage.model;
  requires static transitive org.jspecify;

  exports dev.stowage.config to
      dev.stowage.store,
      dev.stowage.registry,
      dev.stowage.trust,
      dev.stowage.transfer,
      dev.stowage.engine,
      dev.stowage.cli,
      dev.stowage.service,
      dev.stowage.testkit,
      dev.stowage.interop,
      dev.stowage.bench;
}
