package dev.stowage.trust;

import dev.stowage.model.Bytes;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import org.bouncycastle.crypto.engines.XSalsa20Engine;
import org.bouncycastle.crypto.generators.SCrypt;
import org.bouncycastle.crypto.macs.Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;

/// A secret under a passphrase: NaCl's secret box (XSalsa20, Poly1305) with a key from scrypt, as a
/// JSON document.
///
/// @see <a href="https://nacl.cr.yp.to/secretbox.html">NaCl, crypto_secretbox</a>
final class SecretBox {
  private static final int KEY = 32;
  private static final int SALT = 32;
  private static final int NONCE = 24;
  private static final int TAG = 16;

  /// The costs that are accepted. A file must not choose how much memory reading it takes.
  private enum Cost {
    OLD(1 << 15),
    USUAL(1 << 16),
    HIGH(1 << 17);

    private static final int BLOCKS = 8;
    private static final int PARALLEL = 1;

    private final int rounds;

    Cost(int rounds) {
      this.rounds = rounds;
    }
  }

  private SecretBox() {}

  static Json.Obj seal(Bytes secret, byte[] passphrase, Random random) {
    byte[] salt = new byte[SALT];
    random.nextBytes(salt);
    byte[] nonce = new byte[NONCE];
    random.nextBytes(nonce);
    byte[] content = secret.toArray();
    byte[] sealed = new byte[TAG + content.length];
    byte[] macKey = crypt(key(passphrase, salt, Cost.USUAL), nonce, content, sealed);
    System.arraycopy(tag(macKey, sealed), 0, sealed, 0, TAG);
    Json.Obj parameters =
        Json.object()
            .put("N", Cost.USUAL.rounds)
            .put("r", Cost.BLOCKS)
            .put("p", Cost.PARALLEL)
            .build();
    return Json.object()
        .put(
            "kdf",
            Json.object()
                .put("name", "scrypt")
                .put("params", parameters)
                .put("salt", Base64.getEncoder().encodeToString(salt))
                .build())
        .put(
            "cipher",
            Json.object()
                .put("name", "nacl/secretbox")
                .put("nonce", Base64.getEncoder().encodeToString(nonce))
                .build())
        .put("ciphertext", Base64.getEncoder().encodeToString(sealed))
        .build();
  }

  /// @throws MalformedException if the passphrase is wrong, or the document
  static Bytes open(Json.Obj box, byte[] passphrase) throws MalformedException {
    Json.Obj kdf = part(box, "kdf");
    Json.Obj cipher = part(box, "cipher");
    named(kdf, "scrypt", "kdf");
    named(cipher, "nacl/secretbox", "cipher");
    byte[] salt = Strict.base64(kdf.string("salt").orElse("")).toArray();
    byte[] nonce = Strict.base64(cipher.string("nonce").orElse("")).toArray();
    byte[] sealed = Strict.base64(box.string("ciphertext").orElse("")).toArray();
    if (nonce.length != NONCE || sealed.length < TAG) {
      throw new MalformedException("decrypt: the encrypted key is cut short");
    }
    byte[] opened = new byte[sealed.length];
    byte[] macKey =
        crypt(
            key(passphrase, salt, cost(part(kdf, "params"))),
            nonce,
            Arrays.copyOfRange(sealed, TAG, sealed.length),
            opened);
    if (!MessageDigest.isEqual(tag(macKey, sealed), Arrays.copyOf(sealed, TAG))) {
      throw new MalformedException("decrypt: encrypted: decryption failed (wrong passphrase?)");
    }
    return Bytes.owning(Arrays.copyOfRange(opened, TAG, opened.length));
  }

  private static Json.Obj part(Json.Obj object, String key) throws MalformedException {
    return object
        .object(key)
        .orElseThrow(() -> new MalformedException("decrypt: \"" + key + "\" is missing"));
  }

  private static void named(Json.Obj object, String wanted, String kind) throws MalformedException {
    String name = object.string("name").orElse("");
    if (!name.equals(wanted)) {
      throw new MalformedException(
          "decrypt: encrypted: unknown " + kind + " name \"" + name + "\"");
    }
  }

  private static Cost cost(Json.Obj parameters) throws MalformedException {
    long rounds = parameters.number("N").orElse(0L);
    if (parameters.number("r").orElse(0L) == Cost.BLOCKS
        && parameters.number("p").orElse(0L) == Cost.PARALLEL) {
      for (Cost cost : Cost.values()) {
        if (cost.rounds == rounds) {
          return cost;
        }
      }
    }
    throw new MalformedException("decrypt: unsupported scrypt parameters");
  }

  private static byte[] key(byte[] passphrase, byte[] salt, Cost cost) {
    return SCrypt.generate(passphrase, salt, cost.rounds, Cost.BLOCKS, Cost.PARALLEL, KEY);
  }

  /// Encrypts or decrypts behind room for the tag, which both texts share.
  ///
  /// @return the key of the tag, which is the first of the key stream
  private static byte[] crypt(byte[] key, byte[] nonce, byte[] content, byte[] into) {
    XSalsa20Engine engine = new XSalsa20Engine();
    engine.init(true, new ParametersWithIV(new KeyParameter(key), nonce));
    byte[] macKey = new byte[KEY];
    engine.processBytes(macKey, 0, KEY, macKey, 0);
    engine.processBytes(content, 0, content.length, into, TAG);
    return macKey;
  }

  private static byte[] tag(byte[] macKey, byte[] sealed) {
    Poly1305 mac = new Poly1305();
    mac.init(new KeyParameter(macKey));
    mac.update(sealed, TAG, sealed.length - TAG);
    byte[] tag = new byte[TAG];
    mac.doFinal(tag, 0);
    return tag;
  }
}
