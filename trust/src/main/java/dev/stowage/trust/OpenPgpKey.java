package dev.stowage.trust;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.bcpg.SignatureSubpacket;
import org.bouncycastle.bcpg.SignatureSubpacketTags;
import org.bouncycastle.bcpg.sig.KeyFlags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureList;
import org.bouncycastle.openpgp.PGPSignatureSubpacketVector;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentVerifierBuilderProvider;

/// A key of a ring as its owner's own signatures describe it: what it may be used for, until when,
/// whether it was revoked. What the ring says without such a signature is not believed.
///
/// @param fingerprint in upper case
/// @param owner the fingerprint of the primary key
/// @param fault why it must not be used for signing, if it must not
record OpenPgpKey(PGPPublicKey key, String fingerprint, String owner, Optional<String> fault) {
  private static final BcPGPContentVerifierBuilderProvider VERIFIERS =
      new BcPGPContentVerifierBuilderProvider();

  /// A check that may fail by throwing as well as by saying no.
  private interface Check {
    boolean holds() throws PGPException;
  }

  static String fingerprint(PGPPublicKey key) {
    return HexFormat.of().withUpperCase().formatHex(key.getFingerprint());
  }

  /// The keys of a ring, the primary one first; none where the primary key does not even sign for
  /// itself.
  static List<OpenPgpKey> of(PGPPublicKeyRing ring, Instant now) {
    PGPPublicKey primary = ring.getPublicKey();
    String owner = fingerprint(primary);
    Optional<PGPSignature> self = selfSignature(primary);
    if (self.isEmpty()) {
      return List.of();
    }
    boolean revoked =
        any(
            primary.getSignaturesOfType(PGPSignature.KEY_REVOCATION),
            each -> by(primary, each) && each.verifyCertification(primary));
    Optional<String> ofPrimary = fault(primary, self.get(), revoked, now);
    List<OpenPgpKey> keys = new ArrayList<>();
    keys.add(new OpenPgpKey(primary, owner, owner, ofPrimary.or(() -> unfit(self.get()))));
    for (PGPPublicKey subkey : ring) {
      if (!subkey.isMasterKey()) {
        subkey(primary, subkey, now)
            .ifPresent(
                fault ->
                    keys.add(
                        new OpenPgpKey(
                            subkey,
                            fingerprint(subkey),
                            owner,
                            ofPrimary.or(
                                () -> fault.isEmpty() ? Optional.empty() : Optional.of(fault)))));
      }
    }
    return keys;
  }

  /// The fault of a subkey, or an empty text; nothing where the primary key does not vouch for it.
  private static Optional<String> subkey(PGPPublicKey primary, PGPPublicKey subkey, Instant now) {
    Optional<PGPSignature> binding =
        newest(
            subkey.getSignaturesOfType(PGPSignature.SUBKEY_BINDING),
            each -> by(primary, each) && each.verifyCertification(primary, subkey));
    if (binding.isEmpty()) {
      return Optional.empty();
    }
    boolean revoked =
        any(
            subkey.getSignaturesOfType(PGPSignature.SUBKEY_REVOCATION),
            each -> by(primary, each) && each.verifyCertification(primary, subkey));
    Optional<String> fault =
        fault(subkey, binding.get(), revoked, now)
            .or(() -> unfit(binding.get()))
            .or(() -> unclaimed(primary, subkey, binding.get()));
    return Optional.of(fault.orElse(""));
  }

  /// The newest signature of the key over itself or one of its user IDs.
  private static Optional<PGPSignature> selfSignature(PGPPublicKey key) {
    List<PGPSignature> right = new ArrayList<>();
    newest(
            key.getSignaturesOfType(PGPSignature.DIRECT_KEY),
            each -> by(key, each) && each.verifyCertification(key))
        .ifPresent(right::add);
    for (Iterator<byte[]> users = key.getRawUserIDs(); users.hasNext(); ) {
      byte[] user = users.next();
      newest(
              key.getSignaturesForID(user),
              each ->
                  each.getSignatureType() >= PGPSignature.DEFAULT_CERTIFICATION
                      && each.getSignatureType() <= PGPSignature.POSITIVE_CERTIFICATION
                      && by(key, each)
                      && each.verifyCertification(user, key))
          .ifPresent(right::add);
    }
    return right.stream().max(Comparator.comparing(OpenPgpKey::made));
  }

