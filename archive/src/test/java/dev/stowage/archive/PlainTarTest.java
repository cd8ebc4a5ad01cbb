package dev.stowage.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stowage.linux.Directory;
import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.testkit.TarBytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlainTarTest {
  private static final byte[] TAR = new TarBytes().file("etc/motd", "hello").end().bytes();
  private static final Digest REAL = Digest.of(Bytes.copyOf(TAR));

  @TempDir Path directory;

  private Digest diffId(String name, PlainTar tar) throws IOException {
    try (Directory root = Directory.open(Files.createDirectory(directory.resolve(name)))) {
      return LayerUnpacker.unpack(
              tar, root, new ByteArrayOutputStream(), UnpackOptions.DEFAULT, Stages.ONE)
          .diffId();
    }
  }

  /// With a digest that the bytes do not have, it shows which one is believed.
  @Test
  void aDigestIsComputedUnlessTheStreamIsHeldToOneOfThatKind() throws IOException {
    Digest other = Digest.of(Bytes.utf8("something else"));
    Digest longer = Digest.of(Bytes.copyOf(TAR), Digest.Algorithm.SHA512);
    assertEquals(REAL, diffId("a", PlainTar.of(new ByteArrayInputStream(TAR))));
    assertEquals(other, diffId("b", PlainTar.heldTo(other, new ByteArrayInputStream(TAR))));
    assertEquals(REAL, diffId("c", PlainTar.heldTo(longer, new ByteArrayInputStream(TAR))));
  }
}
