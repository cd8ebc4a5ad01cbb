package dev.stowage.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.Bytes;
import dev.stowage.model.Document;
import dev.stowage.model.MediaType;
import dev.stowage.model.Reference;
import dev.stowage.registry.RemoteRepository;
import dev.stowage.transfer.CopyOptions;
import dev.stowage.transfer.place.RegistryDesk;
import dev.stowage.trust.KeyMaterial;
import dev.stowage.trust.OpenPgpKeys;
import dev.stowage.trust.Signer;
import dev.stowage.trust.SigstoreSigner;
import dev.stowage.trust.SimpleSigner;
import dev.stowage.trust.StandaloneSignature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Signatures made here are accepted by skopeo and podman, and theirs here; what was tampered with
/// is refused with the reason.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SignaturesBothWaysTest {
  private final SigningWorkshop shop;

  SignaturesBothWaysTest() throws IOException {
    Tool.requireAll();
    shop = SigningWorkshop.open();
  }

  @BeforeAll
  void prepare() throws IOException {
    Files.createDirectories(shop.lookaside());
  }

  @AfterAll
  void close() throws IOException {
    shop.close();
  }

  private CopyOptions.Signing signing(String name, Signer... signers) throws IOException {
    Reference reference = shop.registry.name(name);
    return CopyOptions.Signing.KEEP.with(
        Stream.of(signers)
            .<CopyOptions.Signer>map(signer -> manifest -> signer.sign(manifest, reference))
            .toList());
  }

  private SimpleSigner simple() throws IOException {
    return SimpleSigner.withGpg(shop.here, shop.fingerprint, Optional.empty());
  }

  private SigstoreSigner sigstore() throws IOException {
    return SigstoreSigner.withKey(
        KeyMaterial.file(shop.work.resolve("k1.private").toString()), SigningWorkshop.PASSPHRASE);
  }

  private String verdict(Path policy, String name) throws IOException {
    try (RegistryDesk desk = shop.desk()) {
      return shop.verdict(desk, policy, name);
    }
  }

  private Shell.Ended skopeo(Path policy, String name) throws IOException {
    return skopeo(Peer.PACKAGED, policy, name);
  }

  private Shell.Ended skopeo(Peer peer, Path policy, String name) throws IOException {
    Path to = shop.work.resolve("copy-" + System.nanoTime());
    return shop.skopeo(
        peer,
        "--policy",
        policy.toString(),
        "copy",
        "--quiet",
        "--src-tls-verify=false",
        shop.docker(name),
        "dir:" + to);
  }

  @Test
  void aSignatureInAFileIsVerifiedByTheOther() throws IOException {
    Path image = shop.image("standalone");
    Path manifest = image.resolve("manifest.json");
    Path ours = shop.work.resolve("ours.sig");
    Document document =
        new Document(MediaType.OCI_MANIFEST, Bytes.owning(Files.readAllBytes(manifest)));
    Files.write(ours, simple().sign(document, "example.com/a:1").message().toArray());
    Shell.Ended verified =
        shop.skopeo(
            "standalone-verify",
            manifest.toString(),
            "example.com/a:1",
            shop.fingerprint,
            ours.toString());
    assertEquals(
        "Signature verified, digest " + document.digest() + "\n",
        verified.orFail(List.of("standalone-verify")));

    Path theirs = shop.work.resolve("theirs.sig");
    String _ =
        shop.skopeo(
                "standalone-sign",
                manifest.toString(),
                "example.com/a:1",
                shop.fingerprint,
                "-o",
                theirs.toString())
            .orFail(List.of("standalone-sign"));
    OpenPgpKeys keys =
        OpenPgpKeys.of(List.of(KeyMaterial.file(shop.gpgKey("one").toString())), Instant.now());
    assertEquals(
        shop.fingerprint,
        StandaloneSignature.verify(
                KeyMaterial.file(theirs.toString()),
                document,
                "example.com/a:1",
                keys,
                List.of(shop.fingerprint))
            .fingerprint());
  }

  @Test
  void whatIsSignedAtACopyIsAcceptedByThePeersAndByUs() throws IOException {
    shop.push(shop.image("pushed"), "ours/both:1", signing("ours/both:1", simple(), sigstore()));
    Path both = shop.policy("both", shop.signedBy("one") + "," + shop.sigstoreSigned("k1"));
    assertEquals("", verdict(both, "ours/both:1"));
    Path right = shop.policy("right", shop.signedBy("one"));
    String _ = skopeo(right, "ours/both:1").orFail(List.of("skopeo copy"));
    List<String> pull =
        List.of(
            "podman",
            "--root",
            shop.work.resolve("root").toString(),
            "--runroot",
            shop.work.resolve("run").toString(),
            "--storage-driver",
            "vfs",
            "pull",
            "--quiet",
            "--tls-verify=false",
            "--signature-policy",
            right.toString(),
            shop.registry.host() + "/ours/both:1");
    String _ = Shell.end(pull, shop.environment()).orFail(pull);

    Path otherKey = shop.policy("other-key", shop.sigstoreSigned("k2"));
    assertTrue(verdict(otherKey, "ours/both:1").contains("cryptographic signature verification"));
    Path otherPerson = shop.policy("other-person", shop.signedBy("two"));
    assertTrue(verdict(otherPerson, "ours/both:1").contains("which is not among the trusted ones"));
    assertEquals(1, skopeo(otherPerson, "ours/both:1").status());
  }

  @Test
  void whatSkopeoSignsIsAcceptedAndCopiedOnWithItsSignatures() throws IOException {
    Path image = shop.image("theirs");
    String _ =
        shop.skopeo(
                "--insecure-policy",
                "copy",
                "--quiet",
                "--dest-tls-verify=false",
                "--sign-by",
                shop.fingerprint,
                "dir:" + image,
                shop.docker("theirs/app:1"))
            .orFail(List.of("skopeo copy --sign-by"));
    Path policy = shop.policy("theirs", shop.signedBy("one"));
    assertEquals("", verdict(policy, "theirs/app:1"));
    Path signed = shop.work.resolve("signed.dir");
    String _ =
        shop.skopeo(
                "--policy",
                policy.toString(),
                "copy",
                "--quiet",
                "--src-tls-verify=false",
                shop.docker("theirs/app:1"),
                "dir:" + signed)
            .orFail(List.of("skopeo copy"));
    shop.push(signed, "kept/app:1", CopyOptions.Signing.KEEP);
    shop.push(signed, "removed/app:1", CopyOptions.Signing.REMOVE);
    assertEquals(
        "Source image rejected: Signature for identity \""
            + shop.registry.host()
            + "/theirs/app:1\" is not accepted",
        shortened(verdict(policy, "kept/app:1")));
    assertEquals(
        "Source image rejected: A signature was required, but no signature exists",
        shortened(verdict(policy, "removed/app:1")));
  }

  private static String shortened(String verdict) {
    int place = verdict.lastIndexOf(" (");
    return place < 0 ? verdict : verdict.substring(0, place);
  }

  /// The packaged skopeo cannot: Debian has taken sigstore out of it.
  @Test
  @Tag("large")
  void aNewerSkopeoAcceptsSigstoreSignaturesAndWeAcceptItsOwn() throws IOException {
    Peer.FORKY.require();
    shop.push(shop.image("attached"), "sigstore/ours:1", signing("sigstore/ours:1", sigstore()));
    Path right = shop.policy("k1", shop.sigstoreSigned("k1"));
    String _ = skopeo(Peer.FORKY, right, "sigstore/ours:1").orFail(List.of("skopeo copy"));
    Path wrong = shop.policy("k2", shop.sigstoreSigned("k2"));
    assertTrue(
        skopeo(Peer.FORKY, wrong, "sigstore/ours:1")
            .complained()
            .contains("cryptographic signature verification"));

    String _ =
        shop.skopeo(
                Peer.FORKY,
                "generate-sigstore-key",
                "--output-prefix",
                shop.work.resolve("theirs").toString(),
                "--passphrase-file",
                shop.work.resolve("pass").toString())
            .orFail(List.of("generate-sigstore-key"));
    for (String key : List.of("k1", "theirs")) {
      String name = "sigstore/" + key + ":1";
      String _ =
          shop.skopeo(
                  Peer.FORKY,
                  "--insecure-policy",
                  "copy",
                  "--quiet",
                  "--dest-tls-verify=false",
                  "--sign-by-sigstore-private-key",
                  shop.work.resolve(key + ".private").toString(),
                  "--sign-passphrase-file",
                  shop.work.resolve("pass").toString(),
                  "dir:" + shop.image("signed-" + key),
                  shop.docker(name))
              .orFail(List.of("skopeo copy --sign-by-sigstore-private-key"));
      assertEquals("", verdict(shop.policy("their-" + key, shop.sigstoreSigned(key)), name));
    }
    shop.push(shop.image("by-theirs"), "sigstore/mixed:1", signing("sigstore/mixed:1", theirs()));
    String _ =
        skopeo(Peer.FORKY, shop.policy("mixed", shop.sigstoreSigned("theirs")), "sigstore/mixed:1")
            .orFail(List.of("skopeo copy"));
  }

  private SigstoreSigner theirs() throws IOException {
    return SigstoreSigner.withKey(
        KeyMaterial.file(shop.work.resolve("theirs.private").toString()),
        SigningWorkshop.PASSPHRASE);
  }

  @Test
  void whatWasTamperedWithIsRefusedWithTheReason() throws IOException {
    Path image = shop.image("good");
    shop.push(image, "tampered/app:1", signing("tampered/app:1", simple(), sigstore()));
    Path simple = shop.policy("simple", shop.signedBy("one"));
    Path attached = shop.policy("attached", shop.sigstoreSigned("k1"));
    assertEquals("", verdict(simple, "tampered/app:1"));
    assertEquals("", verdict(attached, "tampered/app:1"));

    // Another image under the name, with the signatures of the first put beside it.
    Path bad = shop.image("bad");
    shop.push(bad, "tampered/app:1", CopyOptions.Signing.KEEP);
    String goodHex = digest(image);
    String badHex = digest(bad);
    Path look = shop.lookaside().resolve("tampered");
    String _ =
        Shell.run(
            List.of(
                "cp",
                "-r",
                look.resolve("app@sha256=" + goodHex).toString(),
                look.resolve("app@sha256=" + badHex).toString()));
    Document attachment;
    try (RegistryDesk desk = shop.desk()) {
      RemoteRepository repository = desk.repository(shop.registry.name("tampered/app:1"));
      attachment = repository.manifest(new dev.stowage.model.Tag("sha256-" + goodHex + ".sig"));
      var _ = repository.push(attachment, new dev.stowage.model.Tag("sha256-" + badHex + ".sig"));
    }
    String mismatch =
        "Source image rejected: Signature for digest sha256:" + goodHex + " does not match";
    assertEquals(mismatch, shortened(verdict(simple, "tampered/app:1")));
    assertEquals(mismatch, shortened(verdict(attached, "tampered/app:1")));
    assertTrue(skopeo(simple, "tampered/app:1").complained().contains(mismatch));

    // A bit of the signature itself.
    Path file = look.resolve("app@sha256=" + goodHex + "/signature-1");
    byte[] signature = Files.readAllBytes(file);
    signature[signature.length / 2] ^= 1;
    Files.write(file, signature);
    shop.push(image, "tampered/app:1", CopyOptions.Signing.KEEP);
    String broken = verdict(simple, "tampered/app:1");
    assertTrue(broken.startsWith("Source image rejected: "), broken);
    assertEquals(1, skopeo(simple, "tampered/app:1").status());
  }

  private static String digest(Path directory) throws IOException {
    return dev.stowage.model.Digest.of(
            Bytes.owning(Files.readAllBytes(directory.resolve("manifest.json"))))
        .hex();
  }
}
