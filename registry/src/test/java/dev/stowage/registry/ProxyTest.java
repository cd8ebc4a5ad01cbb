package dev.stowage.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.config.Endpoint;
import dev.stowage.config.Proxies;
import dev.stowage.config.RegistryEntry;
import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.model.Reference;
import dev.stowage.model.RegistryException;
import dev.stowage.model.Secret;
import dev.stowage.model.Tag;
import dev.stowage.testkit.EmbeddedRegistry;
import dev.stowage.testkit.Fault;
import dev.stowage.testkit.TestAuthority;
import dev.stowage.testkit.TestProxy;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyTest {
  private static final Tag V1 = new Tag("v1");

  private static Registries through(int port) {
    Proxies.Proxy proxy = new Proxies.Proxy("http", "127.0.0.1", port, "joe", Secret.of("pass"));
    return new Registries(Clients.SETTINGS.withProxies((_, _, _) -> Optional.of(proxy)));
  }

  @Test
  void plainRequestsAreHandedToTheProxyInFull() throws IOException {
    try (EmbeddedRegistry proxy = Clients.filled();
        Registries client = through(proxy.port())) {
      // The embedded registry answers whatever host is asked for, as a proxy would.
      proxy.misbehave(new Fault.Silence(), request -> request.method().equals("CONNECT"), 99);
      RemoteRepository repository =
          client.repository(
              Endpoint.of(Reference.parse("registry.test/team/app"))
                  .with(RegistryEntry.Security.INSECURE),
              Clients.ANONYMOUS);
      assertEquals(Clients.IMAGE.manifest(), repository.manifest(V1));
      assertEquals(
          "registry.test", proxy.log("/manifests/").getFirst().header("Host").orElseThrow());
      assertEquals(
          "Basic am9lOnBhc3M=",
          proxy.log("/manifests/").getFirst().header("Proxy-Authorization").orElseThrow());
    }
  }

  private static Registries through(TestProxy proxy, String scheme, String password) {
    Proxies.Proxy found =
        new Proxies.Proxy(
            scheme,
            "127.0.0.1",
            proxy.port(),
            password.isEmpty() ? "" : "joe",
            Secret.of(password));
    return new Registries(Clients.SETTINGS.withProxies((_, _, _) -> Optional.of(found)));
  }

  /// A registry that only the proxy can find.
  private static RemoteRepository hidden(Registries client) throws IOException {
    return client.repository(
        Endpoint.of(Reference.parse("registry.test/team/app"))
            .with(RegistryEntry.Security.INSECURE),
        Clients.ANONYMOUS);
  }

  private static EmbeddedRegistry secure() throws IOException {
    return Clients.filled(
        EmbeddedRegistry.Setup.DEFAULT.with(TestAuthority.create("tests").server("registry.test")));
  }

  @ParameterizedTest
  @CsvSource({
    "http, joe, pass, CONNECT registry.test:443",
    "http, '', '', CONNECT registry.test:443",
    "socks5, joe, pass, SOCKS5 registry.test:443",
    "socks5h, '', '', SOCKS5 registry.test:443",
  })
  void tlsGoesThroughEveryKindOfProxy(String scheme, String user, String password, String expected)
      throws IOException {
    try (EmbeddedRegistry registry = secure();
        TestProxy proxy = TestProxy.to(registry.port(), user, password);
        Registries client = through(proxy, scheme, password)) {
      RemoteRepository repository = hidden(client);
      assertEquals(Clients.IMAGE.manifest(), repository.manifest(V1));
      try (InputStream blob = repository.blob(Clients.bigLayer())) {
        assertEquals(Clients.bigLayer().digest(), Digest.of(Bytes.owning(blob.readAllBytes())));
      }
      assertEquals(expected, proxy.asked().getFirst());
    }
  }

  @Test
  void plainRequestsGoThroughSocksAsTheyAre() throws IOException {
    try (EmbeddedRegistry registry = Clients.filled();
        TestProxy proxy = TestProxy.to(registry.port(), "joe", "pass");
        Registries client = through(proxy, "socks5", "pass")) {
      assertEquals(Clients.IMAGE.manifest(), hidden(client).manifest(V1));
      assertEquals("SOCKS5 registry.test:80", proxy.asked().getLast());
      assertTrue(
          registry.log().stream()
              .noneMatch(request -> request.header("Proxy-Authorization").isPresent()));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "http, wrong, CONNECT registry.test:443: HTTP/1.1 407 Proxy Authentication Required",
    "http, '', CONNECT registry.test:443: HTTP/1.1 407 Proxy Authentication Required",
    "socks5, wrong, it refuses the user name and password of the proxy setting",
    "socks5, '', it wants to know who calls: give a user name and password in the proxy setting",
  })
  void aProxyThatRefusesItsCallerSaysSoOnce(String scheme, String password, String reason)
      throws IOException {
    try (EmbeddedRegistry registry = secure();
        TestProxy proxy = TestProxy.to(registry.port(), "joe", "pass");
        Registries client = through(proxy, scheme, password)) {
      RegistryException e =
          assertThrows(RegistryException.class, () -> hidden(client).manifest(V1));
      String text = String.valueOf(e.getMessage());
      assertTrue(
          text.contains(": proxy " + scheme + "://127.0.0.1:" + proxy.port() + ": " + reason),
          text);
      assertFalse(text.contains(proxy.port() + ": proxy "), text);
      assertEquals(List.of(), registry.log());
    }
  }

  @Test
  void aServerThatTheProxyDoesNotReachIsNamed() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    try (TestProxy proxy = TestProxy.to(free, "", "");
        Registries client = through(proxy, "socks5", "")) {
      RegistryException e =
          assertThrows(RegistryException.class, () -> hidden(client).manifest(V1));
      assertTrue(
          String.valueOf(e.getMessage()).contains("connect registry.test:443: connection refused"),
          e::toString);
    }
  }

  @Test
  void aProxyThatIsNotThereIsNamed() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    try (EmbeddedRegistry registry = Clients.filled();
        Registries client = through(free)) {
      RemoteRepository repository = Clients.at(client, registry);
      RegistryException e = assertThrows(RegistryException.class, () -> repository.manifest(V1));
      assertTrue(
          String.valueOf(e.getMessage()).contains("proxy http://127.0.0.1:" + free), e::toString);
    }
  }
}
