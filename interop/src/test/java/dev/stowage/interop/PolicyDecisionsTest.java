package dev.stowage.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.transfer.CopyOptions;
import dev.stowage.transfer.place.RegistryDesk;
import dev.stowage.trust.KeyMaterial;
import dev.stowage.trust.Signer;
import dev.stowage.trust.SigstoreSigner;
import dev.stowage.trust.SimpleSigner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Policies made at random, asked about images that are signed in every way: Stowage and skopeo
/// decide the same, and give the same reasons.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PolicyDecisionsTest {
  private static final int SAMPLE = 100;
  private static final int ALL = 400;
  private static final List<String> IMAGES =
      List.of(
          "plain/app:1",
          "team/one:1",
          "team/two:1",
          "team/renamed:1",
          "team/attached:1",
          "team/attached:2",
          "other/both:1",
          "other/wrong:1");

  private final SigningWorkshop shop;

  /// What the peer's policies may say.
  private enum Words {
    /// Without sigstore, which Debian has taken out of the packaged one.
    SIMPLE,
    ALL
  }

  PolicyDecisionsTest() throws IOException {
    Tool.requireAll();
    shop = SigningWorkshop.open();
  }

  @BeforeAll
  void signImages() throws IOException {
    SimpleSigner one = SimpleSigner.withGpg(shop.here, shop.fingerprint, Optional.empty());
    SimpleSigner two = SimpleSigner.withGpg(shop.here, shop.otherFingerprint, Optional.empty());
    SigstoreSigner k1 = sigstore("k1");
    SigstoreSigner k2 = sigstore("k2");
    sign("plain/app:1", "plain/app:1");
    sign("team/one:1", "team/one:1", one);
    sign("team/two:1", "team/two:1", two, one);
    sign("team/renamed:1", "team/one:1", one, k1);
    sign("team/attached:1", "team/attached:1", k1);
    sign("team/attached:2", "team/attached:1", k1);
    sign("other/both:1", "other/both:1", one, k2);
    sign("other/wrong:1", "other/wrong:1", one, k1);
    // The signatures of another manifest.
    Path look = shop.lookaside().resolve("other");
    try (var entries = Files.list(look)) {
      List<Path> signed = entries.sorted().toList();
      Path both = signed.getFirst().resolve("signature-1");
      Path wrong = signed.getLast().resolve("signature-1");
      Files.write(wrong, Files.readAllBytes(both));
    }
  }

  @AfterAll
  void close() throws IOException {
    shop.close();
  }

  private SigstoreSigner sigstore(String key) throws IOException {
    return SigstoreSigner.withKey(
        KeyMaterial.file(shop.work.resolve(key + ".private").toString()),
        SigningWorkshop.PASSPHRASE);
  }

  private void sign(String image, String as, Signer... signers) throws IOException {
    var name = shop.registry.name(as);
    List<CopyOptions.Signer> signing = new ArrayList<>();
    for (Signer signer : signers) {
      signing.add(manifest -> signer.sign(manifest, name));
    }
    shop.push(
        shop.image(image.replace('/', '-').replace(':', '-')),
        image,
        CopyOptions.Signing.KEEP.with(signing));
  }

  /// Makes policies.
  private final class Generator {
    private final Random random;
    private final Words words;

    Generator(long seed, Words words) {
      this.random = new Random(seed);
      this.words = words;
    }

    private String pick(String... choices) {
      return choices[random.nextInt(choices.length)];
    }

    String policy() {
      StringBuilder scopes = new StringBuilder();
      String host = shop.registry.host();
      for (String scope :
          List.of(
              "",
              "*.0.0.1",
              host,
              host + "/team",
              host + "/other",
              host + "/team/one",
              host + "/team/attached:1",
              host + "/other/both:1")) {
        if (random.nextInt(3) == 0) {
          scopes.append(scopes.isEmpty() ? "" : ",");
          scopes.append('"').append(scope).append("\":").append(requirements());
        }
      }
      return "{\"default\":"
          + requirements()
          + ",\"transports\":{\"docker\":{"
          + scopes
          + "},\"dir\":{\"\":[{\"type\":\"reject\"}]}}}";
    }

    private String requirements() {
      String one = requirement();
      return random.nextInt(3) == 0 ? "[" + one + "," + requirement() + "]" : "[" + one + "]";
    }

    private String requirement() {
      int choice = random.nextInt(10);
      if (choice == 0) {
        return "{\"type\":\"reject\"}";
      }
      if (choice <= 2) {
        return "{\"type\":\"insecureAcceptAnything\"}";
      }
      return choice <= 6 || words == Words.SIMPLE ? signedBy() : sigstoreSigned();
    }

    private String signedBy() {
      String keys =
          words == Words.ALL && random.nextInt(3) == 0
              ? "\"keyPaths\":[\"" + shop.gpgKey("two") + "\",\"" + shop.gpgKey("one") + "\"]"
              : "\"keyPath\":\"" + shop.gpgKey(pick("one", "two")) + "\"";
      return "{\"type\":\"signedBy\",\"keyType\":\""
          + (random.nextInt(15) == 0 ? "X509Certificates" : "GPGKeys")
          + "\","
          + keys
          + identity()
          + "}";
    }

    private String sigstoreSigned() {
      String keys =
          words == Words.ALL && random.nextInt(3) == 0
              ? "\"keyPaths\":[\""
                  + shop.sigstoreKey("k2")
                  + "\",\""
                  + shop.sigstoreKey("k1")
                  + "\"]"
              : "\"keyPath\":\""
                  + shop.sigstoreKey(pick("k1", "k2"))
                  + (random.nextInt(15) == 0 ? ".missing" : "")
                  + "\"";
      return "{\"type\":\"sigstoreSigned\"," + keys + identity() + "}";
    }

    private String identity() {
      String host = shop.registry.host();
      String type =
          switch (random.nextInt(8)) {
            case 0 -> "{\"type\":\"matchExact\"}";
            case 1 -> "{\"type\":\"matchRepoDigestOrExact\"}";
            case 2 -> "{\"type\":\"matchRepository\"}";
            case 3 ->
                "{\"type\":\"exactReference\",\"dockerReference\":\""
                    + host
                    + pick("/team/one:1", "/team/attached:1", "/other/both:1")
                    + "\"}";
            case 4 ->
                "{\"type\":\"exactRepository\",\"dockerRepository\":\""
                    + host
                    + pick("/team/one", "/team/attached")
                    + "\"}";
            case 5 ->
                "{\"type\":\"remapIdentity\",\"prefix\":\""
                    + host
                    + pick("/team/renamed", "/team", "/other/wrong")
                    + "\",\"signedPrefix\":\""
                    + host
                    + pick("/team/one", "/team", "/other/both")
                    + "\"}";
            default -> "";
          };
      return type.isEmpty() ? "" : ",\"signedIdentity\":" + type;
    }
  }

  @Test
  void policiesDecideAsThePackagedSkopeoDecides() throws Exception {
    compare(Peer.PACKAGED, Words.SIMPLE, SAMPLE);
  }

  @Test
  @Tag("large")
  void policiesDecideAsANewerSkopeoDecides() throws Exception {
    Peer.FORKY.require();
    compare(Peer.FORKY, Words.ALL, ALL);
  }

  private void compare(Peer peer, Words words, int count) throws Exception {
    Generator generator = new Generator(20261123, words);
    int accepted = 0;
    List<String> differences = new ArrayList<>();
    Path policy = shop.work.resolve("random.json");
    try (RegistryDesk desk = shop.desk()) {
      for (int i = 0; i < count; i++) {
        String text = generator.policy();
        Files.writeString(policy, text);
        String image = IMAGES.get(i % IMAGES.size());
        String ours = withoutPlace(shop.verdict(desk, policy, image));
        String theirs = skopeo(peer, policy, image);
        accepted += ours.isEmpty() ? 1 : 0;
        if (ours.isEmpty() != theirs.isEmpty() || !reason(ours).equals(reason(theirs))) {
          differences.add(image + "\n  " + ours + "\n  " + theirs + "\n  " + text);
        }
      }
    }
    assertEquals(
        0,
        differences.size(),
        () -> String.join("\n", differences.subList(0, Math.min(3, differences.size()))));
    int yes = accepted;
    assertTrue(yes > count / 10 && yes < count - count / 10, () -> yes + " of " + count);
  }

  private String skopeo(Peer peer, Path policy, String image) throws IOException {
    Shell.Ended ended =
        shop.skopeo(
            peer,
            "--policy",
            policy.toString(),
            "copy",
            "--quiet",
            "--src-tls-verify=false",
            shop.docker(image),
            "dir:" + shop.work.resolve("copied"));
    return ended.status() == 0 ? "" : ended.complained().replace("\\\"", "\"");
  }

  /// A refusal as the peers word it, who do not say where in which file.
  private static String withoutPlace(String verdict) {
    int place = verdict.lastIndexOf(" (");
    return place < 0 ? verdict : verdict.substring(0, place);
  }

  /// What a refusal names, without what each program words its own way.
  private static String reason(String complaint) {
    for (String reason :
        List.of(
            "None of the signatures were accepted",
            "is rejected by policy",
            "A signature was required, but no signature exists (",
            "A signature was required, but no signature exists",
            "Signature for identity",
            "Signature for digest",
            "cryptographic signature verification failed",
            "Invalid GPG signature",
            "Unimplemented \"keyType\" value",
            "no such file or directory")) {
      if (complaint.contains(reason)) {
        return reason;
      }
    }
    return complaint;
  }
}
