package dev.stowage.transfer.place;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stowage.model.Bytes;
import dev.stowage.model.Descriptor;
import dev.stowage.model.ImageManifest;
import dev.stowage.model.Manifest;
import dev.stowage.testkit.ImageGenerator;
import dev.stowage.testkit.TestImage;
import dev.stowage.transfer.ImageSource;
import dev.stowage.transfer.Location;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class TarballSourceTest {
  @TempDir Path directory;

  private ImageSource open(Path file) throws IOException {
    return Sources.open(Location.parse("tarball:" + file), Archives.access(directory));
  }

  @Test
  @Timeout(20)
  void aNamedPipeIsReadOnceAndItsContentKept() throws Exception {
    TestImage image = ImageGenerator.oci().layer(Map.of("a", Bytes.utf8("content"))).build();
    byte[] tar = Archives.plain(image, 0);
    Path pipe = directory.resolve("pipe");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    FutureTask<Path> writing = new FutureTask<>(() -> Files.write(pipe, tar));
    Thread _ = Thread.ofVirtual().start(writing);
    try (ImageSource source = open(pipe)) {
      ImageManifest manifest = (ImageManifest) Manifest.parse(source.manifest());
      Descriptor layer = manifest.layers().getFirst();
      assertEquals(image.diffIds().getFirst(), layer.digest());
      for (int times = 0; times < 2; times++) {
        try (InputStream content = source.blob(layer)) {
          assertArrayEquals(tar, content.readAllBytes());
        }
      }
    }
    Path _ = writing.get();
  }

  @Test
  void aDirectoryIsNoTarball() {
    assertEquals(
        "read " + directory + ": is a directory",
        assertThrows(IOException.class, () -> open(directory)).getMessage());
  }
}
