package dev.stowage.transfer.seal;

import dev.stowage.model.Bytes;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import dev.stowage.model.UnsupportedException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.MGF1ParameterSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;

/// Small secrets for several readers, in the JSON serialisation of JWE: the content by A256GCM, its
/// key by RSA-OAEP or by ECDH-ES+A256KW.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc7516">RFC 7516</a>
final class Jwe {
  private static final String RSA_OAEP = "RSA-OAEP";
  private static final String RSA_OAEP_256 = "RSA-OAEP-256";
  private static final String ECDH = "ECDH-ES+A256KW";
  private static final String CONTENT = "A256GCM";
  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BYTES = 16;
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  private Jwe() {}

  /// One reader's part.
  private record Recipient(Json.Obj header, Bytes encryptedKey) {}

  static String encrypt(byte[] content, List<PublicKey> readers)
      throws GeneralSecurityException, UnsupportedException {
    SecureRandom random = new SecureRandom();
    byte[] key = new byte[KEY_BYTES];
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(key);
    random.nextBytes(nonce);
    List<Recipient> recipients = new ArrayList<>();
    for (PublicKey reader : readers) {
      recipients.add(wrap(key, reader));
    }
    Json.Builder shared = Json.object();
    if (recipients.size() == 1) {
      recipients.getFirst().header.fields().forEach(shared::put);
    }
    shared.put("enc", CONTENT);
    String protectedHeader =
        ENCODER.encodeToString(shared.build().compact().getBytes(StandardCharsets.UTF_8));
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        Cipher.ENCRYPT_MODE,
        new SecretKeySpec(key, "AES"),
        new GCMParameterSpec(TAG_BYTES * 8, nonce));
    cipher.updateAAD(protectedHeader.getBytes(StandardCharsets.US_ASCII));
    byte[] sealed = cipher.doFinal(content);
    int length = sealed.length - TAG_BYTES;
    Json.Builder jwe = Json.object().put("protected", protectedHeader);
    if (recipients.size() == 1) {
      jwe.put(
          "encrypted_key", ENCODER.encodeToString(recipients.getFirst().encryptedKey.toArray()));
    } else {
      List<Json> all = new ArrayList<>();
      for (Recipient recipient : recipients) {
        all.add(
            Json.object()
                .put("header", recipient.header)
                .put("encrypted_key", ENCODER.encodeToString(recipient.encryptedKey.toArray()))
                .build());
      }
      jwe.put("recipients", new Json.Arr(all));
    }
    return jwe.put("iv", ENCODER.encodeToString(nonce))
        .put("ciphertext", ENCODER.encodeToString(Arrays.copyOf(sealed, length)))
        .put("tag", ENCODER.encodeToString(Arrays.copyOfRange(sealed, length, sealed.length)))
        .build()
        .compact();
  }

  /// The content, where one of the keys opens it.
  static Optional<byte[]> decrypt(String text, List<PrivateKey> keys) throws MalformedException {
    Json.Obj jwe = parsed(text);
    String protectedHeader = jwe.string("protected").orElse("");
    Json.Obj shared =
        protectedHeader.isEmpty()
            ? Json.object().build()
            : Json.parseObject(Bytes.owning(bytes(protectedHeader)));
    for (Recipient recipient : recipients(jwe)) {
      Json.Builder header = shared.toBuilder();
      jwe.object("unprotected").ifPresent(more -> more.fields().forEach(header::put));
      recipient.header.fields().forEach(header::put);
      for (PrivateKey key : keys) {
        try {
          return Optional.of(
              open(jwe, header.build(), recipient.encryptedKey.toArray(), key, protectedHeader));
        } catch (GeneralSecurityException e) {
          // Then it is for another key.
        }
      }
    }
    return Optional.empty();
  }

  private static Json.Obj parsed(String text) throws MalformedException {
    if (text.startsWith("{")) {
      return Json.parseObject(Bytes.utf8(text));
    }
    String[] parts = text.split("\\.", -1);
    if (parts.length != 5) {
      throw new MalformedException("a wrapped key that is not JWE");
    }
    return Json.object()
        .put("protected", parts[0])
        .put("encrypted_key", parts[1])
        .put("iv", parts[2])
        .put("ciphertext", parts[3])
        .put("tag", parts[4])
        .build();
  }

  private static List<Recipient> recipients(Json.Obj jwe) throws MalformedException {
    List<Json.Obj> several = jwe.objects("recipients");
    List<Recipient> recipients = new ArrayList<>();
    for (Json.Obj one : several.isEmpty() ? List.of(jwe) : several) {
      recipients.add(
          new Recipient(
              one.object("header").orElse(Json.object().build()),
              Bytes.owning(bytes(one.string("encrypted_key").orElse("")))));
    }
    return recipients;
  }

  private static byte[] open(
      Json.Obj jwe, Json.Obj header, byte[] encryptedKey, PrivateKey reader, String protectedHeader)
      throws GeneralSecurityException, MalformedException {
    if (!header.string("enc").orElse("").equals(CONTENT)) {
      throw new GeneralSecurityException("content encrypted otherwise");
    }
    Key key = unwrap(header, encryptedKey, reader);
    byte[] content = bytes(jwe.string("ciphertext").orElse(""));
    byte[] tag = bytes(jwe.string("tag").orElse(""));
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        Cipher.DECRYPT_MODE,
        key,
        new GCMParameterSpec(TAG_BYTES * 8, bytes(jwe.string("iv").orElse(""))));
    String more = jwe.string("aad").orElse("");
    String authentic = more.isEmpty() ? protectedHeader : protectedHeader + "." + more;
    cipher.updateAAD(authentic.getBytes(StandardCharsets.US_ASCII));
    cipher.update(new byte[0]);
    byte[] sealed = Arrays.copyOf(content, content.length + tag.length);
    System.arraycopy(tag, 0, sealed, content.length, tag.length);
    return cipher.doFinal(sealed);
  }

  private static Recipient wrap(byte[] key, PublicKey reader)
      throws GeneralSecurityException, UnsupportedException {
    SecretKeySpec wrapped = new SecretKeySpec(key, "AES");
    if (reader instanceof RSAPublicKey) {
      Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
      cipher.init(Cipher.WRAP_MODE, reader, oaep("SHA-1", MGF1ParameterSpec.SHA1));
      return new Recipient(
          Json.object().put("alg", RSA_OAEP).build(), Bytes.owning(cipher.wrap(wrapped)));
    }
    if (reader instanceof ECPublicKey ec) {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(ec.getParams());
      KeyPair once = generator.generateKeyPair();
      SecretKeySpec agreed = agreed(once.getPrivate(), ec);
      Cipher cipher = Cipher.getInstance("AES/KW/NoPadding");
      cipher.init(Cipher.WRAP_MODE, agreed);
      Json.Obj header =
          Json.object().put("alg", ECDH).put("epk", jwk((ECPublicKey) once.getPublic())).build();
      return new Recipient(header, Bytes.owning(cipher.wrap(wrapped)));
    }
    throw new UnsupportedException("keys of the kind " + reader.getAlgorithm());
  }

  private static Key unwrap(Json.Obj header, byte[] encryptedKey, PrivateKey reader)
      throws GeneralSecurityException, MalformedException {
    String algorithm = header.string("alg").orElse("");
    if (reader instanceof RSAPrivateKey && algorithm.startsWith(RSA_OAEP)) {
      OAEPParameterSpec parameters =
          algorithm.equals(RSA_OAEP_256)
              ? oaep("SHA-256", MGF1ParameterSpec.SHA256)
              : oaep("SHA-1", MGF1ParameterSpec.SHA1);
      Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
      cipher.init(Cipher.UNWRAP_MODE, reader, parameters);
      return cipher.unwrap(encryptedKey, "AES", Cipher.SECRET_KEY);
    }
    if (reader instanceof ECPrivateKey ec && algorithm.equals(ECDH)) {
      ECPublicKey once = publicKey(header.object("epk").orElse(Json.object().build()), ec);
      Cipher cipher = Cipher.getInstance("AES/KW/NoPadding");
      cipher.init(Cipher.UNWRAP_MODE, agreed(ec, once));
      return cipher.unwrap(encryptedKey, "AES", Cipher.SECRET_KEY);
    }
    throw new GeneralSecurityException("a key of another kind");
  }

  private static OAEPParameterSpec oaep(String digest, MGF1ParameterSpec mask) {
    return new OAEPParameterSpec(digest, "MGF1", mask, PSource.PSpecified.DEFAULT);
  }

  /// The key both ends come to, by the Concat KDF (RFC 7518, 4.6.2).
  private static SecretKeySpec agreed(PrivateKey mine, PublicKey theirs)
      throws GeneralSecurityException {
    KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
    agreement.init(mine);
    agreement.doPhase(theirs, true);
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    sha256.update(number(1));
    sha256.update(agreement.generateSecret());
    byte[] algorithm = ECDH.getBytes(StandardCharsets.US_ASCII);
    sha256.update(number(algorithm.length));
    sha256.update(algorithm);
    sha256.update(number(0));
    sha256.update(number(0));
    sha256.update(number(KEY_BYTES * 8));
    return new SecretKeySpec(sha256.digest(), "AES");
  }

  private static byte[] number(int value) {
    return ByteBuffer.allocate(4).putInt(value).array();
  }

  private static Json.Obj jwk(ECPublicKey key) {
    int bytes = (fieldBits(key.getParams()) + 7) / 8;
    return Json.object()
        .put("kty", "EC")
        .put("crv", "P-" + fieldBits(key.getParams()))
        .put("x", coordinate(key.getW().getAffineX(), bytes))
        .put("y", coordinate(key.getW().getAffineY(), bytes))
        .build();
  }

  private static String coordinate(BigInteger value, int length) {
    byte[] signed = value.toByteArray();
    byte[] fixed = new byte[length];
    int from = Math.max(0, signed.length - length);
    System.arraycopy(signed, from, fixed, length - (signed.length - from), signed.length - from);
    return ENCODER.encodeToString(fixed);
  }

  private static int fieldBits(ECParameterSpec parameters) {
    return ((ECFieldFp) parameters.getCurve().getField()).getFieldSize();
  }

  private static ECPublicKey publicKey(Json.Obj jwk, ECPrivateKey mine)
      throws GeneralSecurityException, MalformedException {
    int bits = fieldBits(mine.getParams());
    if (!jwk.string("crv").orElse("").equals("P-" + bits)) {
      throw new GeneralSecurityException("another curve");
    }
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec("secp" + bits + "r1"));
    ECPoint point =
        new ECPoint(
            new BigInteger(1, bytes(jwk.string("x").orElse(""))),
            new BigInteger(1, bytes(jwk.string("y").orElse(""))));
    return (ECPublicKey)
        KeyFactory.getInstance("EC")
            .generatePublic(
                new ECPublicKeySpec(point, parameters.getParameterSpec(ECParameterSpec.class)));
  }

  private static byte[] bytes(String base64) throws MalformedException {
    try {
      return Base64.getUrlDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new MalformedException(
          "broken base64 in a wrapped key", MalformedException.UNKNOWN_POSITION, e);
    }
  }
}
