package dev.stowage.trust;

import dev.stowage.model.Document;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Reference;
import java.io.IOException;

/// Somebody who signs images.
public sealed interface Signer permits SimpleSigner, SigstoreSigner {

  /// Signs a manifest under a name.
  ///
  /// @param name with a tag or a digest
  /// @throws MalformedException for a name that has neither
  ImageSignature sign(Document manifest, Reference name) throws IOException;

  /// What people are told while it signs.
  String progress();

  /// Refuses to sign a whole repository.
  static Reference signable(Reference name) throws MalformedException {
    if (name.tag().isEmpty() && name.digest().isEmpty()) {
      throw new MalformedException(
          "reference " + name + " can't be signed, it has neither a tag nor a digest");
    }
    return name;
  }
}
