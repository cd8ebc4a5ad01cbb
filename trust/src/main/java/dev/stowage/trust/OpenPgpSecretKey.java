package dev.stowage.trust;

import dev.stowage.model.Bytes;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Secret;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.bcpg.BCPGOutputStream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPLiteralDataGenerator;
import org.bouncycastle.openpgp.PGPPrivateKey;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPSecretKey;
import org.bouncycastle.openpgp.PGPSecretKeyRing;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureGenerator;
import org.bouncycastle.openpgp.PGPSignatureSubpacketGenerator;
import org.bouncycastle.openpgp.PGPUtil;
import org.bouncycastle.openpgp.bc.BcPGPObjectFactory;
import org.bouncycastle.openpgp.operator.bc.BcKeyFingerprintCalculator;
import org.bouncycastle.openpgp.operator.bc.BcPBESecretKeyDecryptorBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentSignerBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;

/// A secret OpenPGP key that was read from a file and opened with its passphrase.
final class OpenPgpSecretKey {
  private final PGPSecretKey key;
  private final PGPPrivateKey opened;

  private OpenPgpSecretKey(PGPSecretKey key, PGPPrivateKey opened) {
    this.key = key;
    this.opened = opened;
  }

  /// Opens the first key of a ring that may sign now.
  static OpenPgpSecretKey open(Bytes content, Optional<Secret> passphrase) throws IOException {
    try (InputStream in = PGPUtil.getDecoderStream(content.stream())) {
      if (!(new BcPGPObjectFactory(in).nextObject() instanceof PGPSecretKeyRing ring)) {
        throw new MalformedException("not a secret OpenPGP key");
      }
      PGPSecretKey key = signing(ring);
      char[] secret =
          passphrase.isPresent() ? passphrase.get().reveal().toCharArray() : new char[0];
      PGPPrivateKey opened =
          key.extractPrivateKey(
              new BcPBESecretKeyDecryptorBuilder(new BcPGPDigestCalculatorProvider())
                  .build(secret));
      if (opened == null) {
        throw new MalformedException("the secret part of the key is not in the file");
      }
      return new OpenPgpSecretKey(key, opened);
    } catch (PGPException | RuntimeException e) {
      throw new MalformedException(
          "the secret key cannot be opened: " + e.getMessage() + " (is the passphrase right?)",
          MalformedException.UNKNOWN_POSITION,
          e);
    }
  }

  private static PGPSecretKey signing(PGPSecretKeyRing ring) throws IOException {
    PGPPublicKeyRing certificate =
        new PGPPublicKeyRing(ring.toCertificate().getEncoded(), new BcKeyFingerprintCalculator());
    List<OpenPgpKey> described = OpenPgpKey.of(certificate, Instant.now());
    Optional<String> fault = Optional.empty();
    for (OpenPgpKey each : described) {
      PGPSecretKey secret = ring.getSecretKey(each.key().getKeyID());
      if (each.fault().isEmpty() && secret != null && !secret.isPrivateKeyEmpty()) {
        return secret;
      }
      fault = each.fault();
    }
    throw new MalformedException(
        "none of the keys may sign" + (fault.isPresent() ? ": the key " + fault.get() : ""));
  }

  /// A message that holds the text and its signature.
  Bytes signed(Bytes text) throws IOException {
    try {
      // Long enough for every key: gpg refuses digests shorter than the order of a curve.
      PGPSignatureGenerator generator =
          new PGPSignatureGenerator(
              new BcPGPContentSignerBuilder(
                  key.getPublicKey().getAlgorithm(), HashAlgorithmTags.SHA512),
              key.getPublicKey());
      generator.init(PGPSignature.BINARY_DOCUMENT, opened);
      PGPSignatureSubpacketGenerator noted = new PGPSignatureSubpacketGenerator();
      noted.setIssuerFingerprint(false, key.getPublicKey());
      noted.setSignatureCreationTime(false, Date.from(Instant.now()));
      generator.setHashedSubpackets(noted.generate());
      PGPSignatureSubpacketGenerator unhashed = new PGPSignatureSubpacketGenerator();
      unhashed.setIssuerKeyID(false, key.getKeyID());
      generator.setUnhashedSubpackets(unhashed.generate());
      ByteArrayOutputStream message = new ByteArrayOutputStream();
      BCPGOutputStream packets = new BCPGOutputStream(message);
      generator.generateOnePassVersion(false).encode(packets);
      PGPLiteralDataGenerator literal = new PGPLiteralDataGenerator();
      try (OutputStream content =
          literal.open(packets, PGPLiteralData.BINARY, "", text.length(), PGPLiteralData.NOW)) {
        text.writeTo(content);
      }
      generator.update(text.toArray());
      generator.generate().encode(packets);
      packets.flush();
      return Bytes.owning(message.toByteArray());
    } catch (PGPException e) {
      throw new IOException("signing failed: " + e.getMessage(), e);
    }
  }
}
