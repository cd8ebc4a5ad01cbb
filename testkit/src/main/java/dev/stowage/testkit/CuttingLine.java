package dev.stowage.testkit;

import java.io.Closeable;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
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
        AtomicBoolean cut = new AtomicBoolean();
        Thread.ofVirtual().start(() -> carryUp(client, onward, cut));
        Thread.ofVirtual().start(() -> carryDown(onward, client, cut));
      } catch (IOException e) {
        if (!closed) {
          return;
        }
      }
    }
  }

  /// The server sees the end of what came before the client sees the line cut, so that what the
  /// server says it has is what it will have: how far it gets with bytes still under way is chance.
  private void carryUp(Socket client, Socket onward, AtomicBoolean cut) {
    try {
      if (carry(client.getInputStream(), onward.getOutputStream(), up)) {
        cut.set(true);
      }
      onward.shutdownOutput();
    } catch (IOException e) {
      end(client);
      end(onward);
    }
  }

  private void carryDown(Socket onward, Socket client, AtomicBoolean cut) {
    try {
      OutputStream out = client.getOutputStream();
      boolean _ = carry(onward.getInputStream(), new Muted(out, cut), down);
    } catch (IOException e) {
      // One end has gone.
    } finally {
      end(client);
      end(onward);
    }
  }

  /// Carries up to the end or the next cut.
  ///
  /// @return whether it was a cut
  private boolean carry(InputStream in, OutputStream out, AtomicLong count) throws IOException {
    byte[] piece = new byte[PIECE];
    for (int got = in.read(piece); got >= 0; got = in.read(piece)) {
      long before = count.getAndAdd(got);
      long cutAt = (before / every + 1) * every;
      if (before + got >= cutAt) {
        out.write(piece, 0, (int) (cutAt - before));
        int _ = cuts.incrementAndGet();
        return true;
      }
      out.write(piece, 0, got);
    }
    return false;
  }

  /// Lets nothing through once the line is cut.
  private static final class Muted extends FilterOutputStream {
    private final AtomicBoolean cut;

    Muted(OutputStream out, AtomicBoolean cut) {
      super(out);
      this.cut = cut;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (!cut.get()) {
        out.write(bytes, offset, length);
      }
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
