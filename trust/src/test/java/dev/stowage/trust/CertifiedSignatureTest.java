package dev.stowage.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.Bytes;
import dev.stowage.model.Document;
import dev.stowage.model.ImageSignature;
import dev.stowage.model.MediaType;
import dev.stowage.model.Reference;
import dev.stowage.model.RejectedException;
import java.io.IOException;
import java.security.KeyPair;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Signatures whose keys are certified: by Fulcio with an entry in a log, and by one's own
/// authority.
final class CertifiedSignatureTest {
  private static final Document MANIFEST =
      new Document(MediaType.OCI_MANIFEST, Bytes.utf8("{\"schemaVersion\":2}"));
  private static final String NAME = "a.example/b:1";

  private static TestAuthority root;
  private static TestAuthority middle;
  private static TestAuthority pastRoot;
  private static TestLog log;
  private static KeyPair keys;

  @BeforeAll
  static void prepare() throws Exception {
    root = TestAuthority.root("root");
    middle = root.below("middle");
    pastRoot = TestAuthority.root("past");
    log = TestLog.make();
    keys = TestAuthority.newKeys();
  }

  private static TestAuthority.Leaf leaf(Instant from) {
    return new TestAuthority.Leaf(
        "me@example.org",
        "*.host.example",
        "https://id.example",
        KeyPurposeId.id_kp_codeSigning,
        from);
  }

  private static ImageSignature.Sigstore signature(Map<String, String> more) throws Exception {
    Bytes payload =
        new Claim(MANIFEST.digest(), NAME, Optional.empty(), Optional.empty())
            .text(Claim.Kind.SIGSTORE);
    Signature signing = Signature.getInstance("SHA256withECDSA");
    signing.initSign(keys.getPrivate());
    signing.update(payload.toArray());
    Map<String, String> annotations = new HashMap<>(more);
    annotations.put(
        ImageSignature.Sigstore.SIGNATURE, Base64.getEncoder().encodeToString(signing.sign()));
    return new ImageSignature.Sigstore(ImageSignature.Sigstore.TYPE, payload, annotations);
  }

  /// Certified by the middle authority and entered into the log.
  private static ImageSignature.Sigstore logged(TestAuthority.Leaf leaf, Instant entered)
      throws Exception {
    Bytes certificate = middle.certify(keys.getPublic(), leaf);
    ImageSignature.Sigstore bare =
        signature(
            Map.of(
                ImageSignature.Sigstore.CERTIFICATE,
                certificate.utf8(),
                ImageSignature.Sigstore.CHAIN,
                middle.certificate().utf8() + root.certificate().utf8()));
    Map<String, String> annotations = new HashMap<>(bare.annotations());
    annotations.put(
        ImageSignature.Sigstore.LOG_ENTRY, log.promise(bare, certificate, bare.payload(), entered));
    return new ImageSignature.Sigstore(bare.type(), bare.payload(), annotations);
  }

  private static String data(Bytes content) {
    return Base64.getEncoder().encodeToString(content.toArray());
  }

  private static String fulcio(TestAuthority authority, String issuer, String email) {
    return "{\"type\":\"sigstoreSigned\",\"fulcio\":{\"caData\":\""
        + data(authority.certificate())
        + "\",\"oidcIssuer\":\""
        + issuer
        + "\",\"subjectEmail\":\""
        + email
        + "\"},\"rekorPublicKeyDatas\":[\""
        + data(SigstoreKeyPair.generate(dev.stowage.model.Secret.of("")).publicKey())
        + "\",\""
        + data(log.publicKey())
        + "\"]}";
  }

  private static String verdict(String requirement, ImageSignature signature) throws IOException {
    Policy policy = Policy.parse("p", Bytes.utf8("{\"default\":[" + requirement + "]}"));
    try {
      new Judge(policy, Judge.Demand.SIGNATURE)
          .judge(
              new Judge.Candidate(
                  ImageIdentity.inRegistry(Reference.parse(NAME)),
                  MANIFEST,
                  () -> List.of(signature)));
      return "accepted";
    } catch (RejectedException e) {
      return String.valueOf(e.getMessage())
          .replace("Source image rejected: ", "")
          .replace(" (p, default)", "");
    }
  }

