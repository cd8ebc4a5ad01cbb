import org.jspecify.annotations.NullMarked;

/** What users of the library know: the engine, its images, and what can be done with them. */
@NullMarked
module dev.stowage.engine {
  requires static transitive org.jspecify;
  requires transitive dev.stowage.model;
  requires dev.stowage.linux;
  requires transitive dev.stowage.config;
  requires dev.stowage.store;
  requires transitive dev.stowage.transfer;
  requires dev.stowage.trust;

  exports dev.stowage.engine;
}
