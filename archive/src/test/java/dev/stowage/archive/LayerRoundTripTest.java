package dev.stowage.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.stowage.linux.Directory;
import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.testkit.TarGenerator;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LayerRoundTripTest {
  private static final int ARCHIVES = 1500;

  @TempDir Path temporary;

  @Test
  void generatedArchivesComeBackByteForByte() throws IOException {
    for (int seed = 0; seed < ARCHIVES; seed++) {
      byte[] tar = new TarGenerator(seed).make();
      Path tree = Files.createDirectory(temporary.resolve("t" + seed));
      try (Directory root = Directory.open(tree)) {
        roundTrip(tar, root, UnpackOptions.DEFAULT, Stages.ONE);
        root.removeTree("");
      } catch (IOException | AssertionError e) {
        Files.write(Path.of(System.getProperty("java.io.tmpdir"), "odd.tar"), tar);
        fail("archive of seed " + seed, e);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyFormAndStagingGivesTheSameBytes(LayerForm form) throws IOException {
    for (int seed = 5000; seed < 5100; seed++) {
      byte[] tar = new TarGenerator(seed).make();
      Path tree = Files.createDirectory(temporary.resolve("t" + seed));
      try (Directory root = Directory.open(tree)) {
        Iterator<Stages> answers = List.of(Stages.ONE, Stages.TWO).iterator();
        // Begun on one thread and, if it is long enough, gone on with on two.
        roundTrip(tar, root, UnpackOptions.DEFAULT.withForm(form), answers::next);
        root.removeTree("");
      } catch (IOException | AssertionError e) {
        fail("archive of seed " + seed, e);
      }
    }
  }

  static Unpacked roundTrip(
      byte[] tar, Directory root, UnpackOptions options, Supplier<Stages> stages)
      throws IOException {
    ByteArrayOutputStream split = new ByteArrayOutputStream();
    Unpacked unpacked =
        LayerUnpacker.unpack(
            PlainTar.of(new ByteArrayInputStream(tar)), root, split, options, stages);
    assertEquals(Digest.of(Bytes.owning(tar)), unpacked.diffId());
    assertEquals(tar.length, unpacked.size());
    try (TarSplitAssembler again =
        new TarSplitAssembler(new ByteArrayInputStream(split.toByteArray()), List.of(root))) {
      assertArrayEquals(tar, again.readAllBytes());
    }
    return unpacked;
  }
}
