import org.jspecify.annotations.NullMarked;

/** For tests of programs that use registries and images. */
@NullMarked
module dev.stowage.testkit {
  requires transitive dev.stowage.model;
  requires static transitive org.jspecify;

  exports dev.stowage.testkit;
}
