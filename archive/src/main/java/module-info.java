import org.jspecify.annotations.NullMarked;

/** Tar in and out, tar-split, whiteouts and compression: bytes to directory trees and back. */
@NullMarked
@SuppressWarnings("module") // the modules named below are compiled after this one
module dev.stowage.archive {
  requires static transitive org.jspecify;
  requires transitive dev.stowage.model;
  requires transitive dev.stowage.linux;
  requires com.github.luben.zstd_jni;
  requires org.apache.commons.compress;
  requires org.tukaani.xz;

  exports dev.stowage.archive to
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
