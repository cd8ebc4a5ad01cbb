package dev.stowage.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stowage.config.Surroundings;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PolicyFileTest {
  @TempDir Path directory;
  private Path file;
  private PolicyFile policy;

  @BeforeEach
  void choose() throws IOException {
    file = directory.resolve("policy.json");
    policy = PolicyFile.at(Surroundings.ofThisProcess(), Optional.of(file));
  }

  @Test
  void aScopeIsSetWhereItStandsAndElseAmongRegistries() throws IOException {
    Files.writeString(
        file,
        "{\"default\":[{\"type\":\"mystery\",\"x\":1}],\"transports\":{\"dir\":{\"/a\":[]}}}");
    policy.set("/a", "accept", List.of());
    policy.set("reg.example/x", "signedBy", List.of("/k1", "/k2"));
    policy.set("reg.example/y", "sigstoreSigned", List.of("/k3"));
    assertEquals(
        "{\"default\":[{\"type\":\"mystery\",\"x\":1}],\"transports\":{\"dir\":{\"/a\":[{\"type\":"
            + "\"insecureAcceptAnything\"}]},\"docker\":{\"reg.example/x\":[{\"type\":\"signedBy\","
            + "\"keyType\":\"GPGKeys\",\"keyPath\":\"/k1\"},{\"type\":\"signedBy\",\"keyType\":"
            + "\"GPGKeys\",\"keyPath\":\"/k2\"}],\"reg.example/y\":[{\"type\":\"sigstoreSigned\","
            + "\"keyPath\":\"/k3\"}]}}}",
        dev.stowage.model.Json.parse(policy.text()).compact());
  }

  @Test
  void aFileBeginsWithItsDefault() throws IOException {
    assertRefused("default trust policy must be set", "reg.example", "reject", List.of());
    policy.set("default", "reject", List.of());
    policy.set("reg.example", "accept", List.of());
    Policy read = Policy.parse("p", policy.text());
    assertEquals(List.of(new Requirement.Reject()), read.fallback());
  }

  @Test
  void keysHaveToFitTheType() {
    assertRefused(
        "1 public keys unexpectedly provided for trust type accept",
        "default",
        "accept",
        List.of("/k"));
    assertRefused(
        "at least one public key must be defined for type 'signedBy'",
        "default",
        "signedBy",
        List.of());
    assertRefused("unknown trust type \"maybe\"", "default", "maybe", List.of());
  }

  private void assertRefused(String complaint, String scope, String type, List<String> keys) {
    MalformedException refused =
        assertThrows(MalformedException.class, () -> policy.set(scope, type, keys));
    assertEquals(complaint, refused.getMessage());
  }

  @Test
  void entriesNameTheOwnersOfKeys() throws Exception {
    TestKey key = TestKey.make("A <a@example.org>", Secret.of(""), Duration.ZERO);
    Files.write(directory.resolve("k"), key.armored().toArray());
    policy.set("default", "reject", List.of());
    policy.set("reg.example", "signedBy", List.of(directory.resolve("k").toString(), "/nowhere"));
    policy.set("reg.example/s", "sigstoreSigned", List.of("/k3"));
    Files.writeString(
        directory.resolve("r.yaml"), "docker: {reg.example: {lookaside: 'file:///l'}}");
    assertEquals(
        List.of(
            new PolicyFile.Entry("all", "* (default)", "default", "reject", "", ""),
            new PolicyFile.Entry(
                "repository", "reg.example", "reg.example", "signed", "a@example.org", "file:///l"),
            new PolicyFile.Entry(
                "repository", "reg.example", "reg.example", "signed", "", "file:///l"),
            new PolicyFile.Entry(
                "repository",
                "reg.example/s",
                "reg.example/s",
                "sigstoreSigned",
                "N/A",
                "file:///l")),
        policy.entries(Surroundings.ofThisProcess(), Optional.of(directory)));
  }
}
