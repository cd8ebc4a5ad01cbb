package dev.stowage.trust;

import dev.stowage.model.Bytes;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;

/// A pair of keys for sigstore signatures, as files: ECDSA on P-256, the private one encrypted.
///
/// The private key's file is PEM of type `ENCRYPTED COSIGN PRIVATE KEY` around a JSON document: the
/// key as PKCS #8 in a NaCl secret box, under a key that scrypt derives from the passphrase.
///
/// @param privateKey PEM
/// @param publicKey PEM
public record SigstoreKeyPair(Bytes privateKey, Bytes publicKey) {
  private static final String TYPE = "ENCRYPTED COSIGN PRIVATE KEY";
  private static final String NEWER_TYPE = "ENCRYPTED SIGSTORE PRIVATE KEY";

  /// Makes a new pair.
  ///
  /// @param passphrase that opens the private key; an empty one is one, too
  public static SigstoreKeyPair generate(Secret passphrase) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      Json.Obj box =
          SecretBox.seal(
              Bytes.owning(pair.getPrivate().getEncoded()), bytes(passphrase), new SecureRandom());
      return new SigstoreKeyPair(
          Bytes.utf8(PemBlock.text(TYPE, box.compact().getBytes(StandardCharsets.UTF_8))),
          PublicKeys.pem(pair.getPublic()));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has P-256", e);
    }
  }

  /// Opens a private key.
  ///
  /// @throws MalformedException if it is none, or the passphrase does not open it
  static PrivateKey open(Bytes encryptedKey, Secret passphrase) throws MalformedException {
    List<PemBlock> blocks = PemBlock.all(encryptedKey);
    if (blocks.isEmpty()) {
      throw new MalformedException("invalid pem block");
    }
    PemBlock block = blocks.getFirst();
    if (!block.type().equals(TYPE) && !block.type().equals(NEWER_TYPE)) {
      throw new MalformedException("unsupported pem type: " + block.type());
    }
    byte[] key = SecretBox.open(Json.parseObject(block.content()), bytes(passphrase)).toArray();
    for (String algorithm : List.of("EC", "RSA", "Ed25519")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(key));
      } catch (InvalidKeySpecException e) {
        // Then it is of another algorithm.
      } catch (GeneralSecurityException e) {
        throw new MalformedException(
            "parsing private key: " + e.getMessage(), MalformedException.UNKNOWN_POSITION, e);
      }
    }
    throw new MalformedException(
        "parsing private key: it is neither an ECDSA nor an RSA nor an Ed25519 key");
  }

  private static byte[] bytes(Secret passphrase) {
    return passphrase.reveal().getBytes(StandardCharsets.UTF_8);
  }
}
