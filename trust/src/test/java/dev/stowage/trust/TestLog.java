package dev.stowage.trust;

import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.model.ImageSignature;
import java.security.KeyPair;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;

/// A transparency log that promises for a test.
record TestLog(KeyPair keys) {

  static TestLog make() throws Exception {
    return new TestLog(TestAuthority.newKeys());
  }

  Bytes publicKey() {
    return PublicKeys.pem(keys.getPublic());
  }

  /// The promise to have entered a signature.
  String promise(
      ImageSignature.Sigstore signature, Bytes keyOrCertificate, Bytes payload, Instant entered)
      throws Exception {
    String body =
        "{\"apiVersion\":\"0.0.1\",\"kind\":\"hashedrekord\",\"spec\":{\"data\":{\"hash\":"
            + "{\"algorithm\":\"sha256\",\"value\":\""
            + Digest.of(payload).hex()
            + "\"}},\"signature\":{\"content\":\""
            + signature.annotations().get(ImageSignature.Sigstore.SIGNATURE)
            + "\",\"publicKey\":{\"content\":\""
            + base64(keyOrCertificate)
            + "\"}}}}";
    // Canonical: keys in order, no white space.
    String entry =
        "{\"body\":\""
            + base64(Bytes.utf8(body))
            + "\",\"integratedTime\":"
            + entered.getEpochSecond()
            + ",\"logID\":\"0123\",\"logIndex\":7}";
    Signature promise = Signature.getInstance("SHA256withECDSA");
    promise.initSign(keys.getPrivate());
    promise.update(Bytes.utf8(entry).toArray());
    return "{\"SignedEntryTimestamp\":\""
        + Base64.getEncoder().encodeToString(promise.sign())
        // As a log may deliver it: in another order.
        + "\",\"Payload\": { \"logIndex\": 7, "
        + entry.substring(1, entry.length() - ",\"logIndex\":7}".length())
        + "}}";
  }

  private static String base64(Bytes content) {
    return Base64.getEncoder().encodeToString(content.toArray());
  }
}
