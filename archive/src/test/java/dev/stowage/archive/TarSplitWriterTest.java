package dev.stowage.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stowage.model.Bytes;
import dev.stowage.model.MalformedException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TarSplitWriterTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private String lines() throws IOException {
    return new String(
        Compression.GZIP.decompress(new ByteArrayInputStream(out.toByteArray())).readAllBytes(),
        StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void segmentsAndFilesAreLinesInTheOrderOfTheArchive() throws IOException {
    Crc64 crc = new Crc64();
    crc.update(bytes("foo"), 0, 3);
    try (TarSplitWriter split = new TarSplitWriter(out)) {
      split.accept(bytes("head"), 0, 2);
      split.accept(bytes("head"), 2, 2);
      split.entry("d/", "d");
      split.accept(bytes("more"), 0, 4);
      split.file("d/f", "d/f", 3, crc.bytes());
      split.accept(bytes("end"), 0, 3);
    }
    assertEquals(
        """
        {"type":2,"payload":"aGVhZA==","position":0}
        {"type":1,"name":"d/","payload":null,"position":1}
        {"type":2,"payload":"bW9yZQ==","position":2}
        {"type":1,"name":"d/f","size":3,"payload":"PDwwMAAAAAA=","position":3}
        {"type":2,"payload":"ZW5k","position":4}
        """,
        lines());
  }

  @Test
  void namesAreEscapedAndThoseThatAreNotUtf8AreRaw() throws IOException {
    try (TarSplitWriter split = new TarSplitWriter(out)) {
      split.entry("\u00e4 \"\\\n", "one");
      split.entry("\udce4", "two");
      split.entry("", "");
    }
    assertEquals(
        """
        {"type":1,"name":"\u00e4 \\"\\\\\\u000a","payload":null,"position":0}
        {"type":1,"name_raw":"5A==","payload":null,"position":1}
        {"type":1,"payload":null,"position":2}
        """,
        lines());
    try (TarSplitReader split = new TarSplitReader(new ByteArrayInputStream(out.toByteArray()))) {
      for (String name : new String[] {"\u00e4 \"\\\n", "\udce4", ""}) {
        assertEquals(Optional.of(new TarSplitReader.FileContent(name, 0, 0)), split.next());
      }
      assertEquals(Optional.empty(), split.next());
    }
  }

  @Test
  void aNameOccursOnce() throws IOException {
    try (TarSplitWriter split = new TarSplitWriter(out)) {
      split.entry("d", "d");
      split.entry("./d", "d");
      split.file("f", "f", 1, new byte[8]);
      assertThrows(MalformedException.class, () -> split.entry("f/", "f"));
      assertThrows(MalformedException.class, () -> split.file("d", "d", 1, new byte[8]));
    }
    assertEquals(2, lines().lines().count());
  }

  @Test
  void longRunsOfRawBytesAreCutIntoSegments() throws IOException {
    byte[] zeros = new byte[(1 << 21) + 5];
    try (TarSplitWriter split = new TarSplitWriter(out)) {
      split.accept(zeros, 0, zeros.length);
    }
    try (TarSplitReader split = new TarSplitReader(new ByteArrayInputStream(out.toByteArray()))) {
      for (int length : new int[] {1 << 20, 1 << 20, 5}) {
        assertEquals(
            Optional.of(new TarSplitReader.Segment(Bytes.owning(new byte[length]))), split.next());
      }
    }
  }
}
