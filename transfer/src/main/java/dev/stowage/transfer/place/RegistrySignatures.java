package dev.stowage.transfer.place;

import dev.stowage.model.Digest;
import dev.stowage.model.ImageSignature;
import dev.stowage.transfer.Accepts;
import java.io.IOException;
import java.util.List;

/// Where the signatures of a repository's images are kept: beside the registry or in it. A registry
/// itself knows nothing of them. Safe for use by several threads.
interface RegistrySignatures {

  /// Whether signatures can be put there.
  Accepts.Signatures accepts();

  /// The signatures of a manifest.
  List<ImageSignature> of(Digest manifest) throws IOException;

  /// Puts signatures of a manifest that is at the registry by now.
  void put(Digest manifest, List<ImageSignature> signatures) throws IOException;
}
