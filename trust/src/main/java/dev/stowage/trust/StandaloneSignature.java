package dev.stowage.trust;

import dev.stowage.model.Bytes;
import dev.stowage.model.Document;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Reference;
import java.util.List;

/// A simple signature in a file of its own, looked at without a policy.
public final class StandaloneSignature {
  private StandaloneSignature() {}

  /// What a signature claims, **nothing of which has been verified**.
  ///
  /// @param keyId the ID of the key it claims to be by
  public record Untrusted(Claim claim, String keyId) {}

  /// Verifies that one of some keys signed this manifest under this name.
  ///
  /// @param accepted the fingerprints of the primary keys that count, in upper case
  /// @throws MalformedException if not, with the reason
  public static OpenPgpKeys.Signed verify(
      Bytes signature, Document manifest, String name, OpenPgpKeys keys, List<String> accepted)
      throws MalformedException {
    Reference expected = Reference.parse(name);
    OpenPgpKeys.Signed signed = keys.verify(signature);
    if (!accepted.contains(signed.fingerprint())) {
      throw new MalformedException("signature by key " + signed.fingerprint() + " is not accepted");
    }
    Claim claim = Claim.parse(signed.content(), Claim.Kind.SIMPLE);
    if (!claim.manifest().matches(manifest.bytes())) {
      throw new MalformedException(
          "Signature for docker digest \"" + claim.manifest() + "\" does not match");
    }
    Reference said;
    try {
      said = Reference.parse(claim.reference());
    } catch (MalformedException e) {
      throw new MalformedException(
          "Invalid docker reference \"" + claim.reference() + "\" in signature", e.position(), e);
    }
    if (!said.equals(expected)) {
      throw new MalformedException(
          "Docker reference \"" + claim.reference() + "\" does not match \"" + name + "\"");
    }
    return signed;
  }

  /// Reads what a signature claims **without verifying any of it**.
  public static Untrusted withoutVerification(Bytes signature) throws MalformedException {
    OpenPgpMessage message = OpenPgpMessage.parse(signature);
    return new Untrusted(Claim.parse(message.content(), Claim.Kind.SIMPLE), message.keyId());
  }
}
