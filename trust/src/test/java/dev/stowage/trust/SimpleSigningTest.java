package dev.stowage.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stowage.model.Bytes;
import dev.stowage.model.Document;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.MalformedException;
import dev.stowage.model.MediaType;
import dev.stowage.model.Reference;
import dev.stowage.model.RejectedException;
import dev.stowage.model.Secret;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class SimpleSigningTest {
  private static final Document MANIFEST =
      new Document(MediaType.OCI_MANIFEST, Bytes.utf8("{\"schemaVersion\":2}"));
  private static final Secret PASSPHRASE = Secret.of("correct horse");

  private static TestKey key;
  private static TestKey other;

  @BeforeAll
  static void makeKeys() throws Exception {
    key = TestKey.make("a@example.org", PASSPHRASE, Duration.ZERO);
    other = TestKey.make("b@example.org", Secret.of(""), Duration.ZERO);
  }

  private static ImageSignature.Simple sign(String name) throws IOException {
    return SimpleSigner.withKey(key.secret(), Optional.of(PASSPHRASE))
        .sign(MANIFEST, Reference.parse(name));
  }

  private static String verdict(String requirement, String name, List<ImageSignature> signatures)
      throws IOException {
    return verdict(requirement, name, MANIFEST, signatures);
  }

  private static String verdict(
      String requirement, String name, Document manifest, List<ImageSignature> signatures)
      throws IOException {
    Policy policy = Policy.parse("p", Bytes.utf8("{\"default\":[" + requirement + "]}"));
    try {
      new Judge(policy, Judge.Demand.AS_POLICY_SAYS)
          .judge(
              new Judge.Candidate(
                  ImageIdentity.inRegistry(Reference.parse(name)), manifest, () -> signatures));
      return "accepted";
    } catch (RejectedException e) {
      return String.valueOf(e.getMessage())
          .replace("Source image rejected: ", "")
          .replace(" (p, default)", "");
    }
  }

  private static String signedBy(TestKey... keys) {
    StringBuilder data = new StringBuilder();
    for (TestKey each : keys) {
      data.append(each.armored().utf8());
    }
    return "{\"type\":\"signedBy\",\"keyType\":\"GPGKeys\",\"keyData\":\""
        + Base64.getEncoder().encodeToString(Bytes.utf8(data.toString()).toArray())
        + "\"}";
  }

  @Test
  void whatATrustedKeySignedIsAccepted() throws IOException {
    List<ImageSignature> signatures = List.of(sign("a.example/b:1"));
    assertEquals("accepted", verdict(signedBy(key), "a.example/b:1", signatures));
    assertEquals("accepted", verdict(signedBy(other, key), "a.example/b:1", signatures));
    assertEquals(
        "accepted",
        verdict(signedBy(key) + "," + signedBy(key, other), "a.example/b:1", signatures));
  }

  @Test
  void whatIsSignedOtherwiseIsRefusedWithTheReason() throws IOException {
    List<ImageSignature> signatures = List.of(sign("a.example/b:1"));
    assertEquals(
        "A signature was required, but no signature exists",
        verdict(signedBy(key), "a.example/b:1", List.of()));
    assertEquals(
        "Signature for identity \"a.example/b:1\" is not accepted",
        verdict(signedBy(key), "a.example/b:2", signatures));
    assertEquals(
        "Signature for digest " + MANIFEST.digest() + " does not match",
        verdict(
            signedBy(key),
            "a.example/b:1",
            new Document(MediaType.OCI_MANIFEST, Bytes.utf8("{\"schemaVersion\":2 }")),
            signatures));
    assertEquals(
        "Invalid GPG signature: it is by the key "
            + key.fingerprint().substring(24)
            + ", which is not among the trusted ones",
        verdict(signedBy(other), "a.example/b:1", signatures));
    assertEquals(
        "Running image docker://a.example/b:1 is rejected by policy.",
        verdict(signedBy(key) + ",{\"type\":\"reject\"}", "a.example/b:1", signatures));
    assertEquals(
        "None of the signatures were accepted, reasons: Signature for identity"
            + " \"a.example/b:1\" is not accepted; Signature for identity \"a.example/b:3\" is not"
            + " accepted",
        verdict(
            signedBy(key), "a.example/b:2", List.of(signatures.getFirst(), sign("a.example/b:3"))));
    assertEquals(
        "open /nowhere/key: no such file or directory",
        verdict(
            "{\"type\":\"signedBy\",\"keyType\":\"GPGKeys\",\"keyPath\":\"/nowhere/key\"}",
            "a.example/b:1",
            signatures));
    assertEquals(
        "Unimplemented \"keyType\" value \"X509Certificates\"",
        verdict(signedBy(key).replace("GPGKeys", "X509Certificates"), "a.example/b:1", signatures));
  }

  @Test
  void aTamperedSignatureIsNeverAccepted() throws IOException {
    byte[] message = sign("a.example/b:1").message().toArray();
    OpenPgpKeys keys = OpenPgpKeys.of(List.of(key.armored()), Instant.now());
    Bytes said = keys.verify(Bytes.copyOf(message)).content();
    Random random = new Random(7);
    int refused = 0;
    for (int round = 0; round < 300; round++) {
      byte[] tampered = message.clone();
      tampered[random.nextInt(tampered.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        assertEquals(said, keys.verify(Bytes.copyOf(tampered)).content());
      } catch (MalformedException expected) {
        refused++;
      }
    }
    // Some bits say nothing: the name of the file inside, unhashed notes.
    assertEquals(true, refused > 200, "refused: " + refused);
  }

  @Test
  void anExpiredKeySignsNothing() throws Exception {
    TestKey old = TestKey.make("c@example.org", Secret.of(""), Duration.ofSeconds(100));
    ImageSignature.Simple signature =
        SimpleSigner.withKey(old.secret(), Optional.empty())
            .sign(MANIFEST, Reference.parse("a.example/b:1"));
    OpenPgpKeys.of(List.of(old.armored()), Instant.now()).verify(signature.message());
    MalformedException refused =
        assertThrows(
            MalformedException.class,
            () ->
                OpenPgpKeys.of(List.of(old.armored()), Instant.now().plusSeconds(4000))
                    .verify(signature.message()));
    assertEquals(
        true,
        String.valueOf(refused.getMessage())
            .startsWith("Invalid GPG signature: the key " + old.fingerprint() + " expired on "));
  }

  private static String refusal(Bytes... keys) throws IOException {
    Bytes message = sign("a.example/b:1").message();
    return String.valueOf(
        assertThrows(
                MalformedException.class,
                () -> OpenPgpKeys.of(List.of(keys), Instant.now()).verify(message))
            .getMessage());
  }

  @Test
  void aKeyThatOneOfSeveralKeyringsKnowsToBeRevokedSignsNothing() throws Exception {
    String revoked = "Invalid GPG signature: the key " + key.fingerprint() + " is revoked";
    Bytes with = key.revoked().armored();
    assertEquals(revoked, refusal(with));
    assertEquals(revoked, refusal(key.armored(), with));
    assertEquals(revoked, refusal(with, other.armored(), key.armored()));
    assertEquals(revoked, refusal(with, key.secret()));
    OpenPgpKeys keys = OpenPgpKeys.of(List.of(key.armored(), with, key.secret()), Instant.now());
    assertEquals(List.of(key.fingerprint()), keys.fingerprints());
  }

  @Test
  void aRevocationCountsWithoutItsKeyAndOnlyForTheKeyThatMadeIt() throws Exception {
    String revoked = "Invalid GPG signature: the key " + key.fingerprint() + " is revoked";
    assertEquals(revoked, refusal(key.armored(), key.revocation()));
    assertEquals(revoked, refusal(TestKey.armored(key.revocation().toArray()), key.armored()));
    OpenPgpKeys keys = OpenPgpKeys.of(List.of(other.revocation(), key.armored()), Instant.now());
    assertEquals(key.fingerprint(), keys.verify(sign("a.example/b:1").message()).fingerprint());
  }

  @Test
  void keysAreReadOnceForAllSignatures() throws IOException {
    List<ImageSignature> several = List.of(sign("a.example/b:1"), sign("a.example/b:2"));
    assertEquals(
        "open /nowhere/key: no such file or directory",
        verdict(
            "{\"type\":\"signedBy\",\"keyType\":\"GPGKeys\",\"keyPath\":\"/nowhere/key\"}",
            "a.example/b:1",
            several));
  }

  @Test
  void aWrongPassphraseIsSaid() {
    MalformedException refused =
        assertThrows(
            MalformedException.class,
            () -> SimpleSigner.withKey(key.secret(), Optional.of(Secret.of("wrong"))));
    assertEquals(true, String.valueOf(refused.getMessage()).endsWith("(is the passphrase right?)"));
  }

  @Test
  void aNameWithoutTagAndDigestIsNotSigned() {
    MalformedException refused = assertThrows(MalformedException.class, () -> sign("a.example/b"));
    assertEquals(
        "reference a.example/b can't be signed, it has neither a tag nor a digest",
        refused.getMessage());
  }
}
