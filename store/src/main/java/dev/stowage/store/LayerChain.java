package dev.stowage.store;

import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.model.LayerId;
import java.util.Optional;

/// The IDs that layers have in the store: like the chain IDs of the OCI image specification,
/// written with a plus.
public final class LayerChain {
  private LayerChain() {}

  /// The ID of a layer on top of another: the lowest has its diff ID, the others the digest of what
  /// is below and theirs.
  public static LayerId next(Optional<LayerId> below, Digest diffId) {
    return below.isEmpty()
        ? new LayerId(diffId.hex())
        : new LayerId(Digest.of(Bytes.utf8(below.get().value() + "+" + diffId.hex())).hex());
  }
}
