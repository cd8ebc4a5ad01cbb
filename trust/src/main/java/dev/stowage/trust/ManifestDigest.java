package dev.stowage.trust;

import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import java.security.MessageDigest;

/// The question whether a manifest is the one that a digest names.
final class ManifestDigest {
  private ManifestDigest() {}

  static boolean matches(Document manifest, Digest digest) {
    MessageDigest computation = digest.algorithm().start();
    computation.update(manifest.bytes().toArray());
    return Digest.finish(digest.algorithm(), computation).equals(digest);
  }
}
