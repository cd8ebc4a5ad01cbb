package dev.stowage.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stowage.config.Endpoint;
import dev.stowage.config.RegistryEntry;
import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.model.NotFoundException;
import dev.stowage.model.Reference;
import dev.stowage.testkit.TestImage;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The client against the registry that most others descend from, where that is installed.
@Tag("interop")
class DockerRegistryTest {
  private static final Path PROGRAM = Path.of("/usr/bin/docker-registry");

  @TempDir private Path directory;
  private String host = "";
  private Optional<Process> server = Optional.empty();

  @BeforeEach
  void start() throws Exception {
    Assumptions.assumeTrue(Files.isExecutable(PROGRAM), "docker-registry is not installed");
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    host = "127.0.0.1:" + port;
    Path config =
        Files.writeString(
            directory.resolve("config.yml"),
            "version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: "
                + directory
                + "}}\nhttp: {addr: \""
                + host
                + "\"}\n");
    server =
        Optional.of(
            new ProcessBuilder(PROGRAM.toString(), "serve", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start());
    for (int i = 0; i < 200 && !listens(port); i++) {
      Thread.sleep(50);
    }
  }

  @AfterEach
  void stop() throws InterruptedException {
    if (server.isPresent()) {
      server.get().destroy();
      server.get().waitFor(5, TimeUnit.SECONDS);
    }
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private void push(HttpClient http, TestImage image) throws Exception {
    for (Bytes blob : image.blobs()) {
      HttpResponse<Void> begun =
          http.send(
              HttpRequest.newBuilder(URI.create("http://" + host + "/v2/team/app/blobs/uploads/"))
                  .POST(HttpRequest.BodyPublishers.noBody())
                  .build(),
              HttpResponse.BodyHandlers.discarding());
      String location = begun.headers().firstValue("Location").orElseThrow();
      put(
          http,
          location + (location.contains("?") ? "&" : "?") + "digest=" + Digest.of(blob),
          "application/octet-stream",
          blob);
    }
    put(
        http,
        "http://" + host + "/v2/team/app/manifests/v1",
        image.manifest().type().value(),
        image.manifest().bytes());
  }

  private static void put(HttpClient http, String uri, String type, Bytes body) throws Exception {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(uri))
                .header("Content-Type", type)
                .PUT(HttpRequest.BodyPublishers.ofByteArray(body.toArray()))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertEquals(201, answer.statusCode(), answer.body());
  }

  @Test
  void anImageComesBackAsItWasPushed() throws Exception {
    try (HttpClient http = HttpClient.newHttpClient();
        Registries client = Clients.open()) {
      push(http, Clients.IMAGE);
      Reference wanted = Reference.parse(host + "/team/app:v1");
      Endpoint endpoint = Endpoint.of(wanted).with(RegistryEntry.Security.INSECURE);
      RemoteImage image = client.find(wanted, List.of(endpoint), Clients.AMBIENT);
      assertEquals(Clients.IMAGE.manifest(), image.manifest());
      byte[] layer = Clients.IMAGE.layers().getFirst().toArray();
      try (InputStream in = image.blob(Clients.bigLayer())) {
        assertArrayEquals(layer, in.readAllBytes());
      }
      try (InputStream in = image.blob(Clients.bigLayer(), 1_000_000)) {
        assertEquals(layer.length - 1_000_000, in.readAllBytes().length);
      }
      assertEquals("[v1]", image.place().tags().toString());
      assertEquals(
          List.of("team/app"),
          client.catalog(host, RegistryEntry.Security.INSECURE, Clients.AMBIENT));
      assertEquals(
          image.manifest().digest(), image.place().digest(new dev.stowage.model.Tag("v1")));
      NotFoundException e =
          assertThrows(
              NotFoundException.class,
              () -> image.place().manifest(new dev.stowage.model.Tag("v2")));
      assertEquals(
          "reading manifest v2 in " + host + "/team/app: manifest unknown", e.getMessage());
    }
  }
}
