import org.jspecify.annotations.NullMarked;

/** Policy and signatures: whether an image may be used, and how one is signed. */
@NullMarked
@SuppressWarnings("module")
module dev.stowage.trust {
  requires transitive dev.stowage.config;
  requires transitive dev.stowage.model;
  requires static transitive org.jspecify;
  requires org.bouncycastle.pg;
  requires org.bouncycastle.provider;

  exports dev.stowage.trust to
      dev.stowage.transfer,
      dev.stowage.engine,
      dev.stowage.cli,
      dev.stowage.service,
      dev.stowage.interop;
}
