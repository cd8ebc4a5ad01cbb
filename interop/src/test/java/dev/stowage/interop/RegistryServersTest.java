package dev.stowage.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.config.Endpoint;
import dev.stowage.config.RegistryEntry;
import dev.stowage.model.Bytes;
import dev.stowage.model.Credentials;
import dev.stowage.model.Descriptor;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.model.Json;
import dev.stowage.model.MediaType;
import dev.stowage.model.Reference;
import dev.stowage.model.RegistryException;
import dev.stowage.model.Repository;
import dev.stowage.model.Secret;
import dev.stowage.model.Tag;
import dev.stowage.model.UnsupportedException;
import dev.stowage.registry.ClientSettings;
import dev.stowage.registry.Mount;
import dev.stowage.registry.Registries;
import dev.stowage.registry.RemoteRepository;
import dev.stowage.registry.Retries;
import dev.stowage.registry.TlsSettings;
import dev.stowage.testkit.CuttingLine;
import dev.stowage.testkit.ImageGenerator;
import dev.stowage.testkit.TestAuthority;
import dev.stowage.testkit.TestImage;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Debian's docker-registry, alone and behind an nginx that stands in the way, written to and read
/// from; Skopeo says whether what was written is an image.
final class RegistryServersTest {
  private static final Credentials NOBODY = new Credentials.Anonymous();
  private static final Tag V1 = new Tag("v1");
  private static final TestImage IMAGE =
      ImageGenerator.oci().randomLayer("a", 300_000, 1).randomLayer("b", 1000, 2).build();

  /// Like the usual ones, with shorter pauses.
  private static final Retries RETRIES =
      new Retries(5, Duration.ofMillis(150), Duration.ofSeconds(10), 500);

  @TempDir Path directory;
  private LocalRegistry registry;

  @BeforeEach
  void serve() throws IOException {
    registry = LocalRegistry.serve(Files.createDirectories(directory.resolve("plain")));
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private static Registries client() {
    return new Registries(ClientSettings.DEFAULT.withRetries(RETRIES));
  }

  private static RemoteRepository at(
      Registries client, String host, String path, Credentials credentials) throws IOException {
    return client.repository(
        Endpoint.of(Reference.parse(host + "/" + path)).with(RegistryEntry.Security.INSECURE),
        credentials);
  }

  private static Descriptor layer(Bytes content) {
    return new Descriptor(MediaType.OCI_LAYER_GZIP, Digest.of(content), content.length());
  }

  private static Bytes random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return Bytes.owning(bytes);
  }

  private static void push(RemoteRepository repository, Tag tag) throws IOException {
    for (Bytes blob : IMAGE.blobs()) {
      repository.push(layer(blob), blob.stream());
    }
    var _ = repository.push(IMAGE.manifest(), tag);
  }

  private static void assertPulls(RemoteRepository repository) throws IOException {
    assertEquals(IMAGE.manifest(), repository.manifest(V1));
    for (Bytes blob : IMAGE.blobs()) {
      try (InputStream content = repository.blob(layer(blob))) {
        assertEquals(blob, Bytes.owning(content.readAllBytes()));
      }
    }
  }

  @Test
  void whatIsPushedIsAnImageAndBlobsAreMountedTagsListedManifestsDeleted() throws IOException {
    try (Registries client = client()) {
      RemoteRepository repository = at(client, registry.host(), "team/app", NOBODY);
      push(repository, V1);
      String raw =
          Shell.run(
              List.of(
                  "skopeo",
                  "inspect",
                  "--tls-verify=false",
                  "--raw",
                  "docker://" + registry.host() + "/team/app:v1"));
      assertEquals(IMAGE.manifest().bytes().utf8(), raw);
      String _ =
          Shell.run(
              List.of(
                  "skopeo",
                  "copy",
                  "-q",
                  "--src-tls-verify=false",
                  "docker://" + registry.host() + "/team/app:v1",
                  "dir:" + directory.resolve("copy")));
      RemoteRepository other = at(client, registry.host(), "team/other", NOBODY);
      Digest mounted = IMAGE.layerDescriptors().getFirst().digest();
      assertEquals(Mount.DONE, other.mount(mounted, new Repository(registry.host(), "team/app")));
      assertTrue(other.sizeOf(mounted).isPresent());
      assertEquals(
          Mount.DECLINED,
          other.mount(
              Digest.of(Bytes.utf8("nowhere")), new Repository(registry.host(), "team/app")));
      var _ = repository.push(IMAGE.manifest(), new Tag("v2"));
      assertEquals(List.of(V1, new Tag("v2")), repository.tags());
      assertThrows(UnsupportedException.class, () -> repository.delete(V1));
      assertEquals(2, repository.tags().size());
      Document artifact = belongingTo(IMAGE.manifest());
      var _ = repository.push(artifact);
      assertEquals(
          List.of(artifact.digest()),
          repository.referrers(IMAGE.manifest().digest(), Optional.empty()).stream()
              .map(one -> one.manifest().digest())
              .toList());
      repository.delete(IMAGE.manifest().digest());
      assertThrows(IOException.class, () -> repository.manifest(V1));
    }
  }

