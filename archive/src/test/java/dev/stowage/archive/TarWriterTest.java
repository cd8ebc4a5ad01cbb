package dev.stowage.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.Bytes;
import dev.stowage.model.MismatchException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TarWriterTest {
  @TempDir Path directory;

  private static byte[] written() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TarWriter writer = new TarWriter(out);
    byte[] large = new byte[100_001];
    new Random(7).nextBytes(large);
    writer.file("large", large.length, new ByteArrayInputStream(large));
    writer.directory("d/");
    writer.symbolicLink("d/link", "../large");
    writer.file("d/" + "n".repeat(120), Bytes.utf8("long name"));
    writer.file("empty", Bytes.empty());
    writer.file("last", Bytes.utf8("x".repeat(512)));
    writer.end();
    return out.toByteArray();
  }

  @Test
  void whatIsWrittenIsReadAgainAndIsTheSameEachTime() throws Exception {
    byte[] archive = written();
    assertArrayEquals(archive, written());
    assertEquals(0, archive.length % 512);
    List<String> names = new ArrayList<>();
    try (TarReader reader = new TarReader(new ByteArrayInputStream(archive))) {
      for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
        names.add(entry.get().name() + " " + entry.get().size() + entry.get().linkName());
      }
    }
    assertEquals(
        List.of(
            "large 100001",
            "d/ 0",
            "d/link 0../large",
            "d/" + "n".repeat(120) + " 9",
            "empty 0",
            "last 512"),
        names);
  }

  @Test
  void aListedFileTellsWhereEachContentBegins() throws Exception {
    byte[] archive = written();
    Path file = directory.resolve("a.tar");
    Path _ = Files.write(file, new byte[33]);
    Path _ = Files.write(file, archive, StandardOpenOption.APPEND);
    try (FileChannel channel = FileChannel.open(file);
        TarReader plain = new TarReader(new ByteArrayInputStream(archive));
        TarReader seeking = TarReader.of(channel, 33)) {
      for (Optional<TarEntry> entry = plain.next(); entry.isPresent(); entry = plain.next()) {
        assertEquals(entry, seeking.next());
        assertEquals(plain.offset(), seeking.offset());
        if (entry.get().name().equals("last")) {
          ByteBuffer content = ByteBuffer.allocate(512);
          assertEquals(512, channel.read(content, 33 + seeking.offset()));
          assertEquals("x".repeat(512), Bytes.copyOf(content.array()).utf8());
        }
      }
      assertTrue(seeking.next().isEmpty());
    }
  }

  @Test
  void aFileThatIsCutOffWithinAContentIsNotedThoughItsContentIsPassedOver() throws Exception {
    Path file = directory.resolve("a.tar");
    Path _ = Files.write(file, java.util.Arrays.copyOf(written(), 50_000));
    try (FileChannel channel = FileChannel.open(file);
        TarReader reader = TarReader.of(channel, 0)) {
      assertEquals("large", reader.next().orElseThrow().name());
      assertThrows(java.io.EOFException.class, reader::next);
    }
  }

  @Test
  void aContentOfAnotherLengthThanAnnouncedIsRefused() {
    TarWriter writer = new TarWriter(new ByteArrayOutputStream());
    ByteArrayInputStream five = new ByteArrayInputStream(new byte[5]);
    assertThrows(MismatchException.class, () -> writer.file("a", 4, five));
    assertThrows(
        MismatchException.class, () -> writer.file("a", 6, new ByteArrayInputStream(new byte[5])));
  }
}
