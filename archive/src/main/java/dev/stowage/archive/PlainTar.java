package dev.stowage.archive;

import dev.stowage.model.Digest;
import java.io.InputStream;
import java.util.Optional;

/// The tar of a layer, not compressed, to be read once.
///
/// @param content read to its end and closed
/// @param promised the SHA-256 digest of `content`, where reading it to its end fails unless it has
///   that digest: then nobody computes it a second time
public record PlainTar(InputStream content, Optional<Digest> promised) {

  /// A tar that nobody has vouched for.
  public static PlainTar of(InputStream content) {
    return new PlainTar(content, Optional.empty());
  }

  /// A tar whose stream fails before it ends unless it has this digest. Where that is no SHA-256,
  /// as layers are known by, it vouches for nothing.
  public static PlainTar heldTo(Digest digest, InputStream content) {
    return new PlainTar(
        content,
        digest.algorithm() == Digest.Algorithm.SHA256 ? Optional.of(digest) : Optional.empty());
  }

  /// The same tar, read through another stream.
  public PlainTar through(InputStream other) {
    return new PlainTar(other, promised);
  }
}
