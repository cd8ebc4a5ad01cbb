package dev.stowage.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stowage.testkit.TestAuthority;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class WatchedOutputTest {
  private static final int PIECE = 64 * 1024;

  /// Takes about as long for a piece as the watch waits, and knows no interrupts.
  private static OutputStream taking(Duration time) {
    return new OutputStream() {
      @Override
      public void write(int one) {}

      @Override
      public void write(byte[] source, int offset, int length) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
          Thread.onSpinWait();
        }
      }
    };
  }

  @Test
  void aWriteThatEndsJustInTimeLeavesNoInterruptBehind() throws Exception {
    AtomicReference<Optional<AssertionError>> failure = new AtomicReference<>(Optional.empty());
    Thread writer =
        Thread.ofVirtual()
            .start(
                () -> {
                  try (Socket socket = new Socket()) {
                    for (int i = 0; i < 150; i++) {
                      try (WatchedOutput out =
                          new WatchedOutput(
                              socket,
                              taking(Duration.ofNanos(1_800_000 + i * 8_000L)),
                              Duration.ofMillis(2))) {
                        out.write(new byte[PIECE], 0, PIECE);
                      } catch (SocketTimeoutException e) {
                        // That is fair, too.
                      }
                      Thread.sleep(1); // fails if an interrupt came late
                    }
                  } catch (IOException | InterruptedException e) {
                    failure.set(Optional.of(new AssertionError(e)));
                  }
                });
    writer.join();
    if (failure.get().isPresent()) {
      throw failure.get().get();
    }
  }

  @Test
  @Timeout(20)
  void aServerWithTlsThatTakesNothingIsGivenUpOnAnyThread() throws Exception {
    TestAuthority authority = TestAuthority.create("tests");
    CountDownLatch over = new CountDownLatch(1);
    Tls tls =
        Tls.of(
            new TlsSettings(List.of(), List.of(), Optional.empty()),
            Tls.Verification.OFF,
            Tls.Identity.WITHHELD);
    try (SSLServerSocket deaf =
        (SSLServerSocket)
            authority
                .server("127.0.0.1")
                .getServerSocketFactory()
                .createServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread server =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try (SSLSocket socket = (SSLSocket) deaf.accept()) {
                      socket.startHandshake();
                      over.await();
                    } catch (IOException | InterruptedException e) {
                      // The test is over.
                    }
                  });
      Origin origin = Origin.of(URI.create("https://127.0.0.1:" + deaf.getLocalPort()));
      try (Socket socket =
              new Dialer(Clients.SETTINGS.timeouts()).dial(origin, tls, Optional.empty());
          WatchedOutput out =
              new WatchedOutput(socket, socket.getOutputStream(), Duration.ofMillis(200))) {
        byte[] piece = new byte[PIECE];
        SocketTimeoutException e =
            assertThrows(
                SocketTimeoutException.class,
                () -> {
                  while (true) {
                    out.write(piece, 0, PIECE);
                  }
                });
        assertEquals("i/o timeout: the server took nothing for 0.2 s", e.getMessage());
      } finally {
        over.countDown();
        server.join();
      }
    }
  }
}
