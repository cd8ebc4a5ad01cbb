package dev.stowage.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stowage.model.Bytes;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Reference;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PolicyTest {
  private static final String REJECT = "[{\"type\":\"reject\"}]";
  private static final String ACCEPT = "[{\"type\":\"insecureAcceptAnything\"}]";

  private static Policy parse(String text) throws MalformedException {
    return Policy.parse("policy.json", Bytes.utf8(text));
  }

  private static Policy scopes(String transport, String... scopes) throws MalformedException {
    StringBuilder named = new StringBuilder();
    for (String scope : scopes) {
      named.append(named.isEmpty() ? "" : ",").append('"').append(scope).append("\":" + ACCEPT);
    }
    return parse(
        "{\"default\":" + REJECT + ",\"transports\":{\"" + transport + "\":{" + named + "}}}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a.example/x:1                 | default
          reg.example/signed/x:1        | docker scope "reg.example/signed/x"
          reg.example/signed/x:open     | docker scope "reg.example/signed/x:open"
          reg.example/signed/x          | docker scope "reg.example/signed/x"
          reg.example/other:1           | docker scope "reg.example"
          reg.example:5000/other:1      | docker scope "*.example"
          sub.wild.example/x:1          | docker scope "*.wild.example"
          deep.sub.wild.example:5/x     | docker scope "*.wild.example"
          wild.example/x:1              | docker scope "*.example"
          alpine                        | docker scope "docker.io/library"
          """)
  void theMostSpecificScopeSpeaksAlone(String image, String place) throws MalformedException {
    Policy policy =
        scopes(
            "docker",
            "reg.example",
            "reg.example/signed/x",
            "reg.example/signed/x:open",
            "*.wild.example",
            "*.example",
            "docker.io/library");
    if (place.equals("default")) {
      policy = scopes("docker", "reg.example");
    }
    assertEquals(
        "policy.json, " + place,
        policy.demandsOf(ImageIdentity.inRegistry(Reference.parse(image))).place());
  }

  @ParameterizedTest
  @CsvSource({"/srv/a/b, /srv/a/b", "/srv/a/c, /srv/a", "/srv/x, ''", "/srvx, ''"})
  void aPathBelongsToTheDirectoriesAboveIt(String path, String scope) throws MalformedException {
    for (String transport : new String[] {"dir", "oci", "oci-archive"}) {
      Policy policy = scopes(transport, "", "/srv/a", "/srv/a/b");
      assertEquals(
          "policy.json, " + transport + " scope \"" + scope + "\"",
          policy.demandsOf(ImageIdentity.atPath(transport, Path.of(path), path)).place());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a.example/b/c:1 | ID | [overlay@/r]a.example/b/c:1@ID
          a.example/b/d:1 | ID | [overlay@/r]a.example/b/d:1
          a.example/b/d:2 | ID | [overlay@/r]a.example/b
          a.example/x:2   |    | [overlay@/r]a.example
          other/x:2       |    | [overlay@/r]
                          | ID | [overlay@/r]@ID
          """)
  void anImageInAStoreBelongsToItsNameAndItsStore(String name, String id, String scope)
      throws MalformedException {
    String hex = "0".repeat(64);
    Policy policy =
        scopes(
            "containers-storage",
            "[overlay@/r]a.example/b/c:1@" + hex,
            "[overlay@/r]a.example/b/d:1",
            "[overlay@/r]a.example/b",
            "[overlay@/r]a.example",
            "[overlay@/r]@" + hex,
            "[overlay@/r]",
            "[/r]");
    Optional<Reference> named =
        name == null ? Optional.empty() : Optional.of(Reference.parse(name));
    ImageIdentity image =
        ImageIdentity.inStore(
            "overlay", Path.of("/r"), named, Optional.ofNullable(id == null ? null : hex), "it");
    assertEquals(
        "policy.json, containers-storage scope \"" + scope.replace("ID", hex) + "\"",
        policy.demandsOf(image).place());
    ImageIdentity elsewhere =
        ImageIdentity.inStore("vfs", Path.of("/r"), named, Optional.empty(), "it");
    assertEquals(
        "policy.json, containers-storage scope \"[/r]\"", policy.demandsOf(elsewhere).place());
  }

  @Test
  void anImageWithoutScopesHasItsTransportsDefault() throws MalformedException {
    for (String transport : new String[] {"docker-archive", "tarball"}) {
      assertEquals(
          "policy.json, " + transport + " scope \"\"",
          scopes(transport, "")
              .demandsOf(ImageIdentity.unscoped(transport, Optional.empty(), "it"))
              .place());
    }
    Reference name = Reference.parse("a.example/b:1");
    assertEquals(
        "policy.json, docker-daemon scope \"a.example\"",
        scopes("docker-daemon", "a.example", "")
            .demandsOf(ImageIdentity.inDaemon(Optional.of(name), "it"))
            .place());
    assertEquals(
        "policy.json, docker-daemon scope \"\"",
        scopes("docker-daemon", "a.example", "")
            .demandsOf(ImageIdentity.inDaemon(Optional.empty(), "it"))
            .place());
  }

  /// What `@D` and `@R` stand for is spelled out by the test.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {}                                    | Default policy is missing
          []                                    | JSON object expected, got []
          {"default": []}                       | default: List of verification policy requirements must not be empty
          {"default": {"type": "reject"}}       | default: the policy requirements are not an array
          {"default": [{"type": "trustMe"}]}    | default, requirement 1: Unknown policy requirement type "trustMe"
          {"default": [{}]}                     | default, requirement 1: Unknown policy requirement type ""
          {"default": [{"type": "reject", "reason": "x"}]} | default, requirement 1: Unknown key "reason"
          {@D, "defaults": @R}                    | Unknown key "defaults"
          {@D, @D}                                | Duplicate key "default"
          {"default": [{"type": "reject", "t\\u0079pe": "insecureAcceptAnything"}]} | Duplicate key "t\\u0079pe"
          {@D, "transports": []}                 | transports: JSON object expected, got []
          {@D, "transports": {"docker": {"a": []}}} | docker scope "a": List of verification policy requirements must not be empty
          {@D, "transports": {"dir": {"/": @R}}}  | dir: Unknown key "/": Invalid scope "/": Use the generic default scope ""
          {@D, "transports": {"oci": {"a": @R}}}  | oci: Unknown key "a": Invalid scope a: must be an absolute path
          {@D, "transports": {"dir": {"/a/../b": @R}}} | dir: Unknown key "/a/../b": Invalid scope /a/../b: Uses non-canonical format, perhaps try /b
          {@D, "transports": {"docker-archive": {"a": @R}}} | docker-archive: Unknown key "a": docker-archive: does not support any scopes except the default "" one
          {@D, "transports": {"atomic": {"a/b/c/d": @R}}} | atomic: Unknown key "a/b/c/d": Invalid scope name a/b/c/d
          {@D, "transports": {"containers-storage": {"[x@y]": @R}}} | containers-storage: Unknown key "[x@y]": path name is not absolute
          {"default": [{"type": "signedBy"}]}   | default, requirement 1: Exactly one of keyPath, keyPaths and keyData must be specified, none of them present
          {"default": [{"type": "signedBy", "keyPath": "/k"}]} | default, requirement 1: invalid keyType ""
          {"default": [{"type": "signedBy", "keyType": "GPG", "keyPath": "/k"}]} | default, requirement 1: Unrecognized keyType value "GPG"
          {"default": [{"type": "signedBy", "keyType": "GPGKeys", "keyPath": "/k", "keyData": "aa=="}]} | default, requirement 1: Exactly one of keyPath, keyPaths and keyData must be specified, more than one present
          {"default": [{"type": "signedBy", "keyType": "GPGKeys", "keyData": "a"}]} | default, requirement 1: illegal base64 data: the padding is missing
          {"default": [{"type": "signedBy", "keyType": "GPGKeys", "keyPath": 1}]} | default, requirement 1: "keyPath" is not a string
          {"default": [{"type": "signedBaseLayer"}]} | default, requirement 1: Key "baseLayerIdentity" missing in a JSON object
          {"default": [{"type": "sigstoreSigned"}]} | default, requirement 1: exactly one of keyPath, keyPaths, keyData, keyDatas, fulcio, and pki must be specified
          {"default": [{"type": "sigstoreSigned", "keyPaths": []}]} | default, requirement 1: "keyPaths" contains no entries
          {"default": [{"type": "sigstoreSigned", "keyPath": "/k", "pki": {}}]} | default, requirement 1: exactly one of keyPath, keyPaths, keyData, keyDatas, fulcio, and pki must be specified
          {"default": [{"type": "sigstoreSigned", "fulcio": {"caPath": "/c", "oidcIssuer": "i", "subjectEmail": "e"}}]} | default, requirement 1: At least one of rekorPublicKeyPath, rekorPublicKeyPaths, rekorPublicKeyData and rekorPublicKeyDatas must be specified if fulcio is used
          {"default": [{"type": "sigstoreSigned", "fulcio": {"caPath": "/c", "oidcIssuer": "i"}}]} | default, requirement 1: fulcio: subjectEmail not specified
          {"default": [{"type": "sigstoreSigned", "pki": {"caRootsPath": "/c"}}]} | default, requirement 1: pki: At least one of subjectEmail, subjectHostname must be specified
          {"default": [{"type": "signedBy", "keyType": "GPGKeys", "keyPath": "/k", "signedIdentity": {"type": "matchAll"}}]} | default, requirement 1: Unknown policy reference match type "matchAll"
          {"default": [{"type": "signedBy", "keyType": "GPGKeys", "keyPath": "/k", "signedIdentity": {"type": "exactReference", "dockerReference": "a.example/b"}}]} | default, requirement 1: dockerReference "a.example/b" contains neither a tag nor digest
          {"default": [{"type": "signedBy", "keyType": "GPGKeys", "keyPath": "/k", "signedIdentity": {"type": "remapIdentity", "prefix": "a.example", "signedPrefix": "A/"}}]} | default, requirement 1: prefix "A/" is not valid
          """)
  void whatIsNotUnderstoodIsRefusedWithItsPlace(String text, String complaint) {
    String policy = text.replace("@D", "\"default\": @R").replace("@R", REJECT);
    MalformedException refused = assertThrows(MalformedException.class, () -> parse(policy));
    assertEquals("invalid policy in \"policy.json\": " + complaint, refused.getMessage());
  }

  private static final String SEED =
      """
      {"default":[{"type":"reject"}],"transports":{"docker":{"":[{"type":"insecureAcceptAnything"}],
      "a.example/b":[{"type":"signedBy","keyType":"GPGKeys","keyPaths":["/k"],"signedIdentity":
      {"type":"remapIdentity","prefix":"a.example","signedPrefix":"b.example/c"}},
      {"type":"sigstoreSigned","keyData":"aaaa","rekorPublicKeyPath":"/r","signedIdentity":
      {"type":"exactReference","dockerReference":"x.example/y:1"}}]},"dir":{"/a":[{"type":
      "sigstoreSigned","fulcio":{"caPath":"/c","oidcIssuer":"i","subjectEmail":"e"},
      "rekorPublicKeyDatas":["aaaa"]},{"type":"signedBaseLayer","baseLayerIdentity":
      {"type":"matchExact"}}]}}}
      """;

  @Test
  void brokenPoliciesAreReadOrRefusedAndNothingElse() throws MalformedException {
    parse(SEED);
    Random random = new Random(20261123);
    String pieces = "{}[]\",:\\0a/ \u0000é";
    int read = 0;
    for (int round = 0; round < 6_000; round++) {
      StringBuilder text = new StringBuilder(SEED);
      for (int i = random.nextInt(4); i >= 0; i--) {
        int at = random.nextInt(text.length());
        int end = Math.min(text.length(), at + random.nextInt(12));
        switch (random.nextInt(4)) {
          case 0 -> text.setCharAt(at, pieces.charAt(random.nextInt(pieces.length())));
          case 1 -> text.delete(at, end);
          case 2 -> text.insert(at, text.substring(at, end));
          default -> text.insert(random.nextInt(text.length()), text.substring(at, end));
        }
      }
      try {
        parse(text.toString());
        read++;
      } catch (MalformedException expected) {
        // as it should be
      }
    }
    assertEquals(true, read > 0 && read < 3_000, "read: " + read);
  }
}
