package dev.stowage.trust;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureList;

/// Rings of public keys from several places. What the places say of one key is put together, so
/// that a key that was revoked in one of them is revoked.
final class KeyRings {
  private final Map<String, PGPPublicKeyRing> rings = new LinkedHashMap<>();
  private final List<PGPSignature> revocations = new ArrayList<>();

  /// @throws PGPException if it cannot be put together with what is known of the key
  void add(PGPPublicKeyRing ring) throws PGPException {
    String owner = OpenPgpKey.fingerprint(ring.getPublicKey());
    PGPPublicKeyRing known = rings.get(owner);
    PGPPublicKeyRing _ =
        rings.put(owner, known == null ? ring : PGPPublicKeyRing.join(known, ring));
  }

  /// Takes revocations that stand without their keys, as they are handed out when a key is lost.
  void add(PGPSignatureList loose) {
    for (PGPSignature each : loose) {
      if (each.getSignatureType() == PGPSignature.KEY_REVOCATION) {
        revocations.add(each);
      }
    }
  }

  /// Each key's ring, once.
  List<PGPPublicKeyRing> merged() {
    List<PGPPublicKeyRing> merged = new ArrayList<>();
    for (PGPPublicKeyRing ring : rings.values()) {
      PGPPublicKeyRing whole = ring;
      for (PGPSignature each : revocations) {
        PGPPublicKey primary = whole.getPublicKey();
        if (each.getKeyID() == primary.getKeyID()) {
          whole =
              PGPPublicKeyRing.insertPublicKey(whole, PGPPublicKey.addCertification(primary, each));
        }
      }
      merged.add(whole);
    }
    return merged;
  }
}
