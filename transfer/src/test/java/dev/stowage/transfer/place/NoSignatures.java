package dev.stowage.transfer.place;

import dev.stowage.model.Digest;
import dev.stowage.model.ImageSignature;
import dev.stowage.transfer.Accepts;
import java.util.List;

/// A registry beside which no signatures are kept.
record NoSignatures() implements RegistrySignatures {
  @Override
  public Accepts.Signatures accepts() {
    return new Accepts.Signatures.Refused("Pushing signatures to registries is not supported");
  }

  @Override
  public List<ImageSignature> of(Digest manifest) {
    return List.of();
  }

  @Override
  public void put(Digest manifest, List<ImageSignature> signatures) {}
}
