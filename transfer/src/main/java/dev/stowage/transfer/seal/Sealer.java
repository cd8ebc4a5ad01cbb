package dev.stowage.transfer.seal;

import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Encrypts layers for some readers: the content by AES-256 in counter mode, authenticated by
/// HMAC-SHA256, under a key of its own, which is wrapped for each of them and goes into the
/// annotations of the layer's descriptor.
///
/// @see <a href="https://github.com/containers/ocicrypt">ocicrypt</a>
public final class Sealer {
  /// What the names of all annotations of encrypted layers begin with.
  public static final String ANNOTATIONS = "org.opencontainers.image.enc.";

  static final String JWE_KEYS = ANNOTATIONS + "keys.jwe";
  static final String PUBLIC = ANNOTATIONS + "pubopts";

  private final List<PublicKey> readers;

  private Sealer(List<PublicKey> readers) {
    this.readers = List.copyOf(readers);
  }

  /// One that encrypts for the owners of these keys.
  public static Sealer of(List<EncryptionKey> keys) throws IOException {
    List<PublicKey> readers = new ArrayList<>();
    for (EncryptionKey key : keys) {
      readers.add(KeyFile.publicKey(key.file()));
    }
    return new Sealer(readers);
  }

  /// The encrypted form of a layer.
  ///
  /// @param original the layer as it was
  public Sealed seal(InputStream content, Descriptor original) {
    SecureRandom random = new SecureRandom();
    byte[] key = new byte[LayerSecret.KEY_BYTES];
    byte[] nonce = new byte[LayerSecret.NONCE_BYTES];
    random.nextBytes(key);
    random.nextBytes(nonce);
    return new Sealed(
        content,
        new LayerSecret(Bytes.owning(key), original.digest().toString(), Bytes.owning(nonce)),
        readers);
  }

  static Cipher counterMode(int mode, LayerSecret secret) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
    cipher.init(
        mode,
        new SecretKeySpec(secret.key().toArray(), "AES"),
        new IvParameterSpec(secret.nonce().toArray()));
    return cipher;
  }

  static Mac authentication(LayerSecret secret) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret.key().toArray(), "HmacSHA256"));
    return mac;
  }

  /// A layer while it is encrypted.
  public static final class Sealed extends FilterInputStream {
    private final LayerSecret secret;
    private final List<PublicKey> readers;
    private final Cipher cipher;
    private final Mac mac;

    private Sealed(InputStream content, LayerSecret secret, List<PublicKey> readers) {
      super(content);
      this.secret = secret;
      this.readers = readers;
      try {
        this.cipher = counterMode(Cipher.ENCRYPT_MODE, secret);
        this.mac = authentication(secret);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every JDK can do this", e);
      }
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int got = in.read(bytes, offset, length);
      if (got > 0) {
        byte[] sealed = cipher.update(bytes, offset, got);
        System.arraycopy(sealed, 0, bytes, offset, got);
        mac.update(bytes, offset, got);
      }
      return got;
    }

    @Override
    public boolean markSupported() {
      return false;
    }

    /// What the descriptor of the encrypted layer has to say; to be asked once, at the end.
    public Map<String, String> annotations() throws IOException {
      try {
        Base64.Encoder base64 = Base64.getEncoder();
        String wrapped = Jwe.encrypt(secret.toJson(), readers);
        String open = LayerSecret.publicPart(mac.doFinal()).compact();
        return Map.of(
            JWE_KEYS,
            base64.encodeToString(wrapped.getBytes(StandardCharsets.UTF_8)),
            PUBLIC,
            base64.encodeToString(open.getBytes(StandardCharsets.UTF_8)));
      } catch (GeneralSecurityException e) {
        throw new IOException("Unable to finalize encryption: " + e.getMessage(), e);
      }
    }
  }
}
