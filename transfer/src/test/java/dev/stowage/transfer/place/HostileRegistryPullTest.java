package dev.stowage.transfer.place;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.Bytes;
import dev.stowage.model.Credentials;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.MediaType;
import dev.stowage.model.MismatchException;
import dev.stowage.model.RegistryException;
import dev.stowage.model.Secret;
import dev.stowage.testkit.EmbeddedRegistry;
import dev.stowage.testkit.Fault;
import dev.stowage.testkit.ImageGenerator;
import dev.stowage.testkit.ImageGenerator.Format;
import dev.stowage.testkit.TestImage;
import dev.stowage.transfer.Listener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostileRegistryPullTest {
  private static final TestImage IMAGE =
      ImageGenerator.oci().randomLayer("data", 2_000_000, 7).build();
  private static final String LAYER = IMAGE.layerDescriptors().getFirst().digest().hex();
  private static final String CONFIG = Digest.of(IMAGE.config()).hex();
  private static final String MANIFEST = "/manifests/v1";

  @TempDir Path directory;
  private HostilePull trial;

  @BeforeEach
  void open() throws IOException {
    trial = HostilePull.in(directory);
    trial.registry.addImage("it/app", "v1", IMAGE);
  }

  @AfterEach
  void close() throws IOException {
    trial.close();
  }

  private void refused(String what, Fault fault, String path, String... words) throws IOException {
    trial.registry.misbehave(fault, path);
    trial.refused(what, "v1", words);
    trial.registry.behave();
  }

  private void refused(String what, Document manifest, String... words) throws IOException {
    trial.registry.addManifest("it/app", "v2", manifest);
    trial.refused(what, "v2", words);
  }

  private static Document document(MediaType type, String text) {
    return new Document(type, Bytes.utf8(text));
  }

  @Test
  void aRegistryThatKeepsSilentIsGivenUp() throws IOException {
    for (String path : new String[] {MANIFEST, CONFIG, LAYER}) {
      refused("silent at " + place(path), new Fault.Stall(0), path, "timeout");
      refused("hangs up at " + place(path), new Fault.Silence(), path, "EOF");
      refused("stalls after 90 bytes of " + place(path), new Fault.Stall(90), path, "timeout");
      refused(
          "a byte every 100 ms of " + place(path),
          new Fault.Slow(1, Duration.ofMillis(100)),
          path,
          "timeout",
          "bytes came in");
    }
    refused("silent at the first call", new Fault.Silence(), "/v2/", "pinging");
  }

  private static String place(String path) {
    return path.equals(MANIFEST) ? "the manifest" : path.equals(CONFIG) ? "the config" : "a layer";
  }

  @Test
  void aLineThatIsCutIsTakenUpAgain() throws IOException {
    trial.registry.misbehave(new Fault.Cut(700_000), LAYER, 2);
    trial.pull("v1");
    assertEquals(1, trial.store().read(now -> now).images().size());
    assertEquals(3, trial.registry.log(LAYER).size());
  }

  @Test
  void aLineThatIsCutAgainAndAgainIsGivenUp() throws IOException {
    refused("a layer cut after each byte", new Fault.Cut(1), LAYER, "EOF", LAYER);
    refused("a manifest cut", new Fault.Cut(100), MANIFEST, "EOF");
    refused("a config cut", new Fault.Cut(50), CONFIG, "EOF");
    trial.registry.misbehave(new Fault.IgnoreRange(), LAYER);
    refused("a layer cut, and no ranges", new Fault.Cut(1000), LAYER, "EOF");
    trial.registry.misbehave(new Fault.WrongRange(5), LAYER);
    refused("a layer cut, and wrong ranges", new Fault.Cut(1000), LAYER, "asked for the bytes");
  }

  @Test
  void wrongLengthsAreTold() throws IOException {
    for (long difference : new long[] {-100, 100, 1L << 40}) {
      for (String path : new String[] {MANIFEST, CONFIG, LAYER}) {
        refused(
            "Content-Length of " + place(path) + " wrong by " + difference,
            new Fault.WrongLength(difference),
            path);
      }
    }
    for (String length : new String[] {"-1", "many", "99999999999999999999", "1, 2"}) {
      refused(
          "Content-Length: " + length,
          new Fault.Garbage("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n{}"),
          MANIFEST,
          "Content-Length");
    }
  }

  @Test
  void bodiesWithoutEndAreCutOff() throws IOException {
    refused("an endless manifest", new Fault.Endless(), MANIFEST, "4194304");
    refused("an endless config", new Fault.Endless(), CONFIG, CONFIG);
    refused("an endless layer", new Fault.Endless(), LAYER, LAYER);
    trial.registry.misbehave(new Fault.Endless(), "/v2/");
    refused("an endless refusal", new Fault.Refuse(403, "DENIED", "no"), MANIFEST);
  }

  @Test
  void circlesAreLeft() throws IOException {
    refused(
        "redirected to itself",
        new Fault.Redirect(307, trial.registry.url() + "/v2/it/app/blobs/sha256:" + LAYER),
        LAYER,
        "redirected in a circle");
    for (int i = 0; i < 20; i++) {
      String end = i == 0 ? MANIFEST : "/hop" + i;
      trial.registry.misbehave(
          new Fault.Redirect(302, "/hop" + (i + 1)), request -> request.path().endsWith(end), 9);
    }
    trial.refused("20 redirects", "v1", "redirects");
    trial.registry.behave();
    refused("redirected nowhere", new Fault.Redirect(307, ""), MANIFEST);
    refused("redirected to a file", new Fault.Redirect(307, "file:///etc/passwd"), LAYER);
    refused("redirected to nonsense", new Fault.Redirect(307, "ht tp://[::"), LAYER);
    refused(
        "401 for ever, basic",
        new Fault.Challenge("Basic realm=\"x\""),
        MANIFEST,
        "authentication");
    refused(
        "401 for ever, bearer",
        new Fault.Challenge("Bearer realm=\"" + trial.registry.url() + "/token\",service=\"s\""),
        "/v2/");
    assertTrue(
        trial.registry.log().size() < 300, "asked " + trial.registry.log().size() + " times");
  }

  @Test
  void credentialsDoNotFollowARedirectToAnotherHost() throws IOException {
    try (EmbeddedRegistry other = EmbeddedRegistry.start()) {
      other.addImage("it/app", "v1", IMAGE);
      String elsewhere = other.url() + "/v2/it/app/blobs/sha256:" + LAYER;
      trial.registry.misbehave(new Fault.Redirect(307, elsewhere), LAYER);
      trial.registry.misbehave(
          new Fault.Challenge("Basic realm=\"x\""),
          request -> request.header("Authorization").isEmpty(),
          Integer.MAX_VALUE);
      trial.pull("v1", new Credentials.Basic("jane", Secret.of("hunter2")), Listener.NONE);
      assertFalse(other.log().isEmpty());
      assertTrue(
          other.log().stream().allMatch(request -> request.header("Authorization").isEmpty()));
      assertTrue(
          trial.registry.log(LAYER).stream()
              .anyMatch(request -> request.header("Authorization").isPresent()));
    }
  }

  @Test
  void tokenServersThatAnswerNonsenseAreNamed() throws IOException {
    Fault challenge =
        new Fault.Challenge(
            "Bearer realm=\"" + trial.registry.url() + "/token\",service=\"s\",scope=\"x\"");
    String[] answers = {
      "<html>login</html>",
      "",
      "null",
      "{}",
      "{\"token\":7}",
      "{\"token\":\"a\\r\\nX-Evil: 1\"}",
      "{\"token\":" + "[".repeat(50_000)
    };
    for (String answer : answers) {
      trial.registry.misbehave(challenge, "/v2/");
      refused(
          "token server says " + (answer.length() > 40 ? "[[[[…" : answer),
          new Fault.Garbage(
              "HTTP/1.1 200 OK\r\nContent-Length: " + answer.length() + "\r\n\r\n" + answer),
          "/token",
          "decoding bearer token",
          trial.registry.url() + "/token");
    }
    trial.registry.misbehave(challenge, "/v2/");
    refused("token server refuses", new Fault.Refuse(403, "DENIED", "no"), "/token", "denied");
    trial.registry.misbehave(challenge, "/v2/");
    refused("token server without end", new Fault.Endless(), "/token");
    for (String realm : new String[] {"no url", "file:///etc/passwd", "http://"}) {
      refused(
          "realm \"" + realm + "\"",
          new Fault.Challenge("Bearer realm=\"" + realm + "\""),
          "/v2/",
          "realm");
    }
    refused("a challenge of nonsense", new Fault.Challenge("\u0001,,,=\"\"\"Bearer"), "/v2/");
  }

  @Test
  void aBusyRegistryIsWaitedForAsItAsks() throws IOException {
    for (int status : new int[] {429, 503}) {
      refused(status + " for ever", new Fault.Busy(status, "0"), MANIFEST);
      RegistryException told =
          assertInstanceOf(
              RegistryException.class,
              busy(status + " for an hour", new Fault.Busy(status, "3600")));
      assertEquals(Duration.ofHours(1), told.retryAfter().orElseThrow());
      busy(status + ", Retry-After of nonsense", new Fault.Busy(status, "soon"));
      busy(status + ", Retry-After of ages", new Fault.Busy(status, "999999999999999999999"));
    }
  }

  @Test
  void aRegistryThatIsBusyForAMomentIsAskedAgain() throws IOException {
    trial.registry.misbehave(new Fault.Busy(429, "0"), MANIFEST, 1);
    trial.registry.misbehave(new Fault.Busy(503, "1"), MANIFEST, 1);
    trial.registry.misbehave(new Fault.Busy(503, "0"), LAYER, 2);
    trial.pull("v1");
    assertEquals(1, trial.store().read(now -> now).images().size());
  }

  private IOException busy(String what, Fault fault) throws IOException {
    trial.registry.misbehave(fault, "it/app");
    IOException told = trial.refused(what, "v1");
    trial.registry.behave();
    return told;
  }

  @Test
  void webPagesAreCalledSo() throws IOException {
    refused("a web page for a manifest", new Fault.Page(), MANIFEST, "web page");
    refused("a web page for a config", new Fault.Page(), CONFIG, CONFIG);
    refused("a web page for a layer", new Fault.Page(), LAYER, LAYER);
    for (int status : new int[] {403, 404, 500}) {
      refused(
          "a web page with status " + status,
          new Fault.Garbage(
              "HTTP/1.1 "
                  + status
                  + " No\r\nContent-Type: text/html\r\nContent-Length: 28\r\n\r\n"
                  + "<html>\u001b[31mGo away</html>!!"),
          MANIFEST);
    }
    refused(
        "an unknown type",
        new Fault.Header("Content-Type", "application/vnd.evil"),
        MANIFEST,
        "application/vnd.evil");
    refused(
        "a manifest that is JSON of another kind", document(MediaType.OCI_MANIFEST, "{\"a\":1}"));
  }

  @Test
  void headersOfNonsenseAreRefused() throws IOException {
    for (String path : new String[] {"/v2/", MANIFEST, LAYER}) {
      String at = " at " + (path.equals("/v2/") ? "the first call" : place(path));
      refused(
          "a header of 1 MB" + at,
          new Fault.Header("X-Big", "x".repeat(1_000_000)),
          path,
          "header line of more than");
      refused(
          "100,000 headers" + at,
          new Fault.Garbage("HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(100_000) + "\r\n"),
          path,
          "header fields");
      refused("no HTTP" + at, new Fault.Garbage("SSH-2.0-OpenSSH_9.2\r\n"), path, "malformed HTTP");
      refused(
          "1xx for ever" + at,
          new Fault.Garbage("HTTP/1.1 100 Continue\r\n\r\n".repeat(1000)),
          path,
          "1xx");
    }
    String chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (String chunks :
        new String[] {"zz\r\n", "-5\r\nabc", "ffffffffffffffff\r\n", "3\r\nabcXX", ""}) {
      refused("chunks " + chunks.strip(), new Fault.Garbage(chunked + chunks), MANIFEST);
      refused("chunks of a layer " + chunks.strip(), new Fault.Garbage(chunked + chunks), LAYER);
    }
    refused(
        "an encoding nobody asked for",
        new Fault.Garbage("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n"),
        MANIFEST,
        "transfer encoding");
  }

  @Test
  void manifestsThatAreNotWhatTheirDigestSaysAreRefused() throws IOException {
    assertInstanceOf(
        MismatchException.class,
        digestCase("Docker-Content-Digest of something else", "sha256:" + "a".repeat(64)));
    trial.registry.misbehave(new Fault.WrongContent(), MANIFEST);
    assertInstanceOf(MismatchException.class, trial.refused("a manifest changed on the way", "v1"));
    trial.registry.behave();
    Document index = ImageGenerator.index(Format.OCI, Map.of("amd64", IMAGE.manifest()));
    trial.registry.addManifest("it/app", "all", index);
    trial.registry.misbehave(new Fault.WrongContent(), "/manifests/sha256:");
    assertInstanceOf(
        MismatchException.class,
        trial.refused("an instance changed on the way", "all", IMAGE.manifest().digest().hex()));
    trial.registry.behave();
    refused("a config changed on the way", new Fault.WrongContent(), CONFIG, CONFIG);
  }

  private IOException digestCase(String what, String digest) throws IOException {
    trial.registry.misbehave(new Fault.Header("Docker-Content-Digest", digest), MANIFEST);
    IOException told = trial.refused(what, "v1", digest);
    trial.registry.behave();
    return told;
  }

  @Test
  void manifestsThatContradictThemselvesAreRefused() throws IOException {
    Document inner = ImageGenerator.index(Format.OCI, Map.of("amd64", IMAGE.manifest()));
    trial.registry.addManifest("it/app", "", inner);
    refused(
        "an index in an index",
        ImageGenerator.index(Format.OCI, Map.of("amd64", inner)),
        "index inside an index");
    String text = IMAGE.manifest().bytes().utf8();
    String both = text.substring(0, text.length() - 1) + ",\"manifests\":[]}";
    refused("manifest and index", document(MediaType.OCI_MANIFEST, both), "at once");
    refused("index and manifest", document(MediaType.OCI_INDEX, both));
    refused("an index called a manifest", document(MediaType.OCI_MANIFEST, inner.bytes().utf8()));
    refused("a manifest called an index", document(MediaType.OCI_INDEX, text));
    refused(
        "an empty index", document(MediaType.OCI_INDEX, "{\"schemaVersion\":2,\"manifests\":[]}"));
    refused(
        "schema 1 without layers",
        document(MediaType.DOCKER_SCHEMA1_SIGNED, "{\"schemaVersion\":1}"),
        "no FSLayers");
    refused(
        "another schema",
        document(
            MediaType.OCI_MANIFEST, text.replace("\"schemaVersion\":2", "\"schemaVersion\":9")),
        "schemaVersion");
    refused("nothing", document(MediaType.OCI_MANIFEST, ""));
    refused("nested 100,000 deep", document(MediaType.OCI_MANIFEST, "{\"a\":".repeat(100_000)));
    refused(
        "keys given twice",
        document(MediaType.OCI_MANIFEST, text.substring(0, text.length() - 1) + ",\"layers\":[]}"));
    refused(
        "a negative size",
        document(MediaType.OCI_MANIFEST, text.replaceFirst("\"size\":", "\"size\":-")),
        "negative");
    refused(
        "a size beyond all bounds",
        document(
            MediaType.OCI_MANIFEST,
            text.replaceFirst("\"size\":", "\"size\":99999999999999999999")));
    refused(
        "a size that is text",
        document(MediaType.OCI_MANIFEST, text.replaceFirst("\"size\":\\d+", "\"size\":\"1\"")));
    refused(
        "a digest that is a path",
        document(
            MediaType.OCI_MANIFEST, text.replace("sha256:" + LAYER, "sha256:../../../etc/passwd")));
    refused(
        "a digest of no algorithm",
        document(
            MediaType.OCI_MANIFEST,
            text.replace("sha256:" + LAYER, "md5:d41d8cd98f00b204e9800998ecf8427e")));
    refused(
        "no config",
        document(MediaType.OCI_MANIFEST, "{\"schemaVersion\":2,\"layers\":[]}"),
        "config");
    Descriptor config = trial.registry.addBlob("it/app", MediaType.OCI_CONFIG, IMAGE.config());
    refused(
        "a config of 1 TB",
        document(
            MediaType.OCI_MANIFEST,
            text.replace("\"size\":" + config.size(), "\"size\":1099511627776")),
        "1099511627776");
  }
}
