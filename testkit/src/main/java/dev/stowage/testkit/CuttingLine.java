package dev.stowage.testkit;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// A bad line to a server: a loopback port whose connections lead to another one and are cut again
/// and again, each time so many bytes have passed in one direction. It counts what passes. It stops
/// when it is closed.
public final class CuttingLine implements Closeable {
  private static final int PIECE = 32 * 1024;

  private final ServerSocket server;
  private final int target;
  private final long every;
  private final AtomicLong up = new AtomicLong();
  private final AtomicLong down = new AtomicLong();
  private final AtomicInteger cuts = new AtomicInteger();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  private CuttingLine(int target, long every) throws IOException {
    this.target = target;
    this.every = every;
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  /// A line to a port of this machine.
  ///
  /// @param every how many bytes pass in one direction from one cut to the next
  public static CuttingLine to(int port, long every) throws IOException {
    CuttingLine line = new CuttingLine(port, every);
    Thread.ofVirtual().start(line::accept);
    return line;
  }

  public int port() {
    return server.getLocalPort();
  }

  /// `127.0.0.1:port`.
  public String host() {
    return "127.0.0.1:" + port();
  }

  /// How many bytes have come from clients.
  public long up() {
    return up.get();
  }

  /// How many bytes have gone to clients.
  public long down() {
    return down.get();
  }

  /// How often the line was cut.
  public int cuts() {
    return cuts.get();
  }

  private void accept() {
    while (!closed) {
      try {
        Socket client = server.accept();
        Socket onward = new Socket(InetAddress.getLoopbackAddress(), target);
        sockets.add(client);
        sockets.add(onward);
        Thread.ofVirtual().start(() -> carry(client, onward, up));
        Thread.ofVirtual().start(() -> carry(onward, client, down));
      } catch (IOException e) {
        if (!closed) {
          return;
        }
      }
    }
  }

  private void carry(Socket from, Socket to, AtomicLong count) {
    byte[] piece = new byte[PIECE];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int got = in.read(piece); got >= 0; got = in.read(piece)) {
        long before = count.getAndAdd(got);
        long cutAt = (before / every + 1) * every;
        if (before + got >= cutAt) {
          out.write(piece, 0, (int) (cutAt - before));
          int _ = cuts.incrementAndGet();
          break;
        }
        out.write(piece, 0, got);
      }
    } catch (IOException e) {
      // One end has gone, or the line was cut.
    } finally {
      end(from);
      end(to);
    }
  }

  private void end(Socket socket) {
    sockets.remove(socket);
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone in any case.
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    server.close();
    sockets.forEach(this::end);
  }
}
