package dev.stowage.linux;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.stowage.model.Bytes;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryTest {
  @TempDir Path temporary;
  private Path root;
  private Directory directory;

  @BeforeEach
  void open() throws IOException {
    root = Files.createDirectory(temporary.resolve("root"));
    directory = Directory.open(root);
  }

  @AfterEach
  void close() throws IOException {
    directory.close();
    assertEquals(0, descriptorsBeneath(temporary), "open descriptors");
  }

  private static long descriptorsBeneath(Path path) throws IOException {
    long count = 0;
    for (String name : new LocalDisk(LockMethod.RECORD).list(Path.of("/proc/self/fd"))) {
      try {
        if (Files.readSymbolicLink(Path.of("/proc/self/fd", name)).startsWith(path)) {
          count++;
        }
      } catch (NoSuchFileException e) {
        // The descriptor of the listing itself.
      }
    }
    return count;
  }

  private void write(String path, String content) throws IOException {
    try (FileWriter writer = directory.createFile(path)) {
      writer.write(content.getBytes(UTF_8));
    }
  }

  private String read(String path) throws IOException {
    try (FileReader reader = directory.openFile(path)) {
      return new String(reader.readAllBytes(), UTF_8);
    }
  }

  @Test
  void aFileIsDressedExactlyWhateverItWasMadeWith() throws IOException {
    assumeTrue(ProcessIdentity.read().isSuperuser(), "needs the superuser");
    directory.makeDirectory("group");
    directory.setOwner("group", new Owner(0, 5));
    directory.setMode("group", new Mode(02777)); // so that files are made with its group
    int number = 0;
    for (int likely : new int[] {0, 0600, 0644, 0777, 04755}) {
      for (int wanted : new int[] {0600, 0644, 0666, 02755, 06777}) {
        for (Owner owner : List.of(Owner.ROOT, new Owner(0, 5), new Owner(33, 34))) {
          String path = "group/" + number++;
          try (FileWriter writer = directory.createFile(path, new Mode(likely))) {
            writer.write('x');
            writer.setOwner(owner);
            writer.setMode(new Mode(wanted));
            writer.setOwner(Owner.ROOT);
            writer.setOwner(owner);
            writer.setMode(new Mode(wanted));
          }
          FileFacts facts = directory.facts(path).orElseThrow();
          assertEquals(owner, facts.owner(), path);
          assertEquals(new Mode(wanted), facts.mode(), path);
        }
      }
    }
  }

  @Test
  void aFileHasWhatWasWrittenAndHowItWasDressed() throws IOException {
    byte[] content = new byte[3 * Scratch.BUFFER_SIZE + 12345];
    new Random(1).nextBytes(content);
    Instant modified = Instant.ofEpochSecond(1_700_000_000L, 123_456_789);
    try (FileWriter writer = directory.createFile("file")) {
      writer.write(content, 0, 100);
      writer.write(content[100]);
      writer.write(content, 101, content.length - 101);
      assertEquals(content.length, writer.length());
      writer.setMode(new Mode(04755));
      writer.setAttribute("user.note", Bytes.utf8("hello"));
      writer.setTimes(Instant.ofEpochSecond(1), modified);
    }
    assertArrayEquals(content, Files.readAllBytes(root.resolve("file")));
    FileFacts facts = directory.facts("file").orElseThrow();
    assertEquals(FileKind.REGULAR, facts.kind());
    assertEquals(new Mode(04755), facts.mode());
    assertEquals(modified, facts.modified());
    assertEquals(content.length, facts.size());
    assertEquals(Optional.of(Bytes.utf8("hello")), directory.attribute("file", "user.note"));
    assertEquals(facts, new LocalDisk(LockMethod.RECORD).facts(root.resolve("file")).orElseThrow());
    try (FileReader reader = directory.openFile("file")) {
      assertEquals(facts, reader.facts());
      assertArrayEquals(content, reader.readAllBytes());
    }
  }

  @Test
  void aLongFileIsWholeThoughItWasSentToTheDiskInParts() throws IOException {
    byte[] part = new byte[5_000_000];
    new Random(2).nextBytes(part);
    try (FileWriter writer = directory.createFile("long")) {
      for (int i = 0; i < 4; i++) {
        writer.write(part);
        writer.hole(3_000_000);
      }
    }
    try (FileReader reader = directory.openFile("long")) {
      for (int i = 0; i < 4; i++) {
        assertArrayEquals(part, reader.readNBytes(part.length));
        assertArrayEquals(new byte[3_000_000], reader.readNBytes(3_000_000));
      }
      assertEquals(-1, reader.read());
    }
  }

  @Test
  void whatIsMadeIsPrivateUntilItIsDressed() throws IOException {
    directory.makeDirectory("d");
    directory.createFile("f").close();
    directory.makeNode("p", FileKind.FIFO, DeviceNumber.ZERO);
    assertEquals(new Mode(0700), directory.facts("d").orElseThrow().mode());
    assertEquals(new Mode(0600), directory.facts("f").orElseThrow().mode());
    assertEquals(new Mode(0600), directory.facts("p").orElseThrow().mode());
    assertEquals(FileKind.FIFO, directory.facts("p").orElseThrow().kind());
  }

  @Test
  void missingParentsAreMadeWithTheModeGiven() throws IOException {
    directory.makeDirectories("a/b/c", new Mode(0777));
    directory.makeDirectories("a/b/c", new Mode(0700));
    assertEquals(new Mode(0777), directory.facts("a").orElseThrow().mode());
    assertEquals(new Mode(0777), directory.facts("a/b/c").orElseThrow().mode());
    write("a/file", "x");
    assertThrows(
        FileAlreadyExistsException.class,
        () -> directory.makeDirectories("a/file", Mode.SHARED_DIRECTORY));
    assertThrows(
        FileSystemException.class,
        () -> directory.makeDirectories("a/file/b", Mode.SHARED_DIRECTORY));
  }

  @Test
  void timesBefore1970AndNanosecondsSurvive() throws IOException {
    Instant old = Instant.ofEpochSecond(-1_000_000, 1);
    write("f", "");
    directory.makeDirectory("d");
    directory.symbolicLink("l", "f");
    for (String path : List.of("f", "d", "l")) {
      directory.setTimes(path, old, old);
      assertEquals(old, directory.facts(path).orElseThrow().modified(), path);
    }
  }

  @Test
  void holesTakeNoSpaceAndReadAsZeros() throws IOException {
    try (FileWriter writer = directory.createFile("sparse")) {
      writer.hole(1L << 30);
      writer.write("middle".getBytes(UTF_8));
      writer.hole(1L << 40);
      assertEquals((1L << 30) + 6 + (1L << 40), writer.length());
    }
    FileFacts facts = directory.facts("sparse").orElseThrow();
    assertEquals((1L << 30) + 6 + (1L << 40), facts.size());
    try (FileReader reader = directory.openFile("sparse")) {
      long data = reader.nextData(0);
      assertTrue(data > 0 && data <= 1L << 30, "data at " + data);
      assertEquals(facts.size(), reader.nextData(reader.nextHole(data) + (1 << 20)));
      reader.seek(1L << 30);
      assertEquals("middle", new String(reader.readNBytes(6), UTF_8));
      assertEquals(0, reader.read());
    }
  }

  @Test
  void aCopyHasTheBytesOfTheOriginal() throws IOException {
    byte[] content = new byte[1_000_003];
    new Random(2).nextBytes(content);
    Files.write(root.resolve("original"), content);
    try (FileReader reader = directory.openFile("original");
        FileWriter writer = directory.createFile("copy")) {
      writer.copyFrom(reader);
      writer.write('!');
    }
    byte[] copy = Files.readAllBytes(root.resolve("copy"));
    assertEquals(content.length + 1, copy.length);
    assertArrayEquals(content, java.util.Arrays.copyOf(copy, content.length));
    try (Directory proc = Directory.open(Path.of("/proc/self"));
        FileReader reader = proc.openFile("status");
        FileWriter writer = directory.createFile("status")) {
      writer.copyFrom(reader);
    }
    assertTrue(read("status").contains("Pid:"));
  }

  @Test
  void linksAreMadeAndReadAsTheyStand() throws IOException {
    write("f", "x");
    directory.symbolicLink("absolute", "/etc/passwd");
    directory.symbolicLink("up", "../../..");
    directory.makeDirectory("d");
    directory.hardLink("d/second", "f");
    directory.hardLink("link", "absolute");
    assertEquals("/etc/passwd", directory.readLink("absolute"));
    assertEquals("../../..", directory.readLink("up"));
    assertEquals("/etc/passwd", directory.readLink("link"));
    assertEquals(2, directory.facts("f").orElseThrow().links());
    assertTrue(
        directory.facts("f").orElseThrow().sameFile(directory.facts("d/second").orElseThrow()));
    assertThrows(NotLinkException.class, () -> directory.readLink("f"));
    assertThrows(FileAlreadyExistsException.class, () -> directory.symbolicLink("f", "x"));
    assertThrows(FileAlreadyExistsException.class, () -> directory.hardLink("link", "f"));
  }

  @Test
  void namesOfAnyBytesSurvive() throws IOException {
    byte[] raw = {'a', (byte) 0xFF, (byte) 0xC3, (byte) 0xA4, (byte) 0x80, ' ', '\n', (byte) 0xE2};
    String name = FileNames.text(raw);
    assertArrayEquals(raw, FileNames.bytes(name));
    write(name, "odd");
    directory.symbolicLink("link", name);
    assertEquals("odd", read(name));
    assertEquals(name, directory.readLink("link"));
    assertTrue(directory.list("").stream().anyMatch(entry -> entry.name().equals(name)));
  }

  @Test
  void aListingHasEveryNameOnce() throws IOException {
    Set<String> names = new TreeSet<>();
    for (int i = 0; i < 10_000; i++) {
      names.add("name-of-some-length-" + i);
      directory.createFile("name-of-some-length-" + i).close();
    }
    directory.makeDirectory("sub");
    names.add("sub");
    List<DirectoryEntry> entries = directory.list("");
    assertEquals(names.size(), entries.size());
    for (DirectoryEntry entry : entries) {
      assertTrue(names.remove(entry.name()), entry.name());
      assertEquals(
          entry.name().equals("sub") ? FileKind.DIRECTORY : FileKind.REGULAR, entry.kind());
    }
    assertEquals(List.of(), directory.list("sub"));
  }

  @Test
  void aRenamedOrReplacedParentIsNoticed() throws IOException {
    directory.makeDirectory("a");
    write("a/one", "1");
    directory.rename("a", "b");
    assertEquals(Optional.empty(), directory.facts("a/one"));
    assertEquals("1", read("b/one"));
    directory.makeDirectory("a");
    write("a/two", "2");
    directory.removeTree("a");
    assertThrows(NoSuchFileException.class, () -> directory.createFile("a/three"));
    directory.symbolicLink("a", "b");
    assertEquals("1", read("a/one"));
  }

  @Test
  void manyDirectoriesAtOnceKeepDescriptorsFew() throws IOException {
    for (int i = 0; i < 200; i++) {
      directory.makeDirectory("d" + i);
      write("d" + i + "/f", "x" + i);
    }
    assertTrue(descriptorsBeneath(root) < 50);
    for (int i = 0; i < 200; i++) {
      directory.hardLink("d" + i + "/g", "d" + (199 - i) + "/f");
      assertEquals("x" + (199 - i), read("d" + i + "/g"));
      directory.rename("d" + i + "/g", "d" + (i + 100) % 200 + "/h");
    }
  }

  @Test
  void attributesOfAFileAreSetListedReadAndRemoved() throws IOException {
    write("f", "");
    assertEquals(List.of(), directory.attributeNames("f"));
    directory.setAttribute("f", "user.a", Bytes.utf8("1"));
    directory.setAttribute("f", "user.b", Bytes.empty());
    directory.setAttribute("f", "user.a", Bytes.utf8("2"));
    assertEquals(Set.of("user.a", "user.b"), Set.copyOf(directory.attributeNames("f")));
    assertEquals(Optional.of(Bytes.utf8("2")), directory.attribute("f", "user.a"));
    assertEquals(Optional.of(Bytes.empty()), directory.attribute("f", "user.b"));
    directory.removeAttribute("f", "user.a");
    directory.removeAttribute("f", "user.a");
    assertEquals(Optional.empty(), directory.attribute("f", "user.a"));
    directory.makeDirectory("d");
    directory.setAttribute("d", "user.x", Bytes.utf8("3"));
    assertEquals(List.of("user.x"), directory.attributeNames("d"));
    FileSystemException refused =
        assertThrows(
            FileSystemException.class,
            () -> directory.setAttribute("f", "nonsense", Bytes.empty()));
    assertTrue(String.valueOf(refused.getReason()).contains("not supported"));
  }

  @Test
  void theSuperuserGivesOwnersDevicesAndTrustedAttributes() throws IOException {
    assumeTrue(ProcessIdentity.read().isSuperuser(), "needs the superuser");
    Owner owner = new Owner(3_000_000_000L, 123_456);
    write("f", "");
    directory.symbolicLink("l", "/nowhere");
    directory.makeNode("null", FileKind.CHARACTER_DEVICE, new DeviceNumber(1, 3));
    directory.makeNode("big", FileKind.BLOCK_DEVICE, new DeviceNumber(4095, 1_048_575));
    directory.makeNode("whiteout", FileKind.CHARACTER_DEVICE, DeviceNumber.ZERO);
    for (String path : List.of("f", "l", "null")) {
      directory.setOwner(path, owner);
      assertEquals(owner, directory.facts(path).orElseThrow().owner(), path);
      directory.setAttribute(path, "trusted.note", Bytes.utf8(path));
      assertEquals(List.of("trusted.note"), directory.attributeNames(path));
      assertEquals(Optional.of(Bytes.utf8(path)), directory.attribute(path, "trusted.note"));
      directory.removeAttribute(path, "trusted.note");
      assertEquals(List.of(), directory.attributeNames(path));
    }
    assertEquals(new DeviceNumber(1, 3), directory.facts("null").orElseThrow().node());
    FileFacts big = directory.facts("big").orElseThrow();
    assertEquals(FileKind.BLOCK_DEVICE, big.kind());
    assertEquals(new DeviceNumber(4095, 1_048_575), big.node());
    assertEquals(big, new LocalDisk(LockMethod.RECORD).facts(root.resolve("big")).orElseThrow());
    assertEquals(DeviceNumber.ZERO, directory.facts("whiteout").orElseThrow().node());
    directory.setMode("null", new Mode(0666));
    assertEquals(new Mode(0666), directory.facts("null").orElseThrow().mode());
  }

  @Test
  void aModeIsNeverSetThroughALink() throws IOException {
    Path outside = Files.writeString(temporary.resolve("outside"), "x");
    FileFacts before = new LocalDisk(LockMethod.RECORD).facts(outside).orElseThrow();
    directory.symbolicLink("l", outside.toString());
    assertThrows(FileSystemException.class, () -> directory.setMode("l", new Mode(0777)));
    try (Scratch scratch = new Scratch();
        Directory same = Directory.open(root)) {
      assertEquals(FileKind.SYMBOLIC_LINK, same.facts("l").orElseThrow().kind());
      int dir =
          FileCalls.openat(
              scratch.state, -100, scratch.path(root.toString(), 0), OpenFlags.PLACE_ONLY, 0);
      assertEquals(
          -Errno.EOPNOTSUPP, ModeChange.throughProc(scratch, dir, scratch.path("l", 0), 0777));
      write("f", "");
      assertEquals(0, ModeChange.throughProc(scratch, dir, scratch.path("f", 0), 0751));
      assertEquals(0, FileCalls.close(scratch.state, dir));
    }
    assertEquals(new Mode(0751), directory.facts("f").orElseThrow().mode());
    assertEquals(before, new LocalDisk(LockMethod.RECORD).facts(outside).orElseThrow());
  }

  @Test
  void aRootOfItsOwnIsOpenedBeneath() throws IOException {
    directory.makeDirectories("a/b", Mode.SHARED_DIRECTORY);
    directory.symbolicLink("link", "a");
    try (Directory inner = directory.beneath("a")) {
      inner.createFile("b/f").close();
      inner.symbolicLink("escape", "..");
      assertThrows(NoSuchFileException.class, () -> inner.openFile("escape/link"));
    }
    assertTrue(directory.facts("a/b/f").isPresent());
    assertThrows(FileSystemException.class, () -> directory.beneath("link"));
  }

  @Test
  void errorsAreTheJdksWithThePathAndTheReason() throws IOException {
    write("f", "");
    directory.makeDirectory("d");
    write("d/x", "");
    NoSuchFileException missing =
        assertThrows(NoSuchFileException.class, () -> directory.openFile("no/such"));
    assertEquals("no", missing.getFile());
    assertThrows(NoSuchFileException.class, () -> directory.removeFile("none"));
    assertThrows(FileAlreadyExistsException.class, () -> directory.createFile("f"));
    assertThrows(FileAlreadyExistsException.class, () -> directory.makeDirectory("f"));
    assertThrows(
        java.nio.file.DirectoryNotEmptyException.class, () -> directory.removeDirectory("d"));
    assertThrows(java.nio.file.NotDirectoryException.class, () -> directory.list("f"));
    assertThrows(NoSuchFileException.class, () -> Directory.open(root.resolve("none")));
    FileSystemException full =
        assertThrows(
            FileSystemException.class,
            () -> {
              try (FileWriter writer = new FileWriter("full", openFull(), new Scratch())) {
                writer.write(1);
              }
            });
    assertEquals("No space left on device", full.getReason());
    assertEquals("full", full.getFile());
    assertThrows(FileSystemException.class, () -> directory.createFile("a".repeat(256)));
    assertThrows(FileSystemException.class, () -> directory.createFile("a/".repeat(3000) + "a"));
    assertThrows(FileSystemException.class, () -> directory.createFile("nul\0nul"));
    assertThrows(FileSystemException.class, () -> directory.createFile("slash/"));
    assertFalse(directory.facts("none").isPresent());
    assertFalse(directory.facts("f/none").isPresent());
  }

  private static int openFull() throws IOException {
    try (Scratch scratch = new Scratch()) {
      return FileCalls.openat(scratch.state, -100, scratch.path("/dev/full", 0), 1, 0);
    }
  }
}
