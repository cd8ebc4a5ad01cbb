package dev.stowage.cli.rehearsal;

import dev.stowage.model.MediaType;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// A registry with one image, for one rehearsal, that nobody but this machine can reach. What is
/// pushed to it, it takes and forgets.
final class LoopbackRegistry implements Closeable {
  /// A line of a request that is longer comes from nobody we know.
  private static final int LONGEST_LINE = 8192;

  private static final String LENGTH = "Content-Length: ";
  private static final String IMAGE = "/v2/hello/";

  private final ServerSocket server;
  private final ExampleImage image;

  private LoopbackRegistry(ServerSocket server, ExampleImage image) {
    this.server = server;
    this.image = image;
  }

  static LoopbackRegistry open(ExampleImage image) throws IOException {
    LoopbackRegistry registry =
        new LoopbackRegistry(new ServerSocket(0, 0, InetAddress.getLoopbackAddress()), image);
    Thread.ofVirtual().start(registry::listen);
    return registry;
  }

  /// `host:port`.
  String address() {
    return server.getInetAddress().getHostAddress() + ":" + server.getLocalPort();
  }

  private void listen() {
    while (!server.isClosed()) {
      try {
        Socket caller = server.accept();
        Thread.ofVirtual().start(() -> serve(caller));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket caller) {
    try (caller;
        InputStream in = new BufferedInputStream(caller.getInputStream());
        OutputStream out = caller.getOutputStream()) {
      // Whoever begins with a TLS handshake is hung up on, so that it tries plain HTTP at once.
      for (String request = line(in); request.contains(" HTTP/1.1"); request = line(in)) {
        long length = 0;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
          if (header.startsWith(LENGTH)) {
            length = Long.parseLong(header.substring(LENGTH.length()));
          }
        }
        in.skipNBytes(length);
        String[] words = request.split(" ", -1);
        answer(words[0], words[1], out);
      }
    } catch (IOException e) {
      return; // the caller went away
    }
  }

  private void answer(String method, String path, OutputStream out) throws IOException {
    if (method.equals("POST")) {
      answer("202 Accepted\r\nLocation: " + path + "1", 0, out);
    } else if (method.equals("PUT")) {
      answer("201 Created", 0, out);
    } else if (!path.startsWith(IMAGE) && (isManifest(path) || isBlob(path))) {
      answer("404 Not Found", 0, out);
    } else {
      byte[] content = content(path);
      String type = isManifest(path) ? MediaType.OCI_MANIFEST.value() : "application/json";
      answer("200 OK\r\nContent-Type: " + type, content.length, out);
      if (!method.equals("HEAD")) {
        out.write(content);
      }
    }
    out.flush();
  }

  private static void answer(String status, int length, OutputStream out) throws IOException {
    String head = "HTTP/1.1 " + status + "\r\n" + LENGTH + length + "\r\n\r\n";
    out.write(head.getBytes(StandardCharsets.US_ASCII));
  }

  private static boolean isManifest(String path) {
    return path.contains("/manifests/");
  }

  private static boolean isBlob(String path) {
    return path.contains("/blobs/sha256:");
  }

  private byte[] content(String path) throws IOException {
    if (isManifest(path)) {
      return image.manifest().toArray();
    }
    if (isBlob(path)) {
      Path blobs = image.directory().resolve("blobs/sha256");
      return Files.readAllBytes(blobs.resolve(path.substring(path.lastIndexOf(':') + 1)));
    }
    return path.contains("/tags/list") || path.contains("/_catalog")
        ? "{\"tags\":[\"latest\"],\"repositories\":[\"hello\"]}".getBytes(StandardCharsets.US_ASCII)
        : new byte[0];
  }

  /// The next line without its end; empty where there is none.
  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    int c = in.read();
    while (c >= 0 && c != '\n' && line.length() < LONGEST_LINE) {
      if (c < ' ' && c != '\r') {
        return "";
      }
      line.append((char) c);
      c = in.read();
    }
    return line.toString().strip();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