  private interface Judgement {
    boolean of(PGPSignature signature) throws PGPException;
  }

  private static Optional<PGPSignature> newest(
      Iterator<PGPSignature> signatures, Judgement judgement) {
    Optional<PGPSignature> newest = Optional.empty();
    while (signatures != null && signatures.hasNext()) {
      PGPSignature each = signatures.next();
      if ((newest.isEmpty() || made(newest.get()).isBefore(made(each)))
          && holds(() -> judgement.of(each))) {
        newest = Optional.of(each);
      }
    }
    return newest;
  }

  private static Instant made(PGPSignature signature) {
    return signature.getCreationTime().toInstant();
  }

  private static boolean any(Iterator<PGPSignature> signatures, Judgement judgement) {
    return newest(signatures, judgement).isPresent();
  }

  private static boolean by(PGPPublicKey key, PGPSignature signature) throws PGPException {
    if (signature.getKeyID() != key.getKeyID()) {
      return false;
    }
    signature.init(VERIFIERS, key);
    return true;
  }

  private static boolean holds(Check check) {
    try {
      return check.holds();
    } catch (PGPException | RuntimeException e) {
      return false; // what cannot be checked does not hold
    }
  }

  private static Optional<String> fault(
      PGPPublicKey key, PGPSignature description, boolean revoked, Instant now) {
    if (revoked) {
      return Optional.of("is revoked");
    }
    PGPSignatureSubpacketVector described = description.getHashedSubPackets();
    long seconds = described == null ? 0 : described.getKeyExpirationTime();
    Instant created = key.getCreationTime().toInstant();
    if (seconds != 0 && now.isAfter(created.plusSeconds(seconds))) {
      return Optional.of("expired on " + created.plusSeconds(seconds));
    }
    return Optional.empty();
  }

  private static Optional<String> unfit(PGPSignature description) {
    PGPSignatureSubpacketVector described = description.getHashedSubPackets();
    boolean stated = described != null && described.hasSubpacket(SignatureSubpacketTags.KEY_FLAGS);
    boolean signs = !stated || (described.getKeyFlags() & KeyFlags.SIGN_DATA) == KeyFlags.SIGN_DATA;
    return signs ? Optional.empty() : Optional.of("is not meant for signing");
  }

  /// A signing subkey has to sign for its primary key as well, or anyone could adopt it.
  private static Optional<String> unclaimed(
      PGPPublicKey primary, PGPPublicKey subkey, PGPSignature binding) {
    boolean claimed =
        holds(
            () -> {
              for (PGPSignatureSubpacketVector packets :
                  List.of(binding.getHashedSubPackets(), binding.getUnhashedSubPackets())) {
                PGPSignatureList inside = packets.getEmbeddedSignatures();
                for (int i = 0; i < inside.size(); i++) {
                  PGPSignature each = inside.get(i);
                  if (each.getSignatureType() == PGPSignature.PRIMARYKEY_BINDING) {
                    each.init(VERIFIERS, subkey);
                    if (each.verifyCertification(primary, subkey)) {
                      return true;
                    }
                  }
                }
              }
              return false;
            });
    return claimed ? Optional.empty() : Optional.of("does not sign for its primary key");
  }

  /// Whether a signature says something critical that is not understood here.
  static boolean saysMoreThanUnderstood(PGPSignature signature) {
    PGPSignatureSubpacketVector hashed = signature.getHashedSubPackets();
    if (hashed == null) {
      return false;
    }
    for (SignatureSubpacket each : hashed.toArray()) {
      int type = each.getType();
      boolean known =
          type == SignatureSubpacketTags.CREATION_TIME
              || type == SignatureSubpacketTags.EXPIRE_TIME
              || type == SignatureSubpacketTags.ISSUER_KEY_ID
              || type == SignatureSubpacketTags.ISSUER_FINGERPRINT
              || type == SignatureSubpacketTags.SIGNER_USER_ID
              || type == SignatureSubpacketTags.EXPORTABLE
              || type == SignatureSubpacketTags.REVOCABLE
              || type == SignatureSubpacketTags.POLICY_URL;
      if (each.isCritical() && !known) {
        return true;
      }
    }
    return false;
  }
}