  private static Document belongingTo(Document subject) {
    Descriptor config = IMAGE.layerDescriptors().getLast();
    return new Document(
        MediaType.OCI_MANIFEST,
        Bytes.utf8(
            Json.object()
                .put("schemaVersion", 2)
                .put("mediaType", MediaType.OCI_MANIFEST.value())
                .put(
                    "config",
                    Json.object()
                        .put("mediaType", MediaType.OCI_EMPTY.value())
                        .put("digest", config.digest().toString())
                        .put("size", config.size())
                        .build())
                .put("layers", new Json.Arr(List.of()))
                .put(
                    "subject",
                    Json.object()
                        .put("mediaType", subject.type().value())
                        .put("digest", subject.digest().toString())
                        .put("size", subject.bytes().length())
                        .build())
                .build()
                .compact()));
  }

  @Test
  void aLineThatIsCutAgainAndAgainCostsLittleBothWays() throws IOException {
    Bytes content = random(60_000_000);
    String pass =
        "location / { proxy_pass http://"
            + registry.host()
            + "; proxy_set_header Host $http_host; }";
    try (Nginx nginx = Nginx.serve(directory.resolve("nginx"), "", pass);
        CuttingLine line = CuttingLine.to(nginx.port(), 20_000_000);
        Registries client = client()) {
      RemoteRepository repository = at(client, line.host(), "team/app", NOBODY);
      repository.push(layer(content), content.stream());
      assertTrue(line.cuts() >= 2, () -> "" + line.cuts());
      // A first chunk may be lost whole; the chunks after it are small.
      assertTrue(line.up() <= content.length() + 9_500_000, () -> "" + line.up());
      try (InputStream back = repository.blob(layer(content))) {
        assertEquals(content, Bytes.owning(back.readAllBytes()));
      }
      assertTrue(line.down() <= content.length() * 1.02, () -> "" + line.down());
    }
  }

  @Test
  void aServerThatIsBusyNowAndThenIsWaitedFor() throws IOException {
    String others =
        """
        limit_req_zone $binary_remote_addr zone=few:1m rate=10r/s;
        limit_req_status 429;
        """;
    String server =
        """
        location / { limit_req zone=few burst=2 nodelay; proxy_pass http://%s; proxy_set_header Host $http_host; }
        """
            .formatted(registry.host());
    try (Nginx nginx = Nginx.serve(directory.resolve("nginx"), others, server);
        Registries client = client()) {
      RemoteRepository repository = at(client, "127.0.0.1:" + nginx.port(), "team/app", NOBODY);
      push(repository, V1);
      assertPulls(repository);
      assertTrue(nginx.log().contains(" 429 "), nginx.log());
    }
  }

  @Test
  void aServerThatStaysBusyIsToldWithTheWaitItAsksFor() throws IOException {
    String server =
        """
        location /v2/team { add_header Retry-After 3600 always; return 503 "come back"; }
        location / { proxy_pass http://%s; }
        """
            .formatted(registry.host());
    try (Nginx nginx = Nginx.serve(directory.resolve("nginx"), "", server);
        Registries client = client()) {
      RemoteRepository repository = at(client, "127.0.0.1:" + nginx.port(), "team/app", NOBODY);
      RegistryException e = assertThrows(RegistryException.class, () -> repository.manifest(V1));
      assertEquals(503, e.status());
      assertTrue(
          String.valueOf(e.getMessage())
              .endsWith("(the registry asks to wait 60 minutes before the next attempt)"),
          e.getMessage());
    }
  }

