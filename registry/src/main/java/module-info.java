import org.jspecify.annotations.NullMarked;

/** The client side of the distribution protocol. */
@NullMarked
@SuppressWarnings("module")
module dev.stowage.registry {
  requires transitive dev.stowage.config;
  requires transitive dev.stowage.model;
  requires static transitive org.jspecify;

  exports dev.stowage.registry to
      dev.stowage.transfer,
      dev.stowage.engine,
      dev.stowage.cli,
      dev.stowage.service,
      dev.stowage.interop,
      dev.stowage.bench;
}
