package dev.stowage.transfer;

import dev.stowage.model.Digest;
import java.util.OptionalLong;

/// How long the plain tars of layers are.
@FunctionalInterface
public interface PlainSizes {
  /// Nothing is known.
  PlainSizes UNKNOWN = diffId -> OptionalLong.empty();

  /// The length in bytes of the tar with this digest, if it is known.
  OptionalLong of(Digest diffId);
}
