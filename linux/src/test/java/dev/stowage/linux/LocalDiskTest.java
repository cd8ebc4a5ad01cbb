package dev.stowage.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.Bytes;
import dev.stowage.model.CorruptException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalDiskTest {
  private final Disk disk = new LocalDisk(LockMethod.RECORD);
  @TempDir Path temporary;

  @Test
  void aMissingFileReadsAsAbsentAndATooLongOneIsCorrupt() throws IOException {
    Path file = temporary.resolve("f");
    assertEquals(Optional.empty(), disk.read(file, 10));
    assertEquals(Optional.empty(), disk.read(temporary.resolve("no/such"), 10));
    Files.writeString(file, "0123456789");
    assertEquals(Optional.of(Bytes.utf8("0123456789")), disk.read(file, 10));
    assertEquals(file, assertThrows(CorruptException.class, () -> disk.read(file, 9)).path());
    Files.writeString(file, "");
    assertEquals(Optional.of(Bytes.empty()), disk.read(file, 0));
    try (var in = disk.open(file)) {
      assertEquals(-1, in.read());
    }
  }

  @Test
  void aReplacedFileIsWholeHasItsModeAndLeavesNothingBeside() throws IOException {
    Path file = temporary.resolve("f");
    for (Durability durability : Durability.values()) {
      disk.replace(file, Bytes.utf8("one"), new Mode(0666), durability);
      disk.replace(file, Bytes.utf8("two"), new Mode(0640), durability);
      assertEquals(Optional.of(Bytes.utf8("two")), disk.read(file, 100));
      assertEquals(new Mode(0640), disk.facts(file).orElseThrow().mode());
    }
    assertEquals(List.of("f"), disk.list(temporary));
    Path link = temporary.resolve("link");
    disk.symbolicLink(link, "f");
    disk.replace(link, Bytes.utf8("x"), Mode.PRIVATE_FILE, Durability.DURABLE);
    assertEquals(Optional.of(Bytes.utf8("two")), disk.read(file, 100));
    assertTrue(disk.facts(link).orElseThrow().isRegular());
    assertThrows(
        NoSuchFileException.class,
        () ->
            disk.replace(
                temporary.resolve("no/f"), Bytes.empty(), Mode.PRIVATE_FILE, Durability.DURABLE));
  }

  @Test
  void anInterruptedThreadStillReplacesAndSyncs() throws IOException {
    Path file = temporary.resolve("f");
    Thread.currentThread().interrupt();
    disk.replace(file, Bytes.utf8("x"), Mode.PRIVATE_FILE, Durability.DURABLE);
    Optional<Bytes> content = disk.read(file, 100);
    disk.syncDirectory(temporary);
    disk.removeTree(file);
    assertTrue(Thread.interrupted());
    assertEquals(Optional.of(Bytes.utf8("x")), content);
  }

  @Test
  void anUncommittedFileVanishes() throws IOException {
    Path file = temporary.resolve("f");
    try (PendingFile pending = disk.replacing(file, Mode.PRIVATE_FILE, Durability.DURABLE)) {
      pending.stream().write("half".getBytes(StandardCharsets.UTF_8));
      List<String> names = disk.list(temporary);
      assertEquals(1, names.size());
      assertTrue(names.get(0).startsWith(".tmp-f"), names.get(0));
    }
    assertEquals(List.of(), disk.list(temporary));
    PendingFile pending = disk.replacing(file, Mode.PRIVATE_FILE, Durability.VOLATILE);
    pending.commit();
    pending.close();
    assertThrows(IllegalStateException.class, pending::commit);
    assertEquals(List.of("f"), disk.list(temporary));
  }

  @Test
  void directoriesHaveExactlyTheirMode() throws IOException {
    Path directory = temporary.resolve("a/b");
    assertThrows(NoSuchFileException.class, () -> disk.makeDirectory(directory, new Mode(0777)));
    disk.makeDirectories(directory, new Mode(0777));
    disk.makeDirectories(directory, new Mode(0700));
    assertEquals(new Mode(0777), disk.facts(directory).orElseThrow().mode());
    assertEquals(new Mode(0777), disk.facts(temporary.resolve("a")).orElseThrow().mode());
    disk.makeDirectory(temporary.resolve("s"), new Mode(01755));
    assertEquals(new Mode(01755), disk.facts(temporary.resolve("s")).orElseThrow().mode());
    assertThrows(
        FileAlreadyExistsException.class, () -> disk.makeDirectory(directory, new Mode(0700)));
    disk.symbolicLink(temporary.resolve("link"), "a");
    disk.makeDirectories(temporary.resolve("link/c"), new Mode(0700));
    assertTrue(disk.facts(temporary.resolve("a/c")).orElseThrow().isDirectory());
  }

  @Test
  void linksAreReadAndNotFollowed() throws IOException {
    Path link = temporary.resolve("l");
    disk.symbolicLink(link, "../x");
    assertEquals("../x", disk.readLink(link));
    assertEquals(FileKind.SYMBOLIC_LINK, disk.facts(link).orElseThrow().kind());
    Path file = Files.writeString(temporary.resolve("f"), "");
    assertThrows(NotLinkException.class, () -> disk.readLink(file));
    assertThrows(FileAlreadyExistsException.class, () -> disk.symbolicLink(file, "x"));
    assertEquals(Optional.empty(), disk.facts(temporary.resolve("none")));
    assertEquals(Optional.empty(), disk.facts(file.resolve("below")));
  }

  @Test
  void aRenameReplacesAFileAndMovesATree() throws IOException {
    Path one = Files.writeString(temporary.resolve("one"), "1");
    Path two = Files.writeString(temporary.resolve("two"), "2");
    disk.rename(one, two);
    assertEquals("1", Files.readString(two));
    disk.makeDirectories(temporary.resolve("d/e"), Mode.PRIVATE_DIRECTORY);
    disk.rename(temporary.resolve("d"), temporary.resolve("moved"));
    assertTrue(disk.facts(temporary.resolve("moved/e")).isPresent());
    assertThrows(NoSuchFileException.class, () -> disk.rename(one, two));
    disk.remove(two);
    assertThrows(NoSuchFileException.class, () -> disk.remove(two));
    assertEquals(Set.of("moved"), Set.copyOf(disk.list(temporary)));
  }

  @Test
  void freeSpaceIsToldWithoutReadingTheTableOfMounts() throws IOException {
    assertTrue(disk.freeSpace(temporary) > 0);
    long before = bytesRead();
    for (int i = 0; i < 200; i++) {
      long _ = disk.freeSpace(temporary);
    }
    long read = bytesRead() - before;
    assertTrue(read < 20_000, "200 looks read " + read + " bytes");
    Path missing = temporary.resolve("no");
    assertThrows(NoSuchFileException.class, () -> disk.freeSpace(missing));
  }

  /// What this thread has read from files so far, by the kernel's count.
  private static long bytesRead() throws IOException {
    String counts = Files.readString(Path.of("/proc/thread-self/io"));
    return Long.parseLong(counts.substring("rchar: ".length(), counts.indexOf('\n')));
  }

  @Test
  void aFileSystemIsSynced() throws IOException {
    disk.syncFileSystem(temporary);
    assertThrows(NoSuchFileException.class, () -> disk.syncFileSystem(temporary.resolve("no")));
  }

  @Test
  void anInvisibleDirectoryIsAnError() {
    assertThrows(NoSuchFileException.class, () -> disk.list(temporary.resolve("no")));
    assertThrows(NoSuchFileException.class, () -> disk.syncDirectory(temporary.resolve("no")));
    assertFalse(Files.exists(temporary.resolve("no")));
  }
}
