package dev.stowage.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The embedded registry seen by the JDK's own client.
class EmbeddedRegistryTest {
  private static final TestImage IMAGE = ImageGenerator.oci().randomLayer("a", 5000, 1).build();
  private final HttpClient http = HttpClient.newHttpClient();
  private EmbeddedRegistry registry;

  @BeforeEach
  void start() throws Exception {
    registry = EmbeddedRegistry.start();
  }

  @AfterEach
  void stop() throws Exception {
    registry.close();
    http.close();
  }

  private HttpResponse<byte[]> send(String method, String path, byte[] body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(registry.url() + path))
            .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private HttpResponse<byte[]> get(String path, String... headers) throws Exception {
    return send("GET", path, new byte[0], headers);
  }

  private void push(Bytes blob) throws Exception {
    HttpResponse<byte[]> begun = send("POST", "/v2/app/blobs/uploads/", new byte[0]);
    assertEquals(202, begun.statusCode());
    String location = begun.headers().firstValue("Location").orElseThrow();
    byte[] bytes = blob.toArray();
    int half = bytes.length / 2;
    assertEquals(202, send("PATCH", location, java.util.Arrays.copyOf(bytes, half)).statusCode());
    assertEquals(416, send("PATCH", location, new byte[1], "Content-Range", "7-7").statusCode());
    assertEquals(
        201,
        send(
                "PUT",
                location + "?digest=" + Digest.of(blob),
                java.util.Arrays.copyOfRange(bytes, half, bytes.length))
            .statusCode());
  }

  @Test
  void whatIsPushedCanBePulledAndDeleted() throws Exception {
    String type = IMAGE.manifest().type().value();
    assertEquals(
        404,
        send(
                "PUT",
                "/v2/app/manifests/v1",
                IMAGE.manifest().bytes().toArray(),
                "Content-Type",
                type)
            .statusCode(),
        "a manifest before its blobs");
    for (Bytes blob : IMAGE.blobs()) {
      push(blob);
    }
    assertEquals(
        201,
        send(
                "PUT",
                "/v2/app/manifests/v1",
                IMAGE.manifest().bytes().toArray(),
                "Content-Type",
                type)
            .statusCode());
    assertEquals(IMAGE.manifest().bytes(), Bytes.owning(get("/v2/app/manifests/v1").body()));
    assertEquals(IMAGE.manifest(), registry.manifest("app", "v1").orElseThrow());
    String digest = IMAGE.manifest().digest().toString();
    assertEquals(202, send("DELETE", "/v2/app/manifests/" + digest, new byte[0]).statusCode());
    assertEquals(404, get("/v2/app/manifests/v1").statusCode());
  }

  @Test
  void blobsAreMountedFromOtherRepositories() throws Exception {
    registry.addImage("app", "v1", IMAGE);
    Digest digest = Digest.of(IMAGE.config());
    assertEquals(
        201,
        send("POST", "/v2/other/blobs/uploads/?mount=" + digest + "&from=app", new byte[0])
            .statusCode());
    assertEquals(IMAGE.config(), registry.blob("other", digest).orElseThrow());
  }

  @Test
  void partsOfBlobsAreSent() throws Exception {
    registry.addImage("app", "v1", IMAGE);
    String path = "/v2/app/blobs/" + Digest.of(IMAGE.config());
    HttpResponse<byte[]> part = get(path, "Range", "bytes=2-5");
    assertEquals(206, part.statusCode());
    assertEquals(4, part.body().length);
    assertEquals(
        "bytes 2-5/" + IMAGE.config().length(),
        part.headers().firstValue("Content-Range").orElseThrow());
    assertEquals(416, get(path, "Range", "bytes=99999-").statusCode());
  }

  @Test
  void aManifestOfATypeThatIsNotAcceptedIsNotSent() throws Exception {
    registry.addImage("app", "v1", IMAGE);
    assertEquals(404, get("/v2/app/manifests/v1", "Accept", "text/plain").statusCode());
  }

  @Test
  void badNamesAndDigestsAreRefusedAndComplainedOf() throws Exception {
    assertEquals(400, get("/v2/BAD/manifests/v1").statusCode());
    assertEquals(400, get("/v2/app/blobs/sha256:12").statusCode());
    assertEquals(2, registry.complaints().size());
  }

  @Test
  void blobsMayBeKeptOnDisk(@TempDir Path directory) throws Exception {
    try (EmbeddedRegistry onDisk =
        EmbeddedRegistry.start(EmbeddedRegistry.Setup.DEFAULT.in(directory.resolve("blobs")))) {
      onDisk.addImage("app", "v1", IMAGE);
      assertTrue(
          Files.exists(directory.resolve("blobs/sha256-" + Digest.of(IMAGE.config()).hex())));
      assertEquals(IMAGE.config(), onDisk.blob("app", Digest.of(IMAGE.config())).orElseThrow());
    }
  }

  @Test
  void theSameCallsMakeTheSameImage() {
    assertEquals(
        IMAGE.manifest(), ImageGenerator.oci().randomLayer("a", 5000, 1).build().manifest());
    assertFalse(
        IMAGE.manifest().equals(ImageGenerator.oci().randomLayer("a", 5000, 2).build().manifest()));
  }
}
