package dev.stowage.cli.rehearsal;

import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.model.Json;
import dev.stowage.model.MediaType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/// Two tiny images in an OCI layout, one made from the other: something to pull where there is no
/// registry.
///
/// @param manifest of the upper one, by which a registry serves it
/// @see <a href="https://github.com/opencontainers/image-spec/blob/main/image-layout.md">OCI image
///   layout</a>
record ExampleImage(Path directory, Bytes manifest) {

  /// What the layout calls the upper image.
  static final String NAME = "localhost/hello";

  /// What the layout calls the image that the other was made from.
  static final String BASE = "localhost/hello-base";

  private static final String MADE = "2026-01-01T00:00:00Z";
  private static final int BLOCK = 512;

  /// Writes the layout.
  static ExampleImage write(Path directory) throws IOException {
    Files.createDirectories(directory.resolve("blobs/sha256"));
    byte[] first = tar("hello.txt", "Hello from a container image.\n");
    byte[] second = tar("read.me", "This layer stands on the other one.\n");
    byte[] base = manifest(directory, List.of(first), List.of("ADD hello.txt"));
    byte[] upper =
        manifest(directory, List.of(first, second), List.of("ADD hello.txt", "ADD read.me"));
    Json index =
        Json.object()
            .put("schemaVersion", 2)
            .put(
                "manifests",
                new Json.Arr(List.of(entry(directory, upper, NAME), entry(directory, base, BASE))))
            .build();
    Files.write(directory.resolve("index.json"), bytes(index));
    Files.writeString(directory.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    return new ExampleImage(directory, Bytes.owning(upper));
  }

  private static Json entry(Path directory, byte[] manifest, String name) throws IOException {
    return blob(directory, manifest, MediaType.OCI_MANIFEST.value())
        .put("annotations", Json.object().put("org.opencontainers.image.ref.name", name).build())
        .build();
  }

  private static byte[] manifest(Path directory, List<byte[]> tars, List<String> steps)
      throws IOException {
    List<Json> layers = new ArrayList<>();
    List<String> diffIds = new ArrayList<>();
    for (byte[] tar : tars) {
      layers.add(layer(directory, tar));
      diffIds.add(digest(tar).toString());
    }
    List<Json> history = new ArrayList<>();
    for (String step : steps) {
      history.add(step(step));
    }
    Json config =
        Json.object()
            .put("created", MADE)
            .put("architecture", architecture())
            .put("os", "linux")
            .put(
                "config",
                Json.object()
                    .put("Env", Json.ofStrings(List.of("PATH=/bin")))
                    .put("Cmd", Json.ofStrings(List.of("/hello.txt")))
                    .put("Labels", Json.object().put("title", "hello").build())
                    .build())
            .put(
                "rootfs",
                Json.object()
                    .put("type", "layers")
                    .put("diff_ids", Json.ofStrings(diffIds))
                    .build())
            .put("history", new Json.Arr(history))
            .build();
    return bytes(
        Json.object()
            .put("schemaVersion", 2)
            .put("mediaType", MediaType.OCI_MANIFEST.value())
            .put("config", blob(directory, bytes(config), MediaType.OCI_CONFIG.value()).build())
            .put("layers", new Json.Arr(layers))
            .build());
  }

  private static String architecture() {
    return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
  }

  private static Json step(String what) {
    return Json.object().put("created", MADE).put("created_by", what).build();
  }

  private static byte[] bytes(Json json) {
    return json.compact().getBytes(StandardCharsets.UTF_8);
  }

  static Digest digest(byte[] content) {
    return Digest.of(Bytes.copyOf(content));
  }

  private static Json layer(Path directory, byte[] tar) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(tar);
    }
    return blob(directory, packed.toByteArray(), MediaType.OCI_LAYER_GZIP.value()).build();
  }

  private static Json.Builder blob(Path directory, byte[] content, String type) throws IOException {
    Digest digest = digest(content);
    Files.write(directory.resolve("blobs/sha256").resolve(digest.hex()), content);
    return Json.object()
        .put("mediaType", type)
        .put("digest", digest.toString())
        .put("size", content.length);
  }

  /// An archive of one file, in the oldest form that every tar reads.
  private static byte[] tar(String name, String text) {
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    byte[] archive = new byte[4 * BLOCK];
    put(archive, 0, name);
    put(archive, 100, "0000644");
    put(archive, 108, "0000000");
    put(archive, 116, "0000000");
    put(archive, 124, octal(content.length, 11));
    put(archive, 136, octal(1_767_225_600, 11));
    put(archive, 148, "        ");
    archive[156] = '0';
    put(archive, 257, "ustar\u000000");
    int sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      sum += archive[i];
    }
    put(archive, 148, octal(sum, 6) + "\u0000 ");
    System.arraycopy(content, 0, archive, BLOCK, content.length);
    return archive;
  }

  private static String octal(long number, int width) {
    String digits = Long.toOctalString(number);
    return "0".repeat(width - digits.length()) + digits;
  }

  private static void put(byte[] archive, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, archive, at, bytes.length);
  }
}
