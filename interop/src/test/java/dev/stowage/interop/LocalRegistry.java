package dev.stowage.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stowage.model.Document;
import dev.stowage.model.MalformedException;
import dev.stowage.model.Reference;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Debian's docker-registry on a free loopback port; it stops when this is closed.
record LocalRegistry(int port, ProcessHandle server) implements Closeable {

  static LocalRegistry serve(Path directory) throws IOException {
    return serve(directory, "");
  }

  /// @param more what stands in its configuration besides
  static LocalRegistry serve(Path directory, String more) throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    String pid =
        Shell.run(
                List.of(
                    Shell.script("serve-registry"),
                    directory.toString(),
                    Integer.toString(port),
                    more))
            .strip();
    return new LocalRegistry(port, ProcessHandle.of(Long.parseLong(pid)).orElseThrow());
  }

  String host() {
    return "127.0.0.1:" + port;
  }

  Reference name(String repositoryAndTag) throws MalformedException {
    return Reference.parse(host() + "/" + repositoryAndTag);
  }

  /// Brings an image of an OCI layout here, as it is or as skopeo's options say.
  void take(Path layout, String name, String... options) throws IOException {
    List<String> command = new ArrayList<>(List.of("skopeo", "copy", "--quiet"));
    command.addAll(List.of(options));
    command.addAll(
        List.of("--dest-tls-verify=false", "oci:" + layout, "docker://" + host() + "/" + name));
    String _ = Shell.run(command);
  }

  /// Puts a manifest or an index as it is.
  void put(String repository, String tag, Document manifest) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://" + host() + "/v2/" + repository + "/manifests/" + tag))
            .header("Content-Type", manifest.type().value())
            .PUT(HttpRequest.BodyPublishers.ofByteArray(manifest.bytes().toArray()))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      assertEquals(201, client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    boolean _ = server.destroy();
    try {
      server.onExit().get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("the registry does not stop", e);
    }
  }
}
