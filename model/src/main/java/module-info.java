import org.jspecify.annotations.NullMarked;

/** Values and laws of container images: no input or output, no clock, no environment. */
@NullMarked
module dev.stowage.model {
  requires static transitive org.jspecify;

  exports dev.stowage.model;
}
