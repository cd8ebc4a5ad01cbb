package dev.stowage.transfer.place;

import dev.stowage.model.MalformedException;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.UnsupportedException;
import dev.stowage.registry.SecureLine;
import dev.stowage.registry.TlsSettings;
import dev.stowage.transfer.DaemonAccess;
import dev.stowage.transfer.RegistryAccess;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLException;

/// A line to a Docker daemon: over a Unix socket, with TLS, or over plain TCP.
record DaemonLine(Closeable connection, InputStream in, OutputStream out) implements Closeable {
  static final String USUAL_HOST = "unix:///var/run/docker.sock";

  private static final String UNIX = "unix://";
  private static final int LAST_PORT = 65_535;

  /// Where a daemon listens that is reached by TCP.
  ///
  /// @param host a name or an address, without brackets; what its certificate has to name
  private record Address(String scheme, String host, int port) {}

  /// Connects.
  static DaemonLine connect(DaemonAccess access) throws IOException {
    String text = access.host().orElse(USUAL_HOST);
    try {
      if (text.startsWith(UNIX)) {
        return plain(SocketChannel.open(StandardProtocolFamily.UNIX), socket(text));
      }
      Address address = address(text);
      return address.scheme().equals("http")
          ? plain(SocketChannel.open(), resolved(address))
          : secure(address, access);
    } catch (IOException e) {
      throw e instanceof MalformedException
              || e instanceof UnsupportedException
              || e instanceof NotFoundException
          ? e
          : new IOException(
              "Cannot connect to the Docker daemon at "
                  + text
                  + ". Is the docker daemon running? ("
                  + e.getMessage()
                  + ")",
              e);
    }
  }

  private static DaemonLine plain(SocketChannel channel, SocketAddress address) throws IOException {
    try {
      boolean _ = channel.connect(address);
      return new DaemonLine(
          channel, Channels.newInputStream(channel), Channels.newOutputStream(channel));
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static DaemonLine secure(Address address, DaemonAccess access) throws IOException {
    SecureLine.Proof proof =
        access.tls() == RegistryAccess.Tls.NOT_VERIFIED
            ? SecureLine.Proof.NOT_WANTED
            : SecureLine.Proof.WANTED;
    Socket line;
    try {
      line = SecureLine.open(address.host(), address.port(), settings(access, proof), proof);
    } catch (SSLException e) {
      throw String.valueOf(e.getMessage()).contains("HTTP response to HTTPS client")
          ? new IOException(
              e.getMessage() + "; where it speaks no TLS, its host is written http://", e)
          : e;
    }
    try {
      return new DaemonLine(line, line.getInputStream(), line.getOutputStream());
    } catch (IOException e) {
      line.close();
      throw e;
    }
  }

  /// As Docker's own tools lay the files out.
  private static TlsSettings settings(DaemonAccess access, SecureLine.Proof proof)
      throws IOException {
    if (access.certificates().isEmpty()) {
      return new TlsSettings(List.of(), List.of(), access.system());
    }
    Path directory = access.certificates().get();
    TlsSettings.ClientKey own =
        new TlsSettings.ClientKey(present(directory, "cert.pem"), present(directory, "key.pem"));
    return new TlsSettings(
        proof == SecureLine.Proof.WANTED ? List.of(present(directory, "ca.pem")) : List.of(),
        List.of(own),
        access.system());
  }

  private static Path present(Path directory, String name) throws NotFoundException {
    Path file = directory.resolve(name);
    if (!Files.exists(file)) {
      throw new NotFoundException(
          NotFoundException.Kind.FILE,
          file.toString(),
          file
              + ": no such file; a Docker daemon with TLS is asked with ca.pem, cert.pem and"
              + " key.pem of one directory");
    }
    return file;
  }

  private static SocketAddress socket(String host) throws IOException {
    String path = host.substring(UNIX.length());
    if (path.isEmpty() || path.indexOf('\0') >= 0) {
      throw new MalformedException(unparsed(host) + "it names no socket");
    }
    return UnixDomainSocketAddress.of(Path.of(path));
  }

  private static String unparsed(String host) {
    return "unable to parse docker host `" + host + "`: ";
  }

  private static Address address(String host) throws IOException {
    URI uri;
    try {
      uri = new URI(host);
    } catch (URISyntaxException e) {
      throw new MalformedException(unparsed(host) + e.getMessage(), e.getIndex(), e);
    }
    String scheme = uri.getScheme();
    if (scheme == null) {
      throw new MalformedException(
          unparsed(host) + "it does not begin with unix://, tcp:// or http://");
    }
    if (!scheme.equals("tcp") && !scheme.equals("http") && !scheme.equals("https")) {
      throw new UnsupportedException(
          "a Docker daemon is reached by unix://, by tcp:// with TLS or by http:// without, not by "
              + host);
    }
    // Found by hand, because to the JDK a host with an underscore is none.
    String authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
    int colon = authority.lastIndexOf(':');
    String name = authority.substring(0, Math.max(colon, 0));
    int port = colon > authority.lastIndexOf(']') ? port(authority.substring(colon + 1)) : 0;
    if (name.isEmpty() || name.indexOf('@') >= 0 || port < 1 || port > LAST_PORT) {
      throw new MalformedException(
          unparsed(host)
              + "after "
              + scheme
              + ":// come a host, a colon and a port from 1 to "
              + LAST_PORT);
    }
    return new Address(
        scheme, name.startsWith("[") ? name.substring(1, name.length() - 1) : name, port);
  }

  private static int port(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static InetSocketAddress resolved(Address address) throws UnknownHostException {
    InetSocketAddress resolved = new InetSocketAddress(address.host(), address.port());
    if (resolved.isUnresolved()) {
      throw new UnknownHostException("no such host: " + address.host());
    }
    return resolved;
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}
