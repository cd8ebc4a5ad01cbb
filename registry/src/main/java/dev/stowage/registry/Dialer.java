package dev.stowage.registry;

import dev.stowage.config.Proxies;
import dev.stowage.model.MalformedException;
import dev.stowage.model.UnsupportedException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/// Opens connections: name to addresses, each address in turn, through a proxy where there is one,
/// TLS on top. Failures keep the JDK's types and say what was dialled.
final class Dialer {
  private final Timeouts timeouts;

  Dialer(Timeouts timeouts) {
    this.timeouts = timeouts;
  }

  /// @param proxy the proxy to go through
  Socket dial(Origin origin, Tls tls, Optional<Proxies.Proxy> proxy) throws IOException {
    Socket socket = proxy.isEmpty() ? connect(origin) : connect(origin, proxy.get(), tls);
    try {
      socket.setTcpNoDelay(true);
      socket.setKeepAlive(true);
      return origin.secure() ? secure(socket, origin, tls) : socket;
    } catch (IOException | RuntimeException e) {
      close(socket);
      throw e;
    }
  }

  private Socket connect(Origin origin) throws IOException {
    InetAddress[] addresses;
    try {
      addresses = InetAddress.getAllByName(origin.host());
    } catch (UnknownHostException e) {
      UnknownHostException unknown =
          new UnknownHostException("dial tcp: lookup " + origin.host() + ": no such host");
      unknown.initCause(e);
      throw unknown;
    }
    IOException last = new ConnectException("dial tcp: " + origin.address() + ": no address");
    for (InetAddress address : addresses) {
      // A channel's socket wakes from reading and writing when its thread is interrupted, whatever
      // kind of thread it is.
      Socket socket = SocketChannel.open().socket();
      try {
        socket.connect(new InetSocketAddress(address, origin.port()), millis());
        return socket;
      } catch (IOException e) {
        close(socket);
        last = named(e, address, origin.port());
      }
    }
    throw last;
  }

  private static IOException named(IOException e, InetAddress address, int port) {
    if (Thread.currentThread().isInterrupted()) {
      InterruptedIOException interrupted = new InterruptedIOException("interrupted");
      interrupted.initCause(e);
      return interrupted;
    }
    String host = address.getHostAddress();
    String place = "dial tcp " + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    String reason = e.getMessage() == null ? "failed" : e.getMessage().toLowerCase(Locale.ROOT);
    IOException named =
        switch (e) {
          case SocketTimeoutException _ -> new SocketTimeoutException(place + ": i/o timeout");
          case NoRouteToHostException _ ->
              new NoRouteToHostException(place + ": connect: no route to host");
          case ConnectException _ -> new ConnectException(place + ": connect: " + reason);
          default -> new SocketException(place + ": connect: " + reason);
        };
    named.initCause(e);
    return named;
  }

  private Socket connect(Origin origin, Proxies.Proxy proxy, Tls tls) throws IOException {
    try {
      return switch (proxy.scheme()) {
        case "socks5", "socks5h" -> throughSocks(origin, proxy);
        case "http", "https" -> {
          Origin server =
              new Origin(
                  proxy.scheme().equals("https") ? Origin.Scheme.HTTPS : Origin.Scheme.HTTP,
                  proxy.host(),
                  proxy.port());
          Socket socket = connect(server);
          try {
            Socket outer = server.secure() ? secure(socket, server, tls) : socket;
            if (origin.secure()) {
              tunnel(outer, origin, proxy);
            }
            yield outer;
          } catch (IOException | RuntimeException e) {
            close(socket);
            throw e;
          }
        }
        default ->
            throw new UnsupportedException(
                "the proxy \""
                    + named(proxy)
                    + "\" is none of http, https and socks5: correct the proxy setting");
      };
    } catch (ConnectException | UnknownHostException | SocketTimeoutException e) {
      ConnectException failed =
          new ConnectException("proxy " + named(proxy) + ": " + e.getMessage());
      failed.initCause(e);
      throw failed;
    }
  }

  private Socket throughSocks(Origin origin, Proxies.Proxy proxy) throws IOException {
    Socket socket = connect(new Origin(Origin.Scheme.HTTP, proxy.host(), proxy.port()));
    try {
      socket.setSoTimeout(millis());
      Socks.connect(socket, origin, proxy);
      return socket;
    } catch (EOFException e) {
      close(socket);
      ConnectException ended = new ConnectException("it ended the connection");
      ended.initCause(e);
      throw ended;
    } catch (IOException | RuntimeException e) {
      close(socket);
      throw e;
    }
  }

  /// Asks the proxy for a line to the server.
  private void tunnel(Socket socket, Origin origin, Proxies.Proxy proxy) throws IOException {
    StringBuilder head = new StringBuilder(200);
    head.append("CONNECT ").append(origin.address()).append(" HTTP/1.1\r\nHost: ");
    head.append(origin.address()).append("\r\n");
    for (Headers.Field field : authorization(proxy).fields()) {
      head.append(field.name()).append(": ").append(field.value()).append("\r\n");
    }
    OutputStream out = socket.getOutputStream();
    out.write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
    socket.setSoTimeout(millis());
    InputStream in = socket.getInputStream();
    StringBuilder answer = new StringBuilder(200);
    while (answer.length() < 4 || !answer.substring(answer.length() - 4).equals("\r\n\r\n")) {
      int one = in.read();
      if (one < 0 || answer.length() > Limits.HEADER_LINE) {
        throw new MalformedException("proxy " + named(proxy) + ": no HTTP answer to CONNECT");
      }
      answer.append((char) one);
    }
    String status = answer.substring(0, answer.indexOf("\r\n"));
    if (!status.startsWith("HTTP/1.") || status.length() < 12 || status.charAt(9) != '2') {
      throw new ConnectException("CONNECT " + origin.address() + ": " + status);
    }
  }

  /// What a proxy is told about its user.
  static Headers authorization(Proxies.Proxy proxy) {
    String pair = proxy.user() + ":" + proxy.password().reveal();
    return proxy.user().isEmpty()
        ? Headers.NONE
        : Headers.NONE.with(
            "Proxy-Authorization",
            "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
  }

  private static String named(Proxies.Proxy proxy) {
    return proxy.scheme() + "://" + proxy.host() + ":" + proxy.port();
  }

  private Socket secure(Socket socket, Origin origin, Tls tls) throws IOException {
    socket.setSoTimeout(millis());
    try {
      return tls.wrap(socket, origin.host(), origin.port());
    } catch (SocketTimeoutException e) {
      SocketTimeoutException timeout =
          new SocketTimeoutException("net/http: TLS handshake timeout");
      timeout.initCause(e);
      throw timeout;
    } catch (SSLException e) {
      SSLHandshakeException failed = new SSLHandshakeException(explained(e, origin));
      failed.initCause(e);
      throw failed;
    }
  }

  private static String explained(SSLException e, Origin origin) {
    String text = e.getMessage() == null ? e.toString() : e.getMessage();
    if (text.contains("Unsupported or unrecognized SSL message")) {
      return "http: server gave HTTP response to HTTPS client";
    }
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException) {
        String detail = cause.getMessage() == null ? "" : cause.getMessage();
        return "tls: failed to verify certificate of "
            + origin.authority()
            + ": "
            + (detail.contains("unable to find valid certification path")
                ? "x509: certificate signed by unknown authority"
                : "x509: " + detail);
      }
    }
    return "remote error: tls: " + text;
  }

  private int millis() {
    return (int) Math.min(Integer.MAX_VALUE, Math.max(1, timeouts.connect().toMillis()));
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is given up in any case.
    }
  }
}
