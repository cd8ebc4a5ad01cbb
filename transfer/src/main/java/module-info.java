import org.jspecify.annotations.NullMarked;

/** Places an image can live in, and the one copier between them. */
@NullMarked
@SuppressWarnings("module")
module dev.stowage.transfer {
  requires static transitive org.jspecify;
  requires transitive dev.stowage.model;
  requires dev.stowage.archive;
  requires transitive dev.stowage.config;
  requires transitive dev.stowage.store;
  requires transitive dev.stowage.registry;
  requires transitive dev.stowage.trust;

  exports dev.stowage.transfer;
  exports dev.stowage.transfer.seal;
  exports dev.stowage.transfer.place to
      dev.stowage.engine,
      dev.stowage.cli,
      dev.stowage.service;
}
