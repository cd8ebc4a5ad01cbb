package dev.stowage.trust;

import dev.stowage.model.Bytes;
import dev.stowage.model.MalformedException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.bouncycastle.bcpg.ArmoredInputStream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPSecretKeyRing;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureList;
import org.bouncycastle.openpgp.bc.BcPGPObjectFactory;
import org.bouncycastle.openpgp.operator.bc.BcKeyFingerprintCalculator;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentVerifierBuilderProvider;

/// OpenPGP keys that are trusted for one purpose, and what is signed with them.
public final class OpenPgpKeys {
  private static final String ARMOR = "-----BEGIN PGP ";

  private final List<OpenPgpKey> keys;
  private final Instant now;

  private OpenPgpKeys(List<OpenPgpKey> keys, Instant now) {
    this.keys = keys;
    this.now = now;
  }

  /// What a verified message says.
  ///
  /// @param fingerprint of the primary key of whoever signed, in upper case
  public record Signed(Bytes content, String fingerprint) {}

  /// Reads public keys, binary or armored.
  ///
  /// @param now when signatures are judged
  /// @throws MalformedException if something else stands there
  public static OpenPgpKeys of(List<Bytes> blobs, Instant now) throws MalformedException {
    KeyRings rings = new KeyRings();
    for (Bytes blob : blobs) {
      try {
        read(blob, rings);
      } catch (IOException | PGPException | RuntimeException e) {
        throw new MalformedException(
            "not OpenPGP keys: " + e.getMessage(), MalformedException.UNKNOWN_POSITION, e);
      }
    }
    List<OpenPgpKey> keys = new ArrayList<>();
    for (PGPPublicKeyRing ring : rings.merged()) {
      keys.addAll(OpenPgpKey.of(ring, now));
    }
    return new OpenPgpKeys(keys, now);
  }

  private static void read(Bytes blob, KeyRings rings) throws IOException, PGPException {
    String text = blob.utf8();
    int armor = text.indexOf(ARMOR);
    if (armor < 0) {
      read(blob.stream(), rings);
      return;
    }
    while (armor >= 0) { // several blocks may follow one another
      int next = text.indexOf(ARMOR, armor + 1);
      String block = next < 0 ? text.substring(armor) : text.substring(armor, next);
      try (InputStream in = new ArmoredInputStream(Bytes.utf8(block).stream())) {
        read(in, rings);
      }
      armor = next;
    }
  }

  private static void read(InputStream in, KeyRings rings) throws IOException, PGPException {
    BcPGPObjectFactory packets = new BcPGPObjectFactory(in);
    for (Object each = packets.nextObject(); each != null; each = packets.nextObject()) {
      if (each instanceof PGPPublicKeyRing ring) {
        rings.add(ring);
      } else if (each instanceof PGPSecretKeyRing secret) {
        rings.add(
            new PGPPublicKeyRing(
                secret.toCertificate().getEncoded(), new BcKeyFingerprintCalculator()));
      } else if (each instanceof PGPSignatureList loose) {
        rings.add(loose);
      }
    }
  }

  /// The fingerprints of the primary keys, in upper case.
  public List<String> fingerprints() {
    List<String> fingerprints = new ArrayList<>();
    for (OpenPgpKey key : keys) {
      if (key.fingerprint().equals(key.owner())) {
        fingerprints.add(key.owner());
      }
    }
    return fingerprints;
  }

  /// Whom the keys belong to: the e-mail addresses of their user IDs, or these whole.
  public List<String> users(int most) {
    List<String> users = new ArrayList<>();
    for (OpenPgpKey key : keys) {
      for (Iterator<String> ids = key.key().getUserIDs(); ids.hasNext() && users.size() < most; ) {
        String id = ids.next();
        int start = id.indexOf('<');
        int end = id.indexOf('>', start);
        users.add(start >= 0 && end > start ? id.substring(start + 1, end) : id);
      }
    }
    return users;
  }

  /// Verifies a message that holds its content.
  ///
  /// @throws MalformedException if it is no such message, or its signature is not right
  public Signed verify(Bytes message) throws MalformedException {
    OpenPgpMessage opened = OpenPgpMessage.parse(message);
    PGPSignature signature = opened.signature();
    if (keys.isEmpty()) {
      throw invalid("no key is trusted");
    }
    List<String> faults = new ArrayList<>();
    for (OpenPgpKey key : keys) {
      if (key.key().getKeyID() == signature.getKeyID()) {
        if (right(opened, key)) {
          if (key.fault().isPresent()) {
            throw invalid("the key " + key.fingerprint() + " " + key.fault().get());
          }
          refuseUntimely(signature, key);
          return new Signed(opened.content(), key.owner());
        }
        faults.add(key.fingerprint());
      }
    }
    throw invalid(
        faults.isEmpty()
            ? "it is by the key " + opened.keyId() + ", which is not among the trusted ones"
            : "bad signature by the key " + String.join(", ", faults));
  }

  private static boolean right(OpenPgpMessage message, OpenPgpKey key) {
    PGPSignature signature = message.signature();
    int type = signature.getSignatureType();
    if ((type != PGPSignature.BINARY_DOCUMENT && type != PGPSignature.CANONICAL_TEXT_DOCUMENT)
        || signature.getHashAlgorithm() == HashAlgorithmTags.MD5) {
      return false;
    }
    try {
      signature.init(new BcPGPContentVerifierBuilderProvider(), key.key());
      signature.update(message.content().toArray());
      return signature.verify();
    } catch (PGPException | RuntimeException e) {
      return false; // what cannot be verified is not verified
    }
  }

  private void refuseUntimely(PGPSignature signature, OpenPgpKey key) throws MalformedException {
    Instant made = signature.getCreationTime().toInstant();
    if (made.isBefore(key.key().getCreationTime().toInstant())) {
      throw invalid("it is older than the key " + key.fingerprint());
    }
    long seconds =
        signature.getHashedSubPackets() == null
            ? 0
            : signature.getHashedSubPackets().getSignatureExpirationTime();
    if (seconds != 0 && now.isAfter(made.plusSeconds(seconds))) {
      throw invalid("it expired on " + made.plusSeconds(seconds));
    }
    if (OpenPgpKey.saysMoreThanUnderstood(signature)) {
      throw invalid("it says something critical that is not understood");
    }
  }

  private static MalformedException invalid(String why) {
    return new MalformedException("Invalid GPG signature: " + why);
  }
}