  private static final String ISSUER = "https://id.example";
  private static final String EMAIL = "me@example.org";

  @Test
  void whoWasCertifiedWhenTheLogEnteredItIsAccepted() throws Exception {
    Instant now = Instant.now();
    assertEquals("accepted", verdict(fulcio(root, ISSUER, EMAIL), logged(leaf(now), now)));
  }

  @Test
  void anotherPersonAnotherIssuerAndAnotherAuthorityAreRefused() throws Exception {
    Instant now = Instant.now();
    ImageSignature.Sigstore right = logged(leaf(now), now);
    assertEquals(
        "Required email \"you@example.org\" not found (got [\"me@example.org\"])",
        verdict(fulcio(root, ISSUER, "you@example.org"), right));
    assertEquals(
        "Unexpected Fulcio OIDC issuer \"https://id.example\"",
        verdict(fulcio(root, "https://other.example", EMAIL), right));
    assertTrue(
        verdict(fulcio(pastRoot, ISSUER, EMAIL), right)
            .startsWith("verifying leaf certificate failed: "));
  }

  @Test
  void anEntryOutsideTheHourOfTheCertificateIsRefused() throws Exception {
    String late =
        verdict(
            fulcio(root, ISSUER, EMAIL),
            logged(leaf(Instant.now()), Instant.now().plusSeconds(7200)));
    assertTrue(late.startsWith("verifying leaf certificate failed: "), late);
    String early =
        verdict(
            fulcio(root, ISSUER, EMAIL),
            logged(leaf(Instant.now().minusSeconds(86_400)), Instant.now()));
    assertTrue(early.startsWith("verifying leaf certificate failed: "), early);
  }

  @Test
  void aCertificateForAnotherUseIsRefused() throws Exception {
    Instant now = Instant.now();
    TestAuthority.Leaf server =
        new TestAuthority.Leaf(EMAIL, "h.example", ISSUER, KeyPurposeId.id_kp_serverAuth, now);
    String refused = verdict(fulcio(root, ISSUER, EMAIL), logged(server, now));
    assertTrue(refused.endsWith("is not meant for code signing"), refused);
  }

  private static String pki(String rest) {
    return "{\"type\":\"sigstoreSigned\",\"pki\":{\"caRootsData\":\""
        + data(root.certificate())
        + "\","
        + rest
        + "}}";
  }

  @Test
  void onesOwnAuthorityCertifiesByEmailAndHost() throws Exception {
    Instant now = Instant.now();
    ImageSignature.Sigstore chained = logged(leaf(now), now);
    assertEquals("accepted", verdict(pki("\"subjectEmail\":\"me@example.org\""), chained));
    assertEquals("accepted", verdict(pki("\"subjectHostname\":\"a.host.example\""), chained));
    assertEquals(
        "Unexpected subject hostname: the certificate is valid for *.host.example, not"
            + " a.b.host.example",
        verdict(pki("\"subjectHostname\":\"a.b.host.example\""), chained));
    assertEquals(
        "Required email \"you@example.org\" not found (got [\"me@example.org\"])",
        verdict(pki("\"subjectEmail\":\"you@example.org\""), chained));
  }

  @Test
  void theCertificatesBetweenComeFromThePolicyToo() throws Exception {
    ImageSignature.Sigstore unchained =
        signature(
            Map.of(
                ImageSignature.Sigstore.CERTIFICATE,
                middle.certify(keys.getPublic(), leaf(Instant.now())).utf8()));
    assertTrue(
        verdict(pki("\"subjectEmail\":\"me@example.org\""), unchained)
            .startsWith("verifying leaf certificate failed: "));
    assertEquals(
        "accepted",
        verdict(
            pki(
                "\"subjectEmail\":\"me@example.org\",\"caIntermediatesData\":\""
                    + data(middle.certificate())
                    + "\""),
            unchained));
    assertEquals(
        "missing dev.sigstore.cosign/certificate annotation",
        verdict(pki("\"subjectEmail\":\"me@example.org\""), signature(Map.of())));
  }
}
