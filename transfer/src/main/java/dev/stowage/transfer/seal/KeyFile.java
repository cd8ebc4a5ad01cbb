package dev.stowage.transfer.seal;

import dev.stowage.model.Bytes;
import dev.stowage.model.MalformedException;
import dev.stowage.trust.PemBlock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.List;

/// Keys in PEM files (RFC 7468): X.509 public keys and certificates, PKCS#8 and PKCS#1 private
/// keys, PKCS#1 public keys.
final class KeyFile {
  /// Far more than any key needs, in bytes.
  private static final long LARGEST = 1 << 20;

  private static final List<String> ALGORITHMS = List.of("RSA", "EC");

  /// The algorithm identifier of RSA keys in DER.
  private static final byte[] RSA = {
    0x30, 13, 6, 9, 0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 13, 1, 1, 1, 5, 0
  };

  private KeyFile() {}

  /// The first block of a file.
  private static PemBlock read(Path file) throws IOException {
    if (Files.size(file) > LARGEST) {
      throw new MalformedException(file + ": too large for a key");
    }
    List<PemBlock> blocks;
    try {
      blocks = PemBlock.all(Bytes.owning(Files.readAllBytes(file)));
    } catch (MalformedException e) {
      throw new MalformedException(file + ": " + e.getMessage(), e.position(), e);
    }
    if (blocks.isEmpty()) {
      throw new MalformedException(file + ": no PEM data");
    }
    return blocks.getFirst();
  }

  static PublicKey publicKey(Path file) throws IOException {
    PemBlock pem = read(file);
    try {
      return switch (pem.type()) {
        case "PUBLIC KEY" -> spki(file, pem.content().toArray());
        case "RSA PUBLIC KEY" -> {
          Der.Reader sequence = new Der.Reader(pem.content().toArray()).sequence();
          yield KeyFactory.getInstance("RSA")
              .generatePublic(new RSAPublicKeySpec(sequence.integer(), sequence.integer()));
        }
        case "CERTIFICATE" ->
            CertificateFactory.getInstance("X.509")
                .generateCertificate(pem.content().stream())
                .getPublicKey();
        default ->
            throw new MalformedException(
                "file provided is not a public key: " + file + " (" + pem.type() + ")");
      };
    } catch (CertificateException e) {
      throw broken(file, e);
    } catch (GeneralSecurityException e) {
      throw broken(file, e);
    }
  }

  private static PublicKey spki(Path file, byte[] der) throws MalformedException {
    GeneralSecurityException failure = new GeneralSecurityException("no algorithm");
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der));
      } catch (GeneralSecurityException e) {
        failure = e;
      }
    }
    throw broken(file, failure);
  }

  static PrivateKey privateKey(Path file) throws IOException {
    PemBlock pem = read(file);
    byte[] pkcs8 =
        switch (pem.type()) {
          case "PRIVATE KEY" -> pem.content().toArray();
          case "RSA PRIVATE KEY" -> wrapped(pem.content().toArray());
          case "EC PRIVATE KEY" ->
              throw new MalformedException(
                  file
                      + ": convert this key to PKCS#8, for example with openssl pkcs8 -topk8"
                      + " -nocrypt");
          default ->
              throw new MalformedException(
                  file + ": not a private key without a pass phrase (" + pem.type() + ")");
        };
    GeneralSecurityException failure = new GeneralSecurityException("no algorithm");
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (GeneralSecurityException e) {
        failure = e;
      }
    }
    throw broken(file, failure);
  }

  /// PKCS#1 in PKCS#8's clothes.
  private static byte[] wrapped(byte[] pkcs1) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(new byte[] {2, 1, 0});
    body.writeBytes(RSA);
    body.writeBytes(Der.tagged(4, pkcs1));
    return Der.tagged(0x30, body.toByteArray());
  }

  private static MalformedException broken(Path file, Exception e) {
    return new MalformedException(
        file + ": not a key that is understood: " + e.getMessage(),
        MalformedException.UNKNOWN_POSITION,
        e);
  }
}
