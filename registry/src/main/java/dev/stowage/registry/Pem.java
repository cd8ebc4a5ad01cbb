package dev.stowage.registry;

import dev.stowage.model.MalformedException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/// Private keys in the three PEM forms that tools write: PKCS #8, and the older forms for RSA (PKCS
/// #1) and elliptic curves (SEC 1).
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc7468">RFC 7468</a>
final class Pem {
  private static final byte[] VERSION_0 = {2, 1, 0};
  private static final byte[] RSA = {
    0x30, 0x0d, 6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 5, 0
  };
  private static final byte[] EC = {6, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};

  private Pem() {}

  /// The first private key of a file.
  ///
  /// @param place the file's name, for the message
  static PrivateKey privateKey(String text, String place) throws MalformedException {
    int begin = text.indexOf("-----BEGIN ");
    while (begin >= 0) {
      int labelEnd = text.indexOf("-----", begin + 11);
      if (labelEnd < 0) {
        break;
      }
      String label = text.substring(begin + 11, labelEnd);
      int end = text.indexOf("-----END " + label + "-----", labelEnd);
      if (end < 0) {
        throw new MalformedException(place + ": the block \"" + label + "\" has no end");
      }
      String body = text.substring(labelEnd + 5, end);
      switch (label) {
        case "PRIVATE KEY" -> {
          return key(decode(body, place), place);
        }
        case "RSA PRIVATE KEY" -> {
          refuseEncrypted(body, place);
          return key(wrapped(RSA, decode(body, place)), place);
        }
        case "EC PRIVATE KEY" -> {
          refuseEncrypted(body, place);
          byte[] sec1 = decode(body, place);
          return key(wrapped(sequence(join(EC, curveOf(sec1, place))), sec1), place);
        }
        case "ENCRYPTED PRIVATE KEY" -> throw encrypted(place);
        default -> begin = text.indexOf("-----BEGIN ", end);
      }
    }
    throw new MalformedException(place + ": no private key in PEM form");
  }

  private static PrivateKey key(byte[] pkcs8, String place) throws MalformedException {
    GeneralSecurityException last = new GeneralSecurityException("no such key");
    for (String algorithm : new String[] {"RSA", "EC", "Ed25519"}) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (GeneralSecurityException e) {
        last = e;
      }
    }
    throw new MalformedException(
        place + ": neither an RSA, an EC nor an Ed25519 key",
        MalformedException.UNKNOWN_POSITION,
        last);
  }

  private static void refuseEncrypted(String body, String place) throws MalformedException {
    if (body.contains("Proc-Type:")) {
      throw encrypted(place);
    }
  }

  private static MalformedException encrypted(String place) {
    return new MalformedException(
        place
            + ": the key is encrypted: store it without a passphrase (openssl pkey -in … -out …)");
  }

  private static byte[] decode(String body, String place) throws MalformedException {
    try {
      return Base64.getMimeDecoder().decode(body.getBytes(StandardCharsets.ISO_8859_1));
    } catch (IllegalArgumentException e) {
      throw new MalformedException(
          place + ": invalid base64", MalformedException.UNKNOWN_POSITION, e);
    }
  }

  /// The curve that a SEC 1 key names in its field `[0]`.
  private static byte[] curveOf(byte[] sec1, String place) throws MalformedException {
    for (int i = 0; i + 3 < sec1.length; i++) {
      if ((sec1[i] & 0xff) == 0xa0 && sec1[i + 2] == 6) {
        int length = 2 + sec1[i + 3];
        if (sec1[i + 1] == length && i + 2 + length <= sec1.length) {
          byte[] curve = new byte[length];
          System.arraycopy(sec1, i + 2, curve, 0, length);
          return curve;
        }
      }
    }
    throw new MalformedException(place + ": the EC key does not name its curve");
  }

  private static byte[] wrapped(byte[] algorithm, byte[] key) {
    return sequence(join(VERSION_0, algorithm, tagged(4, key)));
  }

  private static byte[] sequence(byte[] content) {
    return tagged(0x30, content);
  }

  private static byte[] tagged(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (content.length < 0x80) {
      out.write(content.length);
    } else if (content.length < 0x100) {
      out.write(0x81);
      out.write(content.length);
    } else {
      out.write(0x82);
      out.write(content.length >> 8);
      out.write(content.length);
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
