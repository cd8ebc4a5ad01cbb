package dev.stowage.testkit;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;

/// A proxy on the loopback interface that speaks HTTP, with `CONNECT` and without, and SOCKS 5. It
/// looks no name up: whatever server is asked for, the line goes to one port of this machine.
public final class TestProxy implements Closeable {
  private static final int SOCKS = 5;
  private static final byte[] SOCKS_DONE = {SOCKS, 0, 0, 1, 0, 0, 0, 0, 0, 0};

  private final ServerSocket socket;
  private final int target;
  private final String user;
  private final String password;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<Socket> open = new CopyOnWriteArrayList<>();

  private TestProxy(ServerSocket socket, int target, String user, String password) {
    this.socket = socket;
    this.target = target;
    this.user = user;
    this.password = password;
  }

  /// A proxy that hands everything on to a port.
  ///
  /// @param user who may call; empty for everybody
  public static TestProxy to(int port, String user, String password) throws IOException {
    return serving(new ServerSocket(0, 20, InetAddress.getLoopbackAddress()), port, user, password);
  }

  /// One that is itself talked to by TLS.
  public static TestProxy to(int port, String user, String password, SSLContext tls)
      throws IOException {
    return serving(
        tls.getServerSocketFactory().createServerSocket(0, 20, InetAddress.getLoopbackAddress()),
        port,
        user,
        password);
  }

  private static TestProxy serving(ServerSocket socket, int port, String user, String password) {
    TestProxy proxy = new TestProxy(socket, port, user, password);
    Thread _ = Thread.ofVirtual().start(proxy::accept);
    return proxy;
  }

  public int port() {
    return socket.getLocalPort();
  }

  /// What was asked for: `CONNECT host:port`, `GET http://…`, or `SOCKS5 host:port`.
  public List<String> asked() {
    return List.copyOf(asked);
  }

  private void accept() {
    try {
      while (true) {
        Socket caller = socket.accept();
        open.add(caller);
        Thread _ = Thread.ofVirtual().start(() -> serve(caller));
      }
    } catch (IOException e) {
      // It was closed.
    }
  }

  private void serve(Socket caller) {
    try (caller;
        Socket server = new Socket()) {
      open.add(server);
      DataInputStream in = new DataInputStream(caller.getInputStream());
      int first = in.readUnsignedByte();
      if (first == SOCKS ? socks(in, caller, server) : http((char) first, in, caller, server)) {
        Thread back = Thread.ofVirtual().start(() -> pass(server, caller));
        pass(caller, server);
        back.join();
      }
    } catch (IOException e) {
      // One of both has gone.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void pass(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException e) {
      // One of both has gone.
    }
  }

  private void dial(Socket server) throws IOException {
    server.connect(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), target));
  }

  private boolean http(char first, InputStream in, Socket caller, Socket server)
      throws IOException {
    StringBuilder head = new StringBuilder().append(first);
    while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
      int one = in.read();
      if (one < 0) {
        return false;
      }
      head.append((char) one);
    }
    String request = head.substring(0, head.indexOf(" HTTP/1.1\r\n"));
    asked.add(request);
    String pair = user + ":" + password;
    String wanted =
        "Proxy-Authorization: Basic "
            + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    boolean known =
        user.isEmpty()
            || head.toString()
                .toLowerCase(Locale.ROOT)
                .contains("\r\n" + wanted.toLowerCase(Locale.ROOT) + "\r\n");
    OutputStream out = caller.getOutputStream();
    if (!known) {
      send(out, refusal("407 Proxy Authentication Required", "Proxy-Authenticate: Basic"));
      return false;
    }
    try {
      dial(server);
    } catch (IOException e) {
      send(out, refusal("502 Bad Gateway", "Via: 1.1 test"));
      return false;
    }
    if (request.startsWith("CONNECT ")) {
      send(out, "HTTP/1.1 200 Connection established\r\n\r\n");
    } else {
      send(server.getOutputStream(), head.toString());
    }
    return true;
  }

  private static String refusal(String status, String header) {
    return String.join(
        "\r\n", "HTTP/1.1 " + status, header, "Content-Length: 0", "Connection: close", "", "");
  }

  private static void send(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  private boolean socks(DataInputStream in, Socket caller, Socket server) throws IOException {
    byte[] methods = new byte[in.readUnsignedByte()];
    in.readFully(methods);
    int wanted = user.isEmpty() ? 0 : 2;
    boolean offered = false;
    for (byte method : methods) {
      offered |= method == wanted;
    }
    OutputStream out = caller.getOutputStream();
    out.write(new byte[] {SOCKS, (byte) (offered ? wanted : 0xff)});
    if (!offered) {
      return false;
    }
    if (wanted != 0) {
      in.readUnsignedByte();
      String name = word(in);
      boolean known = word(in).equals(password) && name.equals(user);
      out.write(new byte[] {1, (byte) (known ? 0 : 1)});
      if (!known) {
        return false;
      }
    }
    in.readFully(new byte[3]);
    int type = in.readUnsignedByte();
    if (type != 3) {
      throw new IOException("a client that looks names up by itself: address type " + type);
    }
    String host = word(in);
    asked.add("SOCKS5 " + host + ":" + in.readUnsignedShort());
    byte[] answer = SOCKS_DONE.clone();
    try {
      dial(server);
    } catch (IOException e) {
      answer[1] = 5;
    }
    out.write(answer);
    return answer[1] == 0;
  }

  private static String word(DataInputStream in) throws IOException {
    byte[] bytes = new byte[in.readUnsignedByte()];
    in.readFully(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /// Ends all lines.
  @Override
  public void close() throws IOException {
    socket.close();
    for (Socket one : open) {
      one.close();
    }
  }
}
