package dev.stowage.trust;

import dev.stowage.model.Bytes;
import dev.stowage.model.MalformedException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.List;

/// Public keys of sigstore signatures, as PEM, and what they verify: ECDSA and RSA over SHA-256,
/// and Ed25519.
final class PublicKeys {
  private static final String TYPE = "PUBLIC KEY";
  private static final String OLD_RSA_TYPE = "RSA PUBLIC KEY";

  /// What a bare RSA key needs in front to be like the others: the algorithm, spelled in DER.
  private static final byte[] RSA_ALGORITHM = {
    0x30,
    0x0d,
    0x06,
    0x09,
    0x2a,
    (byte) 0x86,
    0x48,
    (byte) 0x86,
    (byte) 0xf7,
    0x0d,
    0x01,
    0x01,
    0x01,
    0x05,
    0x00
  };

  private PublicKeys() {}

  /// Reads the first block of a PEM text.
  static PublicKey parse(Bytes pem) throws MalformedException {
    List<PemBlock> blocks = PemBlock.all(pem);
    if (blocks.isEmpty()) {
      throw new MalformedException("PEM decoding failed: there is no PEM block");
    }
    PemBlock block = blocks.getFirst();
    byte[] content = block.content().toArray();
    return switch (block.type()) {
      case TYPE -> decode(content);
      case OLD_RSA_TYPE -> decode(wrapped(content));
      default ->
          throw new MalformedException(
              "unknown Public key PEM file type: "
                  + block.type()
                  + ". Are you passing the correct"
                  + " public key?");
    };
  }

  private static PublicKey decode(byte[] content) throws MalformedException {
    for (String algorithm : List.of("EC", "RSA", "Ed25519")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(content));
      } catch (InvalidKeySpecException e) {
        // Then it is of another algorithm.
      } catch (GeneralSecurityException e) {
        throw new MalformedException(
            "the public key cannot be read: " + e.getMessage(),
            MalformedException.UNKNOWN_POSITION,
            e);
      }
    }
    throw new MalformedException("the public key is neither ECDSA nor RSA nor Ed25519");
  }

  private static byte[] wrapped(byte[] rsa) {
    byte[] bits = concat(new byte[] {0x03}, length(rsa.length + 1), new byte[] {0}, rsa);
    return concat(
        new byte[] {0x30}, length(RSA_ALGORITHM.length + bits.length), RSA_ALGORITHM, bits);
  }

  private static byte[] length(int length) {
    if (length < 0x80) {
      return new byte[] {(byte) length};
    }
    return length < 0x100
        ? new byte[] {(byte) 0x81, (byte) length}
        : new byte[] {(byte) 0x82, (byte) (length >> 8), (byte) length};
  }

  private static byte[] concat(byte[]... parts) {
    java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  static Bytes pem(PublicKey key) {
    return Bytes.utf8(PemBlock.text(TYPE, key.getEncoded()));
  }

  /// How a key signs.
  ///
  /// @throws MalformedException if it is of a kind that no signature is made with
  static String algorithm(java.security.Key key) throws MalformedException {
    if (key instanceof ECPublicKey || key instanceof java.security.interfaces.ECPrivateKey) {
      return "SHA256withECDSA";
    }
    if (key instanceof RSAPublicKey || key instanceof java.security.interfaces.RSAPrivateKey) {
      return "SHA256withRSA";
    }
    if (key instanceof EdECPublicKey || key instanceof java.security.interfaces.EdECPrivateKey) {
      return "Ed25519";
    }
    throw new MalformedException("unsupported key type " + key.getAlgorithm());
  }

  static boolean verifies(PublicKey key, Bytes signature, Bytes content) throws MalformedException {
    String algorithm = algorithm(key);
    try {
      Signature verifier = Signature.getInstance(algorithm);
      verifier.initVerify(key);
      verifier.update(content.toArray());
      return verifier.verify(signature.toArray());
    } catch (GeneralSecurityException e) {
      return false; // what cannot be verified is not verified
    }
  }
}
