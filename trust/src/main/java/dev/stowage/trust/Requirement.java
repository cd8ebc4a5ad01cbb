package dev.stowage.trust;

import java.util.Optional;

/// One thing that a policy demands of an image.
///
/// @see <a
///   href="https://github.com/containers/container-libs/blob/main/image/docs/containers-policy.json.5.md">
///   containers-policy.json(5), policy requirements</a>
public sealed interface Requirement {

  /// Nothing at all.
  record AcceptAnything() implements Requirement {}

  /// The impossible.
  record Reject() implements Requirement {}

  /// A simple signature by one of some OpenPGP keys.
  record SignedBy(KeyType keyType, KeyMaterial keys, IdentityMatch identity)
      implements Requirement {}

  /// A signature of the base layer, which no tool of the field implements: never met.
  record SignedBaseLayer(IdentityMatch identity) implements Requirement {}

  /// A sigstore signature.
  ///
  /// @param log the keys of the transparency logs one of which has to know the signature
  record SigstoreSigned(SigstoreRoot root, Optional<KeyMaterial> log, IdentityMatch identity)
      implements Requirement {}

  /// The kinds of keys a policy may name for simple signatures; only the first is implemented by
  /// any tool of the field.
  enum KeyType {
    GPG_KEYS("GPGKeys"),
    SIGNED_BY_GPG_KEYS("signedByGPGKeys"),
    X509_CERTIFICATES("X509Certificates"),
    SIGNED_BY_X509_CAS("signedByX509CAs");

    private final String text;

    KeyType(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /// Whom sigstore signatures are accepted from.
  sealed interface SigstoreRoot {

    /// The holders of keys.
    record Keys(KeyMaterial keys) implements SigstoreRoot {}

    /// One user of one identity provider, as Fulcio certified them for a moment.
    ///
    /// @param authorities the certificates that chains end in
    record Fulcio(KeyMaterial authorities, String issuer, String email) implements SigstoreRoot {}

    /// Whom an authority of one's own certified.
    ///
    /// @param intermediates certificates between the roots and the signers
    record Pki(
        KeyMaterial roots,
        Optional<KeyMaterial> intermediates,
        Optional<String> email,
        Optional<String> hostname)
        implements SigstoreRoot {}
  }

  /// Whether meeting it means that a signature of the whole image has been verified.
  default boolean verifiesSignatures() {
    return this instanceof SignedBy || this instanceof SigstoreSigned;
  }
}
