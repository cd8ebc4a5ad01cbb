package dev.stowage.interop;

import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.testkit.TestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// OCI layouts written by hand.
final class Layouts {
  private Layouts() {}

  /// Writes a layout with one image that has no name.
  static void write(TestImage image, Path layout) throws IOException {
    Path blobs = Files.createDirectories(layout.resolve("blobs/sha256"));
    for (Bytes blob : image.blobs()) {
      Path _ = Files.write(blobs.resolve(Digest.of(blob).hex()), blob.toArray());
    }
    Bytes manifest = image.manifest().bytes();
    Path _ = Files.write(blobs.resolve(image.manifest().digest().hex()), manifest.toArray());
    Path _ = Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    Path _ =
        Files.writeString(
            layout.resolve("index.json"),
            "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\""
                + image.manifest().type().value()
                + "\",\"digest\":\""
                + image.manifest().digest()
                + "\",\"size\":"
                + manifest.length()
                + "}]}");
  }
}
