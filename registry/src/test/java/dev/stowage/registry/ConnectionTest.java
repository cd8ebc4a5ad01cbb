package dev.stowage.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stowage.model.Bytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConnectionTest {

  private static Request upload(int length) {
    return new Request(
        "PATCH",
        URI.create("http://127.0.0.1/x"),
        Headers.NONE,
        Optional.of(Request.Payload.of(Bytes.owning(new byte[length]))));
  }

  @Test
  void aServerThatTakesNothingIsGivenUp() throws IOException {
    try (ServerSocket deaf = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Connection[] connection = new Connection[1];
      try (Socket socket = new Socket(deaf.getInetAddress(), deaf.getLocalPort())) {
        connection[0] = new Connection(socket, Clients.SETTINGS.timeouts(), (_, _) -> {});
        Request request = upload(64_000_000);
        IOException e =
            assertThrows(
                IOException.class,
                () -> connection[0].exchange(request, Connection.Target.PATH, Headers.NONE));
        assertEquals("i/o timeout: the server took nothing for 0.5 s", e.getMessage());
        assertFalse(Thread.currentThread().isInterrupted());
      }
    }
  }

  @Test
  void aLineWhoseRequestWasHalfSentIsNotUsedAgain() throws IOException {
    byte[] answer =
        "HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    try (Socket socket =
        new Socket() {
          @Override
          public InputStream getInputStream() {
            return new ByteArrayInputStream(answer);
          }

          @Override
          public OutputStream getOutputStream() {
            return new OutputStream() {
              private int taken;

              @Override
              public void write(int one) throws IOException {
                if (++taken > 3000) {
                  throw new SocketException("Broken pipe");
                }
              }
            };
          }
        }) {
      List<Connection.Fate> fates = new ArrayList<>();
      Connection connection =
          new Connection(socket, Clients.SETTINGS.timeouts(), (_, fate) -> fates.add(fate));
      try (Response response =
          connection.exchange(upload(5000), Connection.Target.PATH, Headers.NONE)) {
        assertEquals(413, response.status());
      }
      assertEquals(List.of(Connection.Fate.DROP), fates);
    }
  }
}
