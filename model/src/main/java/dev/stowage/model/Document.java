package dev.stowage.model;

/// A manifest or index exactly as it was received. Its bytes are its identity.
public record Document(MediaType type, Bytes bytes) {

  /// The SHA-256 digest of the bytes.
  public Digest digest() {
    return Digest.of(bytes);
  }
}
