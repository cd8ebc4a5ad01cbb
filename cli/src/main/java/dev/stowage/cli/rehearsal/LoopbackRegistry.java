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

/// A registry with one image, for one rehearsal, that nobody but this machine can reach.
final class LoopbackRegistry implements Closeable {
  /// A line of a request that is longer comes from nobody we know.
  private static final int LONGEST_LINE = 8192;

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
        String header = line(in);
        while (!header.isEmpty()) {
          header = line(in);
        }
        answer(request.split(" ", -1), out);
      }
    } catch (IOException e) {
      return; // the caller went away
    }
  }

  private void answer(String[] request, OutputStream out) throws IOException {
    String path = request[1];
    String type = "application/octet-stream";
    byte[] content = new byte[0];
    if (path.contains("/manifests/")) {
      type = MediaType.OCI_MANIFEST.value();
      content = image.manifest().toArray();
    } else if (path.contains("/blobs/sha256:")) {
      Path blobs = image.directory().resolve("blobs/sha256");
      content = Files.readAllBytes(blobs.resolve(path.substring(path.lastIndexOf(':') + 1)));
    } else if (path.contains("/tags/list") || path.contains("/_catalog")) {
      type = "application/json";
      content =
          "{\"tags\":[\"latest\"],\"repositories\":[\"hello\"]}"
              .getBytes(StandardCharsets.US_ASCII);
    }
    String head =
        "HTTP/1.1 200 OK\r\nContent-Type: "
            + type
            + "\r\nContent-Length: "
            + content.length
            + "\r\n\r\n";
    out.write(head.getBytes(StandardCharsets.US_ASCII));
    if (!request[0].equals("HEAD")) {
      out.write(content);
    }
    out.flush();
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
