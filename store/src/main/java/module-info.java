import org.jspecify.annotations.NullMarked;

/** The store of layers and images that Podman, Buildah, Skopeo and CRI-O use too. */
@NullMarked
@SuppressWarnings("module")
module dev.stowage.store {
  requires static transitive org.jspecify;
  requires transitive dev.stowage.model;
  requires transitive dev.stowage.linux;
  requires transitive dev.stowage.archive;
  requires transitive dev.stowage.config;

  exports dev.stowage.store to
      dev.stowage.transfer,
      dev.stowage.engine,
      dev.stowage.cli,
      dev.stowage.service,
      dev.stowage.testkit,
      dev.stowage.interop,
      dev.stowage.bench;
}
