package dev.stowage.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.MalformedException;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemTest {

  private static String pem(String label, byte[] content) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder().encodeToString(content)
        + "\n-----END "
        + label
        + "-----\n";
  }

  private static PrivateKey generate(String algorithm) throws GeneralSecurityException {
    return KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPrivate();
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC", "Ed25519"})
  void keysInPkcs8AreRead(String algorithm) throws Exception {
    PrivateKey key = generate(algorithm);
    assertEquals(
        key,
        Pem.privateKey(
            "some text\n" + pem("CERTIFICATE", new byte[5]) + pem("PRIVATE KEY", key.getEncoded()),
            "x.key"));
  }

  @Test
  void theOlderFormForRsaIsRead() throws Exception {
    PrivateKey key = generate("RSA");
    byte[] whole = key.getEncoded();
    // PKCS #8 is a frame of 26 bytes before the PKCS #1 key of this length.
    assertEquals(
        key,
        Pem.privateKey(
            pem("RSA PRIVATE KEY", Arrays.copyOfRange(whole, 26, whole.length)), "x.key"));
  }

  @Test
  void theOlderFormForEllipticCurvesIsRead() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    PrivateKey key = generator.generateKeyPair().getPrivate();
    byte[] whole = key.getEncoded();
    // SEC 1: the 32 bytes of the secret, then the name of the curve, prime256v1.
    byte[] secret = Arrays.copyOfRange(whole, whole.length - 32, whole.length);
    byte[] sec1 =
        HexFormat.of()
            .parseHex(
                "30310201010420" + HexFormat.of().formatHex(secret) + "a00a06082a8648ce3d030107");
    PrivateKey read = Pem.privateKey(pem("EC PRIVATE KEY", sec1), "x.key");
    assertEquals(((ECPrivateKey) key).getS(), ((ECPrivateKey) read).getS());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nothing",
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----"
      })
  void whatIsNoKeyIsNamed(String text) {
    MalformedException e =
        assertThrows(MalformedException.class, () -> Pem.privateKey(text, "x.key"));
    assertTrue(String.valueOf(e.getMessage()).startsWith("x.key: "));
  }

  @Test
  void anEncryptedKeyComesWithItsRemedy() {
    MalformedException e =
        assertThrows(
            MalformedException.class,
            () -> Pem.privateKey(pem("ENCRYPTED PRIVATE KEY", new byte[9]), "x.key"));
    assertTrue(String.valueOf(e.getMessage()).contains("openssl pkey"));
  }
}
