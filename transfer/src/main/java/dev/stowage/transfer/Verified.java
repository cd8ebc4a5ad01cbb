package dev.stowage.transfer;

import dev.stowage.model.Digest;

/// A stream that fails instead of ending where its content does not have the digest it is to have.
/// Who reads one to its end need not digest it once more.
public interface Verified {

  /// The digest that the content has if the stream ends.
  Digest promised();
}
