package dev.stowage.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.linux.Directory;
import dev.stowage.model.CorruptException;
import dev.stowage.model.MalformedException;
import dev.stowage.model.UnsupportedException;
import dev.stowage.testkit.TarBytes;
import dev.stowage.testkit.TarBytes.Header;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostileLayersTest {
  @TempDir Path temporary;
  private Path tree;
  private Path secret;

  @BeforeEach
  void makeTree() throws IOException {
    tree = Files.createDirectories(temporary.resolve("store/tree"));
    secret = Files.writeString(temporary.resolve("secret"), "untouched");
  }

  private Unpacked unpack(TarBytes tar) throws IOException {
    return unpack(new ByteArrayInputStream(tar.end().bytes()), UnpackOptions.DEFAULT);
  }

  private Unpacked unpack(InputStream tar, UnpackOptions options) throws IOException {
    try (Directory root = Directory.open(tree)) {
      return LayerUnpacker.unpack(
          PlainTar.of(tar), root, new ByteArrayOutputStream(), options, Stages.ONE);
    }
  }

  private void refuses(String word, TarBytes tar) throws IOException {
    MalformedException e = assertThrows(MalformedException.class, () -> unpack(tar));
    assertTrue(String.valueOf(e.getMessage()).contains(word), e.getMessage());
    nothingOutside();
  }

  private void nothingOutside() throws IOException {
    assertEquals("untouched", Files.readString(secret));
    try (Stream<Path> all = Files.list(temporary)) {
      assertEquals(
          List.of("secret", "store"), all.map(p -> p.getFileName().toString()).sorted().toList());
    }
    try (Stream<Path> all = Files.list(temporary.resolve("store"))) {
      assertEquals(1, all.count());
    }
  }

  @Test
  void namesThatClimbOutAreRefused() throws IOException {
    refuses("../secret", new TarBytes().file("../secret", "x"));
    refuses("a/../../secret", new TarBytes().file("a/../../secret", "x"));
    refuses("/../../secret", new TarBytes().file("/../../secret", "x"));
    refuses("..", new TarBytes().directory(".."));
    refuses("../secret", new TarBytes().link('1', "mine", "../../secret"));
  }

  @Test
  void absoluteNamesAreBeneathTheRoot() throws IOException {
    unpack(new TarBytes().file("/etc/passwd", "x").link('1', "mine", "/etc/passwd"));
    assertEquals("x", Files.readString(tree.resolve("etc/passwd")));
    assertEquals("x", Files.readString(tree.resolve("mine")));
    nothingOutside();
  }

  @Test
  void linksOutLeadNowhere() throws IOException {
    refuses(
        "through/secret",
        new TarBytes()
            .link('2', "through", temporary.toString())
            .file("through/secret", "overwritten"));
  }

  @Test
  void linksOutAreFollowedWithinTheLayer() throws IOException {
    unpack(
        new TarBytes()
            .directory("real")
            .link('2', "up", "../../real")
            .link('2', "absolute", "/real")
            .file("up/one", "1")
            .file("absolute/two", "2"));
    assertEquals("1", Files.readString(tree.resolve("real/one")));
    assertEquals("2", Files.readString(tree.resolve("real/two")));
    nothingOutside();
  }

  @Test
  void aFileDoesNotWriteThroughALinkOfItsName() throws IOException {
    unpack(new TarBytes().link('2', "./f", secret.toString()).link('2', "g", secret.toString()));
    assertThrows(
        MalformedException.class,
        () -> unpack(new TarBytes().link('2', "f", secret.toString()).file("f", "overwritten")));
    nothingOutside();
  }

  @Test
  void hardLinksToWhatIsNotThereAreRefused() throws IOException {
    refuses("hard link", new TarBytes().link('1', "mine", "gone"));
    refuses("hard link", new TarBytes().link('1', "mine", "mine"));
    refuses("hard link", new TarBytes().directory("d").link('1', "mine", "d"));
    refuses(
        "hard link",
        new TarBytes().link('2', "out", temporary.toString()).link('1', "mine", "out/secret"));
  }

  @Test
  void contentThatIsReplacedIsRefused() throws IOException {
    refuses("twice", new TarBytes().file("f", "one").file("f", "two"));
    refuses("twice", new TarBytes().file("g", "one").file("./g", ""));
    refuses("twice", new TarBytes().file("h", "one").file("/h", "two"));
    refuses("directory", new TarBytes().directory("d").file("d/f", "x").link('2', "d", "x"));
  }

  @Test
  void doubledEntriesWithoutContentAreTaken() throws IOException {
    unpack(
        new TarBytes().directory("d").header(Header.of("d/", '5').mode(0711)).link('2', "d", "to"));
    assertEquals(Path.of("to"), Files.readSymbolicLink(tree.resolve("d")));
  }

  @Test
  void somethingInAFileIsRefused() throws IOException {
    refuses("f/x", new TarBytes().file("f", "x").file("f/x", "y"));
  }

  @Test
  void namesBeyondTheLimitAreRefused() throws IOException {
    refuses("longer than", new TarBytes().pax("path", "n/".repeat(3000)).file("short", "x"));
  }

  @Test
  void whiteoutsOfNothingAreRefused() throws IOException {
    refuses("deletes nothing", new TarBytes().file(".wh.", ""));
    refuses("deletes nothing", new TarBytes().file("d/.wh...", ""));
    refuses("both", new TarBytes().file("x", "").file(".wh.x", ""));
  }

  @Test
  void unknownTypesAreNotSupported() {
    for (char flag : new char[] {'7', 'D', 'M', 'V', 'Z'}) {
      assertThrows(
          UnsupportedException.class, () -> unpack(new TarBytes().header(Header.of("f", flag))));
    }
  }

  @Test
  void archivesThatAreCutOffFail() {
    byte[] tar = new TarBytes().file("f", "x".repeat(3000)).bytes();
    for (int length : new int[] {100, 600, 3000}) {
      assertThrows(
          EOFException.class,
          () ->
              unpack(
                  new ByteArrayInputStream(Arrays.copyOf(tar, length)),
                  UnpackOptions.DEFAULT.withForm(LayerForm.MERGED)));
    }
  }

  @Test
  void hugeHolesCountAgainstTheLimitAndTakeNoSpace() throws IOException {
    byte[] tar =
        new TarBytes()
            .pax(
                "GNU.sparse.major", "0",
                "GNU.sparse.minor", "1",
                "GNU.sparse.size", Long.toString(1L << 40),
                "GNU.sparse.numblocks", "0",
                "GNU.sparse.map", "")
            .file("f", "")
            .end()
            .bytes();
    assertThrows(
        MalformedException.class,
        () -> unpack(new ByteArrayInputStream(tar), UnpackOptions.DEFAULT.withLimit(1L << 39)));
    assertEquals(
        1L << 40,
        unpack(new ByteArrayInputStream(tar), UnpackOptions.DEFAULT.withForm(LayerForm.MERGED))
            .contentSize());
  }

  @Test
  void anEndlessArchiveStopsAtTheLimit() {
    byte[] header = Header.of("same", '5').bytes();
    assertThrows(
        MalformedException.class,
        () ->
            unpack(
                new TarReaderTest.Repeated(header, 1_000_000),
                UnpackOptions.DEFAULT.withLimit(1 << 20)));
  }

  @Test
  void brokenTarSplitsAreErrors() throws IOException {
    for (String line :
        new String[] {
          "nonsense",
          "{}",
          "{\"type\":3,\"payload\":\"\",\"position\":0}",
          "{\"type\":1,\"name\":\"x\",\"size\":-1,\"payload\":null,\"position\":0}",
          "{\"type\":1,\"name\":\"x\",\"size\":1,\"payload\":\"AAA=\",\"position\":0}",
          "{\"type\":2,\"payload\":\"%%%\",\"position\":0}",
          "{\"type\":2,\"payload\":\"AAAA",
          "{\"type\":1,\"name\":\"\\u12"
        }) {
      assertThrows(MalformedException.class, () -> assemble(line), line);
    }
    assertThrows(
        CorruptException.class,
        () ->
            assemble(
                "{\"type\":1,\"name\":\"../secret\",\"size\":9,\"payload\":\"AAAAAAAAAAE=\"}"));
    assertFalse(Files.exists(tree.resolve("secret")));
  }

  private void assemble(String line) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (var gzip = Compression.GZIP.compress(packed, Compression.Level.FAST)) {
      gzip.write(line.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    try (Directory root = Directory.open(tree);
        TarSplitAssembler in =
            new TarSplitAssembler(new ByteArrayInputStream(packed.toByteArray()), List.of(root))) {
      in.readAllBytes();
    }
  }

  @Test
  void aFileThatDiffersFromItsTarSplitIsNamed() throws IOException {
    byte[] tar = new TarBytes().file("etc/motd", "hello").end().bytes();
    ByteArrayOutputStream split = new ByteArrayOutputStream();
    try (Directory root = Directory.open(tree)) {
      LayerUnpacker.unpack(
          PlainTar.of(new ByteArrayInputStream(tar)),
          root,
          split,
          UnpackOptions.DEFAULT,
          Stages.ONE);
      for (String content : new String[] {"jello", "hell", "hello!"}) {
        Files.writeString(tree.resolve("etc/motd"), content);
        differs(root, split);
      }
      Files.delete(tree.resolve("etc/motd"));
      differs(root, split);
      Files.createSymbolicLink(tree.resolve("etc/motd"), secret);
      differs(root, split);
    }
  }

  private static void differs(Directory root, ByteArrayOutputStream split) throws IOException {
    try (TarSplitAssembler in =
        new TarSplitAssembler(new ByteArrayInputStream(split.toByteArray()), List.of(root))) {
      CorruptException e = assertThrows(CorruptException.class, in::readAllBytes);
      assertTrue(String.valueOf(e.getMessage()).contains("etc/motd"), e.getMessage());
    }
  }
}
