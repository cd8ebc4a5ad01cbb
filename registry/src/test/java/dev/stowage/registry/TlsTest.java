package dev.stowage.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.config.Endpoint;
import dev.stowage.config.RegistryEntry;
import dev.stowage.model.Reference;
import dev.stowage.model.RegistryException;
import dev.stowage.model.Tag;
import dev.stowage.testkit.EmbeddedRegistry;
import dev.stowage.testkit.Fault;
import dev.stowage.testkit.TestAuthority;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
  private static final Tag V1 = new Tag("v1");
  private static TestAuthority authority;

  @TempDir private Path directory;

  @BeforeAll
  static void found() {
    authority = TestAuthority.create("Stowage tests");
  }

  private static EmbeddedRegistry secure(javax.net.ssl.SSLContext server) throws IOException {
    return Clients.filled(EmbeddedRegistry.Setup.DEFAULT.with(server));
  }

  private Registries trusting(List<TlsSettings.ClientKey> keys) throws IOException {
    Path file = Files.writeString(directory.resolve("ca.crt"), authority.certificatePem());
    TlsSettings settings = new TlsSettings(List.of(file), keys, Optional.empty());
    return new Registries(Clients.SETTINGS.withTls(_ -> settings));
  }

  private static RemoteRepository at(
      Registries client, EmbeddedRegistry registry, RegistryEntry.Security security)
      throws IOException {
    return client.repository(Clients.plain(registry, "team/app").with(security), Clients.ANONYMOUS);
  }

  private static String message(Exception e) {
    return String.valueOf(e.getMessage());
  }

  @Test
  void aRegistryOfAnAuthorityFromCertsDIsTrusted() throws IOException {
    try (EmbeddedRegistry registry = secure(authority.server("127.0.0.1"));
        Registries client = trusting(List.of())) {
      assertEquals(
          Clients.IMAGE.manifest(),
          at(client, registry, RegistryEntry.Security.VERIFIED).manifest(V1));
    }
  }

  @Test
  void anUnknownAuthorityIsRefusedWithTheRemedy() throws IOException {
    try (EmbeddedRegistry registry = secure(authority.server("127.0.0.1"));
        Registries client = Clients.open()) {
      RemoteRepository repository = at(client, registry, RegistryEntry.Security.VERIFIED);
      RegistryException e = assertThrows(RegistryException.class, () -> repository.manifest(V1));
      assertTrue(message(e).contains("x509: certificate signed by unknown authority"), message(e));
      assertTrue(message(e).contains("certs.d/" + registry.host()), message(e));
    }
  }

  @Test
  void aCertificateForAnotherNameIsRefused() throws IOException {
    try (EmbeddedRegistry registry = secure(authority.server("registry.test"));
        Registries client = trusting(List.of())) {
      RemoteRepository repository = at(client, registry, RegistryEntry.Security.VERIFIED);
      RegistryException e = assertThrows(RegistryException.class, () -> repository.manifest(V1));
      assertTrue(message(e).contains("x509:"), message(e));
    }
  }

  @Test
  void anExpiredCertificateIsRefused() throws IOException {
    TestAuthority.Identity old =
        authority.issue(
            Instant.now().minusSeconds(5000), Instant.now().minusSeconds(1000), "127.0.0.1");
    try (EmbeddedRegistry registry = secure(authority.server(old));
        Registries client = trusting(List.of())) {
      RemoteRepository repository = at(client, registry, RegistryEntry.Security.VERIFIED);
      RegistryException e = assertThrows(RegistryException.class, () -> repository.manifest(V1));
      assertTrue(message(e).contains("x509:"), message(e));
    }
  }

  @Test
  void anInsecureRegistryNeedNotProveItsName() throws IOException {
    try (EmbeddedRegistry registry = secure(authority.server("registry.test"));
        Registries client = Clients.open()) {
      assertEquals(
          Clients.IMAGE.manifest(),
          at(client, registry, RegistryEntry.Security.INSECURE).manifest(V1));
    }
  }

  @Test
  void plainHttpIsUsedOnlyWhereItIsAllowed() throws IOException {
    try (EmbeddedRegistry registry = Clients.filled();
        Registries client = Clients.open()) {
      RemoteRepository verified = at(client, registry, RegistryEntry.Security.VERIFIED);
      RegistryException e = assertThrows(RegistryException.class, () -> verified.manifest(V1));
      assertTrue(
          message(e).contains("http: server gave HTTP response to HTTPS client"), message(e));
      assertTrue(message(e).contains("--tls-verify=false"), message(e));
      assertEquals(List.of(), registry.log());
      at(client, registry, RegistryEntry.Security.INSECURE).manifest(V1);
    }
  }

  @Test
  void aRedirectAwayFromTlsIsRefused() throws IOException {
    try (EmbeddedRegistry registry = secure(authority.server("127.0.0.1"));
        EmbeddedRegistry plain = Clients.filled();
        Registries client = trusting(List.of())) {
      registry.misbehave(
          new Fault.Redirect(307, plain.url() + "/v2/team/app/manifests/v1"), "/manifests/");
      RemoteRepository repository = at(client, registry, RegistryEntry.Security.VERIFIED);
      Exception e = assertThrows(IOException.class, () -> repository.manifest(V1));
      assertTrue(message(e).contains("without TLS: refused"), message(e));
      assertEquals(List.of(), plain.log());
    }
  }

  @Test
  void aClientCertificateIsShownWhereAsked() throws IOException {
    TestAuthority.Identity identity = authority.issue("client.test");
    Path certificate =
        Files.writeString(directory.resolve("client.cert"), identity.certificatePem());
    Path key = Files.writeString(directory.resolve("client.key"), identity.keyPem());
    try (EmbeddedRegistry registry = secure(authority.server("127.0.0.1"));
        Registries client = trusting(List.of(new TlsSettings.ClientKey(certificate, key)))) {
      at(client, registry, RegistryEntry.Security.VERIFIED).manifest(V1);
    }
  }

  @Test
  void aBrokenKeyIsNamed() throws IOException {
    TestAuthority.Identity identity = authority.issue("client.test");
    Path certificate =
        Files.writeString(directory.resolve("client.cert"), identity.certificatePem());
    Path key = Files.writeString(directory.resolve("client.key"), "nothing");
    try (EmbeddedRegistry registry = secure(authority.server("127.0.0.1"));
        Registries client = trusting(List.of(new TlsSettings.ClientKey(certificate, key)))) {
      Exception e =
          assertThrows(
              IOException.class, () -> at(client, registry, RegistryEntry.Security.VERIFIED));
      assertTrue(message(e).contains(key.toString()), message(e));
    }
  }

  @Test
  void anInsecureRegistryThatIsSilentUntilAHandshakeComesIsCalledWithTls() throws IOException {
    try (EmbeddedRegistry registry = secure(authority.server("127.0.0.1"));
        ServerSocket front = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Registries client = Clients.open()) {
      Thread _ = Thread.ofVirtual().start(() -> relayHandshakes(front, registry.port()));
      RemoteRepository repository =
          client.repository(
              Endpoint.of(Reference.parse("127.0.0.1:" + front.getLocalPort() + "/team/app"))
                  .with(RegistryEntry.Security.INSECURE),
              Clients.ANONYMOUS);
      assertEquals(Clients.IMAGE.manifest(), repository.manifest(V1));
    }
  }

  /// Lets through what begins with a handshake, and says nothing to all else.
  private static void relayHandshakes(ServerSocket front, int port) {
    try {
      while (true) {
        Socket caller = front.accept();
        Thread _ =
            Thread.ofVirtual()
                .start(
                    () -> {
                      try (caller;
                          Socket server = new Socket(InetAddress.getLoopbackAddress(), port)) {
                        int first = caller.getInputStream().read();
                        if (first == 22) {
                          server.getOutputStream().write(first);
                          Thread _ =
                              Thread.ofVirtual()
                                  .start(
                                      () -> {
                                        try {
                                          server
                                              .getInputStream()
                                              .transferTo(caller.getOutputStream());
                                        } catch (IOException e) {
                                          // The test is over.
                                        }
                                      });
                        }
                        caller
                            .getInputStream()
                            .transferTo(
                                first == 22
                                    ? server.getOutputStream()
                                    : OutputStream.nullOutputStream());
                      } catch (IOException e) {
                        // The test is over.
                      }
                    });
      }
    } catch (IOException e) {
      // The test is over.
    }
  }
}
