package dev.stowage.interop;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// An nginx before a registry, with its files in a directory of its own; it stops when this is
/// closed.
record Nginx(int port, Path directory, Process process) implements Closeable {

  /// Starts one.
  ///
  /// @param server what stands in its `server` block besides the port
  /// @param others further parts of its `http` block
  static Nginx serve(Path directory, String others, String server) throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Files.createDirectories(directory.resolve("tmp"));
    StringBuilder places = new StringBuilder();
    for (String kind : new String[] {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
      places.append(kind).append("_temp_path ").append(directory).append("/tmp/").append(kind);
      places.append(";\n");
    }
    Path configuration = directory.resolve("nginx.conf");
    Files.writeString(
        configuration,
        """
        pid %1$s/pid;
        error_log %1$s/error.log warn;
        daemon off;
        master_process off;
        events { worker_connections 256; }
        http {
          log_format whole '$request_method $uri $status auth=$http_authorization';
          access_log %1$s/access.log whole;
          %2$s
          client_max_body_size 0;
          %3$s
          server {
            listen 127.0.0.1:%4$d%6$s;
            %5$s
          }
        }
        """
            .formatted(
                directory,
                places,
                others,
                port,
                server,
                server.contains("ssl_certificate ") ? " ssl" : ""));
    Process process =
        new ProcessBuilder("nginx", "-e", directory + "/error.log", "-c", configuration.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("out").toFile())
            .start();
    for (int i = 0; i < 100; i++) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return new Nginx(socket.getPort(), directory, process);
      } catch (IOException e) {
        pause();
      }
    }
    process.destroy();
    throw new AssertionError(
        "nginx does not answer: " + Files.readString(directory.resolve("out")));
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// All requests so far, one a line: method, path, status, credentials.
  String log() throws IOException {
    return Files.readString(directory.resolve("access.log"), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