  @Test
  void aTokenThatExpiresInTheMidstOfAnUploadIsRenewed() throws IOException {
    TestAuthority authority = TestAuthority.create("tokens");
    Path bundle = directory.resolve("tokens.pem");
    Files.writeString(bundle, authority.certificatePem());
    Bytes content = random(20_000_000);
    try (TokenIssuer issuer = new TokenIssuer(authority.issue("signer"), "jane", "hunter2", 2);
        LocalRegistry guarded =
            LocalRegistry.serve(
                Files.createDirectories(directory.resolve("guarded")),
                """
                auth:
                  token: {realm: %s, service: %s, issuer: %s, rootcertbundle: %s}
                """
                    .formatted(issuer.url(), TokenIssuer.SERVICE, TokenIssuer.NAME, bundle));
        Registries client = client()) {
      RemoteRepository repository =
          at(
              client,
              guarded.host(),
              "team/app",
              new Credentials.Basic("jane", Secret.of("hunter2")));
      repository.push(layer(content), slowly(content, 12_000_000, Duration.ofMillis(3100)));
      push(repository, V1);
      assertPulls(repository);
      assertTrue(issuer.asked().size() >= 3, () -> "" + issuer.asked());
      assertEquals("repository:team/app:pull,push", issuer.asked().getFirst());
      RemoteRepository other =
          at(
              client,
              guarded.host(),
              "team/other",
              new Credentials.Basic("jane", Secret.of("hunter2")));
      assertEquals(
          Mount.DONE,
          other.mount(layer(content).digest(), new Repository(guarded.host(), "team/app")));
      RemoteRepository nobodys = at(client, guarded.host(), "team/app", NOBODY);
      RegistryException e = assertThrows(RegistryException.class, () -> nobodys.manifest(V1));
      assertEquals(401, e.status());
    }
  }

  /// The content, with a pause in it.
  private static InputStream slowly(Bytes content, long at, Duration pause) {
    return new FilterInputStream(content.stream()) {
      private long count;

      @Override
      public int read(byte[] target, int offset, int wanted) throws IOException {
        int got = super.read(target, offset, Math.min(wanted, 1_000_000));
        if (count < at && count + got >= at) {
          try {
            Thread.sleep(pause);
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
        }
        count += got;
        return got;
      }
    };
  }

  @Test
  void overTlsWithAPrivateAuthorityAUserIsKnownAndAnotherHostGetsNoCredentials()
      throws IOException {
    Certificates certificates =
        Certificates.make(Files.createDirectories(directory.resolve("tls")));
    Path password = directory.resolve("password");
    Files.writeString(password, "jane:{PLAIN}hunter2\n");
    try (Nginx other =
        Nginx.serve(
            directory.resolve("other"),
            "",
            certificates.server()
                + "location / { proxy_pass http://%s; proxy_set_header Host $http_host; }"
                    .formatted(registry.host()))) {
      String server =
          certificates.server()
              + """
                auth_basic "registry";
                auth_basic_user_file %s;
                location ~ ^/v2/.*/blobs/sha256: {
                  if ($request_method = GET) { return 307 https://localhost:%d$request_uri; }
                  proxy_pass http://%s; proxy_set_header Host $http_host; proxy_set_header Authorization "";
                }
                location / {
                  proxy_pass http://%s; proxy_set_header Host $http_host; proxy_set_header Authorization "";
                  proxy_set_header X-Forwarded-Proto $scheme;
                }
                """
                  .formatted(password, other.port(), registry.host(), registry.host());
      try (Nginx nginx = Nginx.serve(directory.resolve("nginx"), "", server);
          Registries client =
              new Registries(
                  ClientSettings.DEFAULT
                      .withRetries(RETRIES)
                      .withTls(
                          _ ->
                              new TlsSettings(
                                  List.of(certificates.authority()),
                                  List.of(),
                                  Optional.empty())))) {
        String host = "127.0.0.1:" + nginx.port();
        Endpoint endpoint = Endpoint.of(Reference.parse(host + "/team/app"));
        Credentials jane = new Credentials.Basic("jane", Secret.of("hunter2"));
        RemoteRepository repository = client.repository(endpoint, jane);
        push(repository, V1);
        assertPulls(repository);
        assertTrue(nginx.log().contains("auth=Basic "), nginx.log());
        assertTrue(other.log().contains("GET /v2/team/app/blobs/sha256:"), other.log());
        assertFalse(other.log().contains("auth=Basic"), other.log());
        RemoteRepository wrong =
            client.repository(endpoint, new Credentials.Basic("jane", Secret.of("x")));
        RegistryException e = assertThrows(RegistryException.class, () -> wrong.manifest(V1));
        assertEquals(401, e.status());
      }
    }
  }
}
