package dev.stowage.trust;

import dev.stowage.model.Bytes;
import dev.stowage.model.Secret;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.bcpg.ArmoredOutputStream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyPacket;
import org.bouncycastle.bcpg.SymmetricKeyAlgorithmTags;
import org.bouncycastle.bcpg.sig.KeyFlags;
import org.bouncycastle.crypto.generators.Ed25519KeyPairGenerator;
import org.bouncycastle.crypto.params.Ed25519KeyGenerationParameters;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPKeyRingGenerator;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureGenerator;
import org.bouncycastle.openpgp.PGPSignatureList;
import org.bouncycastle.openpgp.PGPSignatureSubpacketGenerator;
import org.bouncycastle.openpgp.PGPUtil;
import org.bouncycastle.openpgp.bc.BcPGPObjectFactory;
import org.bouncycastle.openpgp.operator.PGPDigestCalculator;
import org.bouncycastle.openpgp.operator.bc.BcKeyFingerprintCalculator;
import org.bouncycastle.openpgp.operator.bc.BcPBESecretKeyEncryptorBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentSignerBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;
import org.bouncycastle.openpgp.operator.bc.BcPGPKeyPair;

/// An OpenPGP key made for a test.
record TestKey(String fingerprint, Bytes secret, Bytes armored, Bytes revocation) {

  /// @param lifetime none where it is zero
  static TestKey make(String user, Secret passphrase, Duration lifetime) throws Exception {
    Ed25519KeyPairGenerator generator = new Ed25519KeyPairGenerator();
    generator.init(new Ed25519KeyGenerationParameters(new SecureRandom()));
    PGPKeyPair pair =
        new BcPGPKeyPair(
            PublicKeyPacket.VERSION_4,
            PublicKeyAlgorithmTags.EDDSA_LEGACY,
            generator.generateKeyPair(),
            Date.from(Instant.now()));
    PGPDigestCalculator sha1 = new BcPGPDigestCalculatorProvider().get(HashAlgorithmTags.SHA1);
    PGPSignatureSubpacketGenerator noted = new PGPSignatureSubpacketGenerator();
    noted.setKeyFlags(false, KeyFlags.CERTIFY_OTHER | KeyFlags.SIGN_DATA);
    if (!lifetime.isZero()) {
      noted.setKeyExpirationTime(false, lifetime.toSeconds());
    }
    PGPKeyRingGenerator ring =
        new PGPKeyRingGenerator(
            PGPSignature.POSITIVE_CERTIFICATION,
            pair,
            user,
            sha1,
            noted.generate(),
            null,
            new BcPGPContentSignerBuilder(
                PublicKeyAlgorithmTags.EDDSA_LEGACY, HashAlgorithmTags.SHA256),
            new BcPBESecretKeyEncryptorBuilder(SymmetricKeyAlgorithmTags.AES_256, sha1)
                .build(passphrase.reveal().toCharArray()));
    PGPSignatureGenerator revoking =
        new PGPSignatureGenerator(
            new BcPGPContentSignerBuilder(
                PublicKeyAlgorithmTags.EDDSA_LEGACY, HashAlgorithmTags.SHA256),
            pair.getPublicKey());
    revoking.init(PGPSignature.KEY_REVOCATION, pair.getPrivateKey());
    PGPSignature revocation = revoking.generateCertification(pair.getPublicKey());
    return new TestKey(
        OpenPgpKey.fingerprint(pair.getPublicKey()),
        Bytes.owning(ring.generateSecretKeyRing().getEncoded()),
        armored(ring.generatePublicKeyRing().getEncoded()),
        Bytes.owning(revocation.getEncoded()));
  }

  /// The same key as a keyring has it that knows of its revocation.
  TestKey revoked() throws Exception {
    PGPPublicKeyRing ring =
        new PGPPublicKeyRing(
            PGPUtil.getDecoderStream(armored.stream()), new BcKeyFingerprintCalculator());
    PGPSignature last =
        ((PGPSignatureList) new BcPGPObjectFactory(revocation.stream()).nextObject()).get(0);
    PGPPublicKeyRing now =
        PGPPublicKeyRing.insertPublicKey(
            ring, PGPPublicKey.addCertification(ring.getPublicKey(), last));
    return new TestKey(fingerprint, secret, armored(now.getEncoded()), revocation);
  }

  static Bytes armored(byte[] packets) throws IOException {
    ByteArrayOutputStream armored = new ByteArrayOutputStream();
    try (ArmoredOutputStream armor = ArmoredOutputStream.builder().build(armored)) {
      armor.write(packets);
    }
    return Bytes.owning(armored.toByteArray());
  }
}
