import org.jspecify.annotations.NullMarked;

/** Surroundings to records: the environment and the configuration files, read once at start-up. */
@NullMarked
module dev.stowage.config {
  requires transitive dev.stowage.model;
  requires static transitive org.jspecify;
  requires org.snakeyaml.engine.v2;

  exports dev.stowage.config;
}
