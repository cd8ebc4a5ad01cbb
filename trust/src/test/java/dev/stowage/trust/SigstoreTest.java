package dev.stowage.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stowage.model.Bytes;
import dev.stowage.model.Document;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import dev.stowage.model.MediaType;
import dev.stowage.model.Reference;
import dev.stowage.model.RejectedException;
import dev.stowage.model.Secret;
import java.io.IOException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class SigstoreTest {
  private static final Document MANIFEST =
      new Document(MediaType.OCI_MANIFEST, Bytes.utf8("{\"schemaVersion\":2}"));
  private static final Secret PASSPHRASE = Secret.of("pass");
  private static final String NAME = "a.example/b:1";

  private static SigstoreKeyPair pair;
  private static SigstoreSigner signer;
  private static TestLog log;

  @BeforeAll
  static void makeKeys() throws Exception {
    pair = SigstoreKeyPair.generate(PASSPHRASE);
    signer = SigstoreSigner.withKey(pair.privateKey(), PASSPHRASE);
    log = TestLog.make();
  }

  private static ImageSignature.Sigstore sign() throws IOException {
    return signer.sign(MANIFEST, Reference.parse(NAME));
  }

  private static String data(Bytes content) {
    return Base64.getEncoder().encodeToString(content.toArray());
  }

  private static String keyed(Bytes key) {
    return "{\"type\":\"sigstoreSigned\",\"keyData\":\"" + data(key) + "\"}";
  }

  private static String logged(Bytes key) {
    return keyed(key).replace("}", ",\"rekorPublicKeyData\":\"" + data(log.publicKey()) + "\"}");
  }

  private static String verdict(String requirement, ImageSignature... signatures)
      throws IOException {
    Policy policy = Policy.parse("p", Bytes.utf8("{\"default\":[" + requirement + "]}"));
    try {
      new Judge(policy, Judge.Demand.SIGNATURE)
          .judge(
              new Judge.Candidate(
                  ImageIdentity.inRegistry(Reference.parse(NAME)),
                  MANIFEST,
                  () -> List.of(signatures)));
      return "accepted";
    } catch (RejectedException e) {
      return String.valueOf(e.getMessage())
          .replace("Source image rejected: ", "")
          .replace(" (p, default)", "");
    }
  }

  private static ImageSignature.Sigstore with(
      ImageSignature.Sigstore signature, String key, String value) {
    Map<String, String> annotations = new HashMap<>(signature.annotations());
    annotations.put(key, value);
    return new ImageSignature.Sigstore(signature.type(), signature.payload(), annotations);
  }

  private static String promise(
      ImageSignature.Sigstore signature, Bytes keyOrCertificate, Bytes payload) throws Exception {
    return log.promise(signature, keyOrCertificate, payload, Instant.now());
  }

  @Test
  void whatTheKeySignedIsAccepted() throws IOException {
    assertEquals("accepted", verdict(keyed(pair.publicKey()), sign()));
    ImageSignature stored = ImageSignature.parse(sign().stored());
    assertEquals("accepted", verdict(keyed(pair.publicKey()), stored));
  }

  @Test
  void whatAnotherKeySignedIsRefused() throws IOException {
    SigstoreKeyPair other = SigstoreKeyPair.generate(Secret.of(""));
    assertEquals(
        "cryptographic signature verification failed: invalid signature when validating ASN.1"
            + " encoded signature",
        verdict(keyed(other.publicKey()), sign()));
  }

  @Test
  void attachmentsOfOtherKindsAreCountedAndSaid() throws IOException {
    assertEquals(
        "A signature was required, but no signature exists (1 non-sigstore signatures, 1 sigstore"
            + " non-signature attachments)",
        verdict(
            keyed(pair.publicKey()),
            new ImageSignature.Simple(Bytes.utf8("x")),
            new ImageSignature.Sigstore("application/x", sign().payload(), Map.of())));
  }

  @Test
  void aChangedPayloadIsRefused() throws IOException {
    ImageSignature.Sigstore signature = sign();
    Bytes payload = Bytes.utf8(signature.payload().utf8().replace(NAME, "a.example/b:2"));
    assertEquals(
        "cryptographic signature verification failed: invalid signature when validating ASN.1"
            + " encoded signature",
        verdict(
            keyed(pair.publicKey()),
            new ImageSignature.Sigstore(signature.type(), payload, signature.annotations())));
  }

  @Test
  void theLogsPromiseIsVerified() throws Exception {
    ImageSignature.Sigstore signature = sign();
    String requirement = logged(pair.publicKey());
    String key = ImageSignature.Sigstore.LOG_ENTRY;
    assertEquals("missing " + key + " annotation", verdict(requirement, signature));
    String right = promise(signature, pair.publicKey(), signature.payload());
    assertEquals("accepted", verdict(requirement, with(signature, key, right)));
    assertEquals(
        "No public key verified against the RekorSET: cryptographic signature verification of"
            + " Rekor SET failed",
        verdict(
            requirement,
            with(signature, key, right.replace("\"logIndex\": 7", "\"logIndex\": 8"))));
    assertEquals(
        "No public key verified against the RekorSET: payload in Rekor SET does not match",
        verdict(
            requirement,
            with(signature, key, promise(signature, pair.publicKey(), Bytes.utf8("else")))));
    Bytes other = SigstoreKeyPair.generate(PASSPHRASE).publicKey();
    assertEquals(
        "No public key verified against the RekorSET: publicKey in Rekor SET does not match",
        verdict(requirement, with(signature, key, promise(signature, other, signature.payload()))));
    assertEquals(
        "No public key verified against the RekorSET: Unknown key \"x\"",
        verdict(requirement, with(signature, key, right.replace("{\"Sig", "{\"x\":1,\"Sig"))));
  }

  @Test
  void theCanonicalFormIsTheStandards() throws MalformedException {
    assertEquals(
        "{\"\":[1,0,\"\\u0001\\n<é\"],\"a\":{\"b\":null,\"c\":true}}",
        RekorEntry.canonical(
                Json.parse(
                    Bytes.utf8(
                        "{ \"a\": {\"c\":true, \"b\":null}, \"\":[1.0, -0e1,"
                            + " \"\\u0001\\n\\u003c\\u00e9\"] }")))
            .utf8());
  }

  @Test
  void aPrivateKeyOpensWithItsPassphraseAlone() throws IOException {
    MalformedException refused =
        assertThrows(
            MalformedException.class,
            () -> SigstoreSigner.withKey(pair.privateKey(), Secret.of("else")));
    assertEquals("decrypt: encrypted: decryption failed (wrong passphrase?)", refused.getMessage());
    assertThrows(
        MalformedException.class, () -> SigstoreSigner.withKey(pair.publicKey(), PASSPHRASE));
  }

  @Test
  void aKeyThatAsksForAnyAmountOfMemoryIsRefused() throws IOException {
    Bytes box = PemBlock.all(pair.privateKey()).getFirst().content();
    Json.Obj greedy = Json.parseObject(Bytes.utf8(box.utf8().replace("65536", "1073741824")));
    MalformedException refused =
        assertThrows(MalformedException.class, () -> SecretBox.open(greedy, new byte[0]));
    assertEquals("decrypt: unsupported scrypt parameters", refused.getMessage());
  }
}
