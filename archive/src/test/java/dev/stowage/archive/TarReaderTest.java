package dev.stowage.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.Bytes;
import dev.stowage.model.MalformedException;
import dev.stowage.testkit.TarBytes;
import dev.stowage.testkit.TarBytes.Header;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TarReaderTest {
  private static List<TarEntry> entries(byte[] tar) throws IOException {
    List<TarEntry> entries = new ArrayList<>();
    try (TarReader reader = new TarReader(new ByteArrayInputStream(tar))) {
      for (Optional<TarEntry> e = reader.next(); e.isPresent(); e = reader.next()) {
        entries.add(e.get());
      }
    }
    return entries;
  }

  private static TarEntry only(TarBytes tar) throws IOException {
    List<TarEntry> entries = entries(tar.end().bytes());
    assertEquals(1, entries.size());
    return entries.getFirst();
  }

  @Test
  void paxRecordsOverrideTheHeader() throws IOException {
    TarEntry entry =
        only(
            new TarBytes()
                .pax(
                    "path", "p/\u00c3\u00a4",
                    "uid", "4000000000",
                    "gid", "70000",
                    "mtime", "-1.25",
                    "atime", "5.123456789999",
                    "uname", "",
                    "SCHILY.xattr.user.x", "a\0b\n")
                .header(Header.of("other", '5')));
    assertEquals("p/\u00e4", entry.name());
    assertEquals(4_000_000_000L, entry.uid());
    assertEquals(70000, entry.gid());
    assertEquals(Instant.ofEpochSecond(-1, -250_000_000), entry.modified());
    assertEquals(Optional.of(Instant.ofEpochSecond(5, 123_456_789)), entry.accessed());
    assertEquals(Bytes.utf8("a\0b\n"), entry.attributes().get("user.x"));
  }

  @Test
  void globalRecordsAreSeenAndNotApplied() throws IOException {
    List<TarEntry> entries =
        entries(
            new TarBytes()
                .pax('g', java.util.Map.of("path", "all", "uid", "9"))
                .directory("d/")
                .end()
                .bytes());
    assertEquals(EntryKind.GLOBAL_HEADER, entries.getFirst().kind());
    assertEquals("d/", entries.get(1).name());
    assertEquals(0, entries.get(1).uid());
  }

  @Test
  void longGnuNamesWinOverAllOthers() throws IOException {
    String name = "n".repeat(3000);
    TarEntry entry =
        only(
            new TarBytes()
                .pax("path", "pax", "linkpath", "pax")
                .gnuLong('K', "k".repeat(200))
                .gnuLong('L', name)
                .link('2', "short", "short"));
    assertEquals(name, entry.name());
    assertEquals("k".repeat(200), entry.linkName());
  }

  @Test
  void numbersInBase256AreReadWithTheirSign() throws IOException {
    TarEntry entry =
        only(
            new TarBytes()
                .header(Header.of("d", '5').gnu().owner(3L << 21, 5).binary(136, 12, -77)));
    assertEquals(3L << 21, entry.uid());
    assertEquals(Instant.ofEpochSecond(-77), entry.modified());
  }

  @Test
  void sizesBeyondEightGibibytesAreRead() {
    EOFException e =
        assertThrows(
            EOFException.class,
            () -> entries(new TarBytes().header(Header.of("f", '0').size(9L << 30)).bytes()));
    assertTrue(String.valueOf(e.getMessage()).contains("\"f\""), e.getMessage());
  }

  @Test
  void ustarPrefixesAreJoined() throws IOException {
    assertEquals(
        "pre/fix/name",
        only(new TarBytes().header(Header.of("name", '5').field(345, 155, "pre/fix"))).name());
  }

  @Test
  void oldRegularFilesWithASlashAreDirectories() throws IOException {
    assertEquals(
        EntryKind.DIRECTORY, only(new TarBytes().header(Header.of("d/", '\0').v7())).kind());
    assertEquals(EntryKind.REGULAR, only(new TarBytes().header(Header.of("d", '\0').v7())).kind());
  }

  @Test
  void archivesMayEndWithoutTheirEndBlocksOrPadding() throws IOException {
    byte[] whole = new TarBytes().file("f", "content").bytes();
    assertEquals(1, entries(whole).size());
    assertEquals(1, entries(Arrays.copyOf(whole, whole.length + 512)).size());
    assertEquals(1, entries(Arrays.copyOf(whole, 512 + 7)).size());
    assertEquals(0, entries(new byte[0]).size());
  }

  @Test
  void archivesCutInAHeaderOrInContentFail() {
    byte[] whole = new TarBytes().file("f", "content").file("g", "content").bytes();
    assertThrows(EOFException.class, () -> entries(Arrays.copyOf(whole, 512 + 3)));
    assertThrows(EOFException.class, () -> entries(Arrays.copyOf(whole, 1024 + 100)));
  }

  @Test
  void zerosFollowedBySomethingFail() {
    byte[] tar = new TarBytes().zeros(512).file("f", "x").bytes();
    assertThrows(MalformedException.class, () -> entries(tar));
  }

  @Test
  void brokenHeadersFailWithTheirPlace() {
    byte[] checksum = new TarBytes().file("f", "x").end().bytes();
    checksum[0] = 'g';
    MalformedException e = assertThrows(MalformedException.class, () -> entries(checksum));
    assertEquals(512, e.position());
    for (String[] records :
        new String[][] {
          {"mtime", "noon"},
          {"size", "-1"},
          {"uid", "1x"},
          {"path", "a\0b"},
          {"size", "9".repeat(20)}
        }) {
      byte[] tar = new TarBytes().pax(records).file("f", "x").bytes();
      assertThrows(MalformedException.class, () -> entries(tar), records[0]);
    }
    byte[] octal = new TarBytes().header(Header.of("f", '0').field(124, 12, "12x")).bytes();
    assertThrows(MalformedException.class, () -> entries(octal));
  }

  @Test
  void headersAboutHeadersAreBounded() {
    byte[] large = new TarBytes().gnuLong('L', "n".repeat(1 << 20)).directory("d").bytes();
    assertThrows(MalformedException.class, () -> entries(large));
    TarBytes many = new TarBytes();
    for (int i = 0; i < 100; i++) {
      many.gnuLong('L', "n");
    }
    byte[] chain = many.directory("d").bytes();
    assertThrows(MalformedException.class, () -> entries(chain));
  }

  @Test
  void sparseContentReadsWithItsHoles() throws IOException {
    byte[] wanted = new byte[3000];
    byte[] data = "some data".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(data, 0, wanted, 1024, data.length);
    byte[] tar =
        new TarBytes()
            .pax(
                "GNU.sparse.major", "0",
                "GNU.sparse.minor", "1",
                "GNU.sparse.size", "3000",
                "GNU.sparse.numblocks", "2",
                "GNU.sparse.map", "1024,9,3000,0",
                "GNU.sparse.name", "real")
            .file(Header.of("shown", '0'), data)
            .bytes();
    try (TarReader reader = new TarReader(new ByteArrayInputStream(tar))) {
      TarEntry entry = reader.next().orElseThrow();
      assertEquals("real", entry.name());
      assertEquals(3000, entry.size());
      try (InputStream content = reader.content()) {
        assertArrayEquals(wanted, content.readAllBytes());
      }
    }
  }

  @Test
  void sparseMapsThatDoNotFitFail() {
    for (String map : new String[] {"0,9,5,1", "0,3", "9,-1", "4000,9", "0,99"}) {
      byte[] tar =
          new TarBytes()
              .pax(
                  "GNU.sparse.numblocks",
                  Integer.toString(map.split(",").length / 2),
                  "GNU.sparse.map",
                  map,
                  "GNU.sparse.size",
                  "3000")
              .file("f", "some data")
              .bytes();
      assertThrows(MalformedException.class, () -> entries(tar), map);
    }
  }

  @Test
  void aMillionEntriesTakeNoMoreMemoryThanOne() throws IOException {
    byte[] header = Header.of("same", '5').bytes();
    try (TarReader reader = new TarReader(new Repeated(header, 1_000_000))) {
      int count = 0;
      while (reader.next().isPresent()) {
        count++;
      }
      assertEquals(1_000_000, count);
    }
  }

  /// The same bytes over and over.
  static final class Repeated extends InputStream {
    private final byte[] bytes;
    private long left;
    private int at;

    Repeated(byte[] bytes, long times) {
      this.bytes = bytes;
      this.left = bytes.length * times;
    }

    @Override
    public int read() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      if (left == 0) {
        return -1;
      }
      int part = (int) Math.min(Math.min(length, bytes.length - at), left);
      System.arraycopy(bytes, at, into, offset, part);
      at = (at + part) % bytes.length;
      left -= part;
      return part;
    }
  }
}
