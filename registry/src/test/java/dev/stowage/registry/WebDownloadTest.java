package dev.stowage.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.config.Machine;
import dev.stowage.config.Surroundings;
import dev.stowage.config.Terminal;
import dev.stowage.config.User;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Platform;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebDownloadTest {
  private static final String FILE = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

  @TempDir Path directory;

  private Surroundings surroundings(Map<String, String> variables) {
    return new Surroundings(
        variables,
        directory,
        directory,
        new User(0, 0, 0, 0, directory, User.Privilege.ROOTFUL),
        new Machine(new Platform("linux", "amd64", ""), "host", "6.1.0", 2),
        Terminal.NONE,
        () -> ZoneOffset.UTC);
  }

  /// A server that gives the same answer each time, and keeps what it was asked.
  private record Server(ServerSocket socket, List<String> asked) implements AutoCloseable {
    static Server answering(String... answers) throws IOException {
      Server server =
          new Server(
              new ServerSocket(0, 5, InetAddress.getLoopbackAddress()),
              new CopyOnWriteArrayList<>());
      Thread.ofVirtual().start(() -> server.serve(answers));
      return server;
    }

    private void serve(String... answers) {
      for (String answer : answers) {
        try (Socket caller = socket.accept()) {
          StringBuilder head = new StringBuilder();
          while (!head.toString().endsWith("\r\n\r\n")) {
            head.append((char) caller.getInputStream().read());
          }
          asked.add(head.toString());
          caller.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
          return; // the test is over
        }
      }
    }

    int port() {
      return socket.getLocalPort();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private String read(String address, Map<String, String> variables) throws IOException {
    try (InputStream in = WebDownload.open(URI.create(address), surroundings(variables))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void aProxysPasswordIsShownToTheProxyAlone() throws IOException {
    try (Server proxy = Server.answering(FILE, "HTTP/1.1 403 No\r\n\r\n")) {
      Map<String, String> variables =
          Map.of(
              "HTTP_PROXY", "http://joe:pass@127.0.0.1:" + proxy.port(),
              "HTTPS_PROXY", "http://joe:pass@127.0.0.1:" + proxy.port());
      assertEquals("hello", read("http://files.test/a.tar", variables));
      assertTrue(proxy.asked().getFirst().startsWith("GET http://files.test/a.tar HTTP/1.1"));
      assertTrue(proxy.asked().getFirst().contains("Proxy-Authorization: Basic am9lOnBhc3M="));
      IOException refused =
          assertThrows(IOException.class, () -> read("https://files.test/a.tar", variables));
      assertTrue(proxy.asked().getLast().startsWith("CONNECT files.test:443 HTTP/1.1"));
      assertTrue(proxy.asked().getLast().contains("Proxy-Authorization: Basic am9lOnBhc3M="));
      assertFalse(refused.toString().contains("pass"), refused::toString);
    }
    try (Server origin = Server.answering(FILE)) {
      // No proxy stands before this machine itself, so that its password must not be there.
      assertEquals(
          "hello",
          read(
              "http://127.0.0.1:" + origin.port() + "/a.tar",
              Map.of("HTTP_PROXY", "http://joe:pass@proxy.test:3128")));
      assertFalse(origin.asked().getFirst().contains("Authorization"));
    }
  }

  @Test
  void aUserOfAnAddressIsShownToItsServerAndInNoMessage() throws IOException {
    try (Server other = Server.answering(FILE);
        Server home =
            Server.answering(
                "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: http://127.0.0.1:"
                    + other.port()
                    + "/b\r\n\r\n",
                "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")) {
      String address = "http://joe:pass@127.0.0.1:" + home.port() + "/a?key=secret";
      assertEquals("hello", read(address, Map.of()));
      assertTrue(home.asked().getFirst().contains("Authorization: Basic am9lOnBhc3M="));
      assertFalse(other.asked().getFirst().contains("Authorization"));
      IOException missing = assertThrows(IOException.class, () -> read(address, Map.of()));
      assertEquals(
          "unable to download \"http://127.0.0.1:"
              + home.port()
              + "/a\": the server answers 404 Not Found",
          missing.getMessage());
    }
  }

  @Test
  void whatIsNoAddressOfTheWebIsRefused() {
    assertEquals(
        "\"ftp://files.test/a\" is no http or https URL",
        assertThrows(MalformedException.class, () -> read("ftp://a:b@files.test/a", Map.of()))
            .getMessage());
    assertThrows(MalformedException.class, () -> read("http:///a", Map.of()));
  }
}
