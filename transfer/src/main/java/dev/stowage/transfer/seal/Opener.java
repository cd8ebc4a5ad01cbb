package dev.stowage.transfer.seal;

import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import dev.stowage.model.MismatchException;
import dev.stowage.model.RejectedException;
import dev.stowage.model.UnsupportedException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;

/// Decrypts layers that were encrypted for the owner of one of some keys.
public final class Opener {
  private final List<PrivateKey> keys;

  private Opener(List<PrivateKey> keys) {
    this.keys = List.copyOf(keys);
  }

  public static Opener of(List<DecryptionKey> files) throws IOException {
    List<PrivateKey> keys = new ArrayList<>();
    for (DecryptionKey file : files) {
      keys.add(KeyFile.privateKey(file.file()));
    }
    return new Opener(keys);
  }

  /// The layer as it was. The stream fails instead of ending where the content is not what was
  /// encrypted.
  ///
  /// @param layer the descriptor of the encrypted layer
  /// @throws RejectedException where no key opens it
  public InputStream open(InputStream sealed, Descriptor layer) throws IOException {
    LayerSecret secret = secret(layer);
    String text = layer.annotations().getOrDefault(Sealer.PUBLIC, "");
    Json.Obj open = Json.parseObject(Bytes.owning(LayerSecret.base64(text)));
    String cipher = open.string("cipher").orElse("");
    if (!cipher.equals(LayerSecret.CIPHER)) {
      throw new UnsupportedException(
          "decrypting layer " + layer.digest() + ": unsupported cipher type: " + cipher);
    }
    byte[] hmac = LayerSecret.base64(open.string("hmac").orElse(""));
    return new Opened(sealed, secret, hmac, layer);
  }

  private LayerSecret secret(Descriptor layer) throws IOException {
    String wrapped = layer.annotations().getOrDefault(Sealer.JWE_KEYS, "");
    for (String one : wrapped.split(",", -1)) {
      if (!one.isEmpty()) {
        String jwe = new String(LayerSecret.base64(one), StandardCharsets.UTF_8);
        Optional<byte[]> found = Jwe.decrypt(jwe, keys);
        if (found.isPresent()) {
          return LayerSecret.parse(found.get());
        }
      }
    }
    boolean other = wrapped.isEmpty();
    throw new RejectedException(
        "decryption of " + layer.digest(),
        "decrypting layer "
            + layer.digest()
            + ": "
            + (other ? "it carries no JWE key" : "no suitable key found for decrypting layer key"));
  }

  /// A layer while it is decrypted.
  private static final class Opened extends FilterInputStream {
    private final Cipher cipher;
    private final Mac mac;
    private final byte[] wanted;
    private final Descriptor layer;
    private boolean judged;

    Opened(InputStream sealed, LayerSecret secret, byte[] wanted, Descriptor layer)
        throws MalformedException {
      super(sealed);
      this.wanted = wanted;
      this.layer = layer;
      try {
        this.cipher = Sealer.counterMode(Cipher.DECRYPT_MODE, secret);
        this.mac = Sealer.authentication(secret);
      } catch (GeneralSecurityException e) {
        throw new MalformedException(
            "the key of layer " + layer.digest() + " cannot be used: " + e.getMessage(),
            MalformedException.UNKNOWN_POSITION,
            e);
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
        mac.update(bytes, offset, got);
        byte[] plain = cipher.update(bytes, offset, got);
        System.arraycopy(plain, 0, bytes, offset, got);
      } else if (got < 0 && !judged) {
        byte[] found = mac.doFinal();
        if (!MessageDigest.isEqual(found, wanted)) {
          throw new MismatchException(
              "the authentication code of encrypted layer " + layer.digest(),
              HexFormat.of().formatHex(wanted),
              HexFormat.of().formatHex(found));
        }
        judged = true;
      }
      return got;
    }

    @Override
    public boolean markSupported() {
      return false;
    }
  }
}
