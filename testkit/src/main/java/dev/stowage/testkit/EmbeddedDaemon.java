package dev.stowage.testkit;

import dev.stowage.model.Bytes;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.URLDecoder;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/// A Docker daemon that knows two things, on a Unix socket or over TCP: to hand an image out as an
/// archive (`GET /images/get`) and to take an archive in (`POST /images/load`). It stops when it is
/// closed.
///
/// @see <a href="https://docs.docker.com/reference/api/engine/">Docker Engine API</a>
public final class EmbeddedDaemon implements Closeable {
  private static final int TLS_HANDSHAKE = 22;

  private final String host;
  private final Closeable server;
  private final Map<String, Bytes> archives = new ConcurrentHashMap<>();
  private final List<Bytes> loaded = new ArrayList<>();
  private final List<Closeable> open = new CopyOnWriteArrayList<>();
  private Optional<String> refusal = Optional.empty();
  private Optional<Answer> early = Optional.empty();

  private record Answer(String status, String body) {}

  private EmbeddedDaemon(String host, Closeable server) {
    this.host = host;
    this.server = server;
  }

  /// Who has called.
  private record Caller(Closeable line, InputStream in, OutputStream out) {}

  /// Waits for a caller.
  @FunctionalInterface
  private interface Door {
    Caller open() throws IOException;
  }

  /// Starts one.
  ///
  /// @param socket a short path where nothing is
  public static EmbeddedDaemon start(Path socket) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    ServerSocketChannel _ = server.bind(UnixDomainSocketAddress.of(socket));
    return started(
        "unix://" + socket,
        () -> {
          server.close();
          boolean _ = Files.deleteIfExists(socket);
        },
        () -> {
          SocketChannel line = server.accept();
          return new Caller(line, Channels.newInputStream(line), Channels.newOutputStream(line));
        });
  }

  /// Starts one on the loopback interface.
  ///
  /// @param tls its side of TLS, by which callers have to show who they are; empty for none
  public static EmbeddedDaemon start(Optional<SSLContext> tls) throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    ServerSocket server =
        tls.isPresent()
            ? tls.get().getServerSocketFactory().createServerSocket(0, 20, loopback)
            : new ServerSocket(0, 20, loopback);
    if (server instanceof SSLServerSocket secure) {
      secure.setNeedClientAuth(true);
    }
    return started(
        (tls.isPresent() ? "tcp" : "http") + "://127.0.0.1:" + server.getLocalPort(),
        server,
        () -> {
          Socket line = server.accept();
          return new Caller(line, line.getInputStream(), line.getOutputStream());
        });
  }

  private static EmbeddedDaemon started(String host, Closeable server, Door door) {
    EmbeddedDaemon daemon = new EmbeddedDaemon(host, server);
    Thread _ = Thread.ofVirtual().name("embedded-daemon").start(() -> daemon.serve(door));
    return daemon;
  }

  /// Where it listens, as clients are told: `unix:///path`, `tcp://host:port`, `http://host:port`.
  public String host() {
    return host;
  }

  /// Has an image.
  ///
  /// @param name as clients ask for it
  public void add(String name, Bytes archive) {
    Bytes _ = archives.put(name, archive);
  }

  /// What was loaded, each archive whole, in turn.
  public synchronized List<Bytes> loaded() {
    return List.copyOf(loaded);
  }

  /// Reports this failure of every load from now on.
  public synchronized void refuseLoads(String message) {
    refusal = Optional.of(message);
  }

  /// Answers every load from now on before it has read any of the archive, and hangs up.
  public synchronized void answerLoadsEarly(String status, String body) {
    early = Optional.of(new Answer(status, body));
  }

  private synchronized Optional<Answer> early() {
    return early;
  }

  private void serve(Door door) {
    while (true) {
      try {
        Caller caller = door.open();
        boolean _ = open.add(caller.line());
        Thread _ = Thread.ofVirtual().start(() -> answer(caller));
      } catch (IOException e) {
        return; // it was closed
      }
    }
  }

  private void answer(Caller caller) {
    try (Closeable _ = caller.line()) {
      InputStream in = new BufferedInputStream(caller.in());
      OutputStream out = caller.out();
      in.mark(1);
      if (in.read() == TLS_HANDSHAKE) {
        send(out, "400 Bad Request", "Client sent an HTTPS request to an HTTP server.");
        return;
      }
      in.reset();
      String[] request = line(in).split(" ");
      request[1] = request[1].replaceFirst("^/v1\\.[0-9]+/", "/");
      boolean chunked = false;
      for (String header = line(in); !header.isEmpty(); header = line(in)) {
        chunked |= header.equalsIgnoreCase("transfer-encoding: chunked");
      }
      if (request[0].equals("GET") && request[1].startsWith("/images/get?names=")) {
        String name =
            URLDecoder.decode(
                request[1].substring("/images/get?names=".length()), StandardCharsets.UTF_8);
        Bytes archive = archives.get(name);
        if (archive == null) {
          send(out, "404 Not Found", "{\"message\":\"No such image: " + name + "\"}");
        } else {
          sendChunked(out, archive);
        }
      } else if (request[0].equals("POST") && request[1].startsWith("/images/load") && chunked) {
        load(in, out);
      } else if (request[1].equals("/_ping")) {
        send(out, "200 OK\r\nApi-Version: 1.44", "");
      } else {
        send(out, "404 Not Found", "{\"message\":\"page not found\"}");
      }
    } catch (IOException e) {
      // The client went away: what it sent is forgotten.
    }
  }

  private void load(InputStream in, OutputStream out) throws IOException {
    Optional<Answer> early = early();
    if (early.isPresent()) {
      send(out, early.get().status(), early.get().body());
      return;
    }
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    while (true) {
      int length = Integer.parseInt(line(in), 16);
      byte[] chunk = in.readNBytes(length);
      if (chunk.length < length) {
        throw new IOException("cut off");
      }
      String _ = line(in);
      if (length == 0) {
        break;
      }
      archive.writeBytes(chunk);
    }
    String report;
    synchronized (this) {
      if (refusal.isPresent()) {
        report =
            "{\"stream\":\"reading\"}\n{\"errorDetail\":{\"message\":\""
                + refusal.get()
                + "\"},\"error\":\""
                + refusal.get()
                + "\"}\n";
      } else {
        boolean _ = loaded.add(Bytes.owning(archive.toByteArray()));
        report = "{\"stream\":\"Loaded image\"}\n";
      }
    }
    send(out, "200 OK", report);
  }

  private static void send(OutputStream out, String status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    out.write(
        ("HTTP/1.1 "
                + status
                + "\r\nConnection: close\r\nContent-Length: "
                + bytes.length
                + "\r\n\r\n")
            .getBytes(StandardCharsets.ISO_8859_1));
    out.write(bytes);
  }

  private static void sendChunked(OutputStream out, Bytes body) throws IOException {
    out.write(
        String.join(
                "\r\n",
                "HTTP/1.1 200 OK",
                "Connection: close",
                "Transfer-Encoding: chunked",
                "Content-Type: application/x-tar",
                "",
                "")
            .getBytes(StandardCharsets.ISO_8859_1));
    try (InputStream in = body.stream()) {
      byte[] buffer = new byte[1000];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        out.write((Integer.toHexString(count) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        out.write(buffer, 0, count);
        out.write("\r\n".getBytes(StandardCharsets.ISO_8859_1));
      }
    }
    out.write("0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("cut off");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  /// Ends all lines.
  @Override
  public void close() {
    try {
      server.close();
      for (Closeable line : open) {
        line.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
