package dev.stowage.registry;

import dev.stowage.config.Proxies;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// What is said to a SOCKS proxy of version 5 before it hands a line on. The proxy looks the name
/// of the server up. (The JDK's own SOCKS takes no user and password from an address.)
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc1928">RFC 1928</a>
/// @see <a href="https://www.rfc-editor.org/rfc/rfc1929">RFC 1929</a>
final class Socks {
  private static final int VERSION = 5;
  private static final int FREE = 0;
  private static final int PASSWORD = 2;
  private static final int PASSWORD_VERSION = 1;
  private static final int CONNECT = 1;
  private static final int IPV4 = 1;
  private static final int NAME = 3;
  private static final int IPV6 = 4;

  private static final String[] REFUSALS = {
    "",
    "general failure",
    "not allowed",
    "network is unreachable",
    "no route to host",
    "connection refused",
    "ttl expired",
    "it cannot connect",
    "address type not supported",
  };

  private Socks() {}

  /// Asks for a line to the server.
  ///
  /// @param socket connected to the proxy
  static void connect(Socket socket, Origin origin, Proxies.Proxy proxy) throws IOException {
    // What is read is no more than the proxy's answers: the server's bytes follow at once.
    DataInputStream in = new DataInputStream(socket.getInputStream());
    OutputStream out = socket.getOutputStream();
    boolean known = !proxy.user().isEmpty();
    out.write(known ? new byte[] {VERSION, 2, FREE, PASSWORD} : new byte[] {VERSION, 1, FREE});
    if (in.readUnsignedByte() != VERSION) {
      throw new ConnectException("it does not speak SOCKS 5");
    }
    int method = in.readUnsignedByte();
    if (known && method == PASSWORD) {
      byte[] user = word(proxy.user(), "the proxy's user name");
      byte[] password = word(proxy.password().reveal(), "the proxy's password");
      byte[] message = new byte[3 + user.length + password.length];
      message[0] = PASSWORD_VERSION;
      message[1] = (byte) user.length;
      System.arraycopy(user, 0, message, 2, user.length);
      message[2 + user.length] = (byte) password.length;
      System.arraycopy(password, 0, message, 3 + user.length, password.length);
      out.write(message);
      in.readUnsignedByte();
      if (in.readUnsignedByte() != 0) {
        throw new ConnectException("it refuses the user name and password of the proxy setting");
      }
    } else if (method != FREE) {
      throw new ConnectException(
          "it wants to know who calls: give a user name and password in the proxy setting");
    }
    byte[] host = word(origin.host(), "the server's name");
    byte[] message = new byte[7 + host.length];
    message[0] = VERSION;
    message[1] = CONNECT;
    message[3] = NAME;
    message[4] = (byte) host.length;
    System.arraycopy(host, 0, message, 5, host.length);
    message[5 + host.length] = (byte) (origin.port() >> 8);
    message[6 + host.length] = (byte) origin.port();
    out.write(message);
    in.readUnsignedByte();
    int answer = in.readUnsignedByte();
    if (answer != 0) {
      throw new ConnectException(
          "connect "
              + origin.address()
              + ": "
              + (answer < REFUSALS.length ? REFUSALS[answer] : "error " + answer));
    }
    in.readUnsignedByte();
    int type = in.readUnsignedByte();
    int length =
        switch (type) {
          case IPV4 -> 4;
          case IPV6 -> 16;
          case NAME -> in.readUnsignedByte();
          default -> throw new ConnectException("it answers with an address of type " + type);
        };
    in.readFully(new byte[length + 2]);
  }

  private static byte[] word(String text, String what) throws ConnectException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > 255) {
      throw new ConnectException(what + " is longer than 255 bytes");
    }
    return bytes;
  }
}
