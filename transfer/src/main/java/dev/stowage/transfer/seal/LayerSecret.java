package dev.stowage.transfer.seal;

import dev.stowage.model.Bytes;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// What it takes to read an encrypted layer, and what everyone may know of it.
///
/// ```
/// private  {"symkey":"<base64>","digest":"sha256:…","cipheroptions":{"nonce":"<base64>"}}
/// public   {"cipher":"AES_256_CTR_HMAC_SHA256","hmac":"<base64>","cipheroptions":{}}
/// ```
///
/// @param digest of the layer before it was encrypted; nobody vouches for it
record LayerSecret(Bytes key, String digest, Bytes nonce) {
  static final String CIPHER = "AES_256_CTR_HMAC_SHA256";
  static final int KEY_BYTES = 32;
  static final int NONCE_BYTES = 16;

  byte[] toJson() {
    Base64.Encoder base64 = Base64.getEncoder();
    return Json.object()
        .put("symkey", base64.encodeToString(key.toArray()))
        .put("digest", digest)
        .put(
            "cipheroptions",
            Json.object().put("nonce", base64.encodeToString(nonce.toArray())).build())
        .build()
        .compact()
        .getBytes(StandardCharsets.UTF_8);
  }

  static LayerSecret parse(byte[] text) throws MalformedException {
    Json.Obj json = Json.parseObject(Bytes.copyOf(text));
    Json.Obj options = json.object("cipheroptions").orElse(Json.object().build());
    byte[] key = base64(json.string("symkey").orElse(""));
    byte[] nonce = base64(options.string("nonce").orElse(""));
    if (key.length != KEY_BYTES || nonce.length != NONCE_BYTES) {
      throw new MalformedException("the key or the nonce of an encrypted layer has a wrong length");
    }
    return new LayerSecret(
        Bytes.owning(key), json.string("digest").orElse(""), Bytes.owning(nonce));
  }

  static Json.Obj publicPart(byte[] hmac) {
    return Json.object()
        .put("cipher", CIPHER)
        .put("hmac", Base64.getEncoder().encodeToString(hmac))
        .put("cipheroptions", Json.object().build())
        .build();
  }

  static byte[] base64(String text) throws MalformedException {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new MalformedException(
          "broken base64 in the annotations of an encrypted layer",
          MalformedException.UNKNOWN_POSITION,
          e);
    }
  }
}
