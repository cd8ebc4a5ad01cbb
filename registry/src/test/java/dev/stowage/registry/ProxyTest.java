package dev.stowage.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.config.Endpoint;
import dev.stowage.config.Proxies;
import dev.stowage.config.RegistryEntry;
import dev.stowage.model.RegistryException;
import dev.stowage.model.Secret;
import dev.stowage.model.Tag;
import dev.stowage.testkit.EmbeddedRegistry;
import dev.stowage.testkit.Fault;
import dev.stowage.testkit.TestAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

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
              Endpoint.of(dev.stowage.model.Reference.parse("registry.test/team/app"))
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

  @Test
  void tlsGoesThroughATunnel() throws IOException {
    TestAuthority authority = TestAuthority.create("tests");
    List<String> asked = new CopyOnWriteArrayList<>();
    try (EmbeddedRegistry registry =
            Clients.filled(EmbeddedRegistry.Setup.DEFAULT.with(authority.server("127.0.0.1")));
        ServerSocket proxy = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Registries client = through(proxy.getLocalPort())) {
      Thread.ofVirtual().start(() -> tunnel(proxy, registry.port(), asked));
      RemoteRepository repository =
          client.repository(
              Endpoint.of(Clients.name(registry, "team/app")).with(RegistryEntry.Security.INSECURE),
              Clients.ANONYMOUS);
      assertEquals(Clients.IMAGE.manifest(), repository.manifest(V1));
      assertEquals("CONNECT " + registry.host() + " HTTP/1.1", asked.getFirst());
      assertTrue(asked.contains("Proxy-Authorization: Basic am9lOnBhc3M="));
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

  private static void tunnel(ServerSocket proxy, int port, List<String> asked) {
    try (Socket caller = proxy.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), port)) {
      List<String> lines = new ArrayList<>();
      StringBuilder line = new StringBuilder();
      while (lines.isEmpty() || !lines.getLast().isEmpty()) {
        int one = caller.getInputStream().read();
        if (one == '\n') {
          lines.add(line.toString().strip());
          line.setLength(0);
        } else {
          line.append((char) one);
        }
      }
      asked.addAll(lines);
      caller
          .getOutputStream()
          .write(
              "HTTP/1.1 200 Connected\r\n\r\n"
                  .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  server.getInputStream().transferTo(caller.getOutputStream());
                } catch (IOException e) {
                  // The test is over.
                }
              });
      caller.getInputStream().transferTo(server.getOutputStream());
    } catch (IOException e) {
      // The test is over.
    }
  }
}
