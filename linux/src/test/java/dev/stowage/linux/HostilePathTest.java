package dev.stowage.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.Bytes;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever an archive names, nothing outside of the root is read, made or changed.
class HostilePathTest {
  @TempDir Path temporary;
  private Path root = Path.of("unset");
  private Path outside = Path.of("unset");
  private Directory directory;

  @BeforeEach
  void open() throws IOException {
    root = Files.createDirectory(temporary.resolve("root"));
    outside = Files.createDirectory(temporary.resolve("outside"));
    Files.writeString(outside.resolve("secret"), "secret");
    directory = Directory.open(root);
  }

  @AfterEach
  void outsideIsUntouched() throws IOException {
    directory.close();
    Disk disk = new LocalDisk(LockMethod.RECORD);
    assertEquals(List.of("secret"), disk.list(outside));
    assertEquals("secret", Files.readString(outside.resolve("secret")));
    assertTrue(disk.facts(outside.resolve("secret")).orElseThrow().links() == 1);
  }

  @Test
  void pathsThatGoUpOrStartAtTheTopAreRefusedByEveryVerb() {
    String[] paths = {
      "..",
      "../outside/x",
      "a/../../outside/x",
      "a/..",
      "../outside/secret",
      "/etc/passwd",
      "/",
      "//x"
    };
    for (String path : paths) {
      refused(() -> directory.facts(path));
      refused(() -> directory.openFile(path));
      refused(() -> directory.createFile(path));
      refused(() -> directory.makeDirectory(path));
      refused(() -> directory.makeDirectories(path, Mode.SHARED_DIRECTORY));
      refused(() -> directory.symbolicLink(path, "x"));
      refused(() -> directory.hardLink("inside", path));
      refused(() -> directory.hardLink(path, "inside"));
      refused(() -> directory.makeNode(path, FileKind.FIFO, DeviceNumber.ZERO));
      refused(() -> directory.setOwner(path, Owner.ROOT));
      refused(() -> directory.setMode(path, new Mode(0777)));
      refused(() -> directory.setTimes(path, Instant.EPOCH, Instant.EPOCH));
      refused(() -> directory.setAttribute(path, "user.x", Bytes.empty()));
      refused(() -> directory.attribute(path, "user.x"));
      refused(() -> directory.attributeNames(path));
      refused(() -> directory.removeAttribute(path, "user.x"));
      refused(() -> directory.readLink(path));
      refused(() -> directory.rename(path, "y"));
      refused(() -> directory.rename("y", path));
      refused(() -> directory.removeFile(path));
      refused(() -> directory.removeDirectory(path));
      refused(() -> directory.removeTree(path));
      refused(() -> directory.list(path));
      refused(() -> directory.beneath(path).close());
    }
  }

  @Test
  void namesThatOnlyLookLikeGoingUpAreNames() throws IOException {
    for (String name : List.of("..a", "a..", "...", "a..b")) {
      directory.makeDirectory(name);
      directory.createFile(name + "/" + name).close();
      assertTrue(Files.exists(root.resolve(name).resolve(name)));
    }
  }

  @Test
  void linksInParentsAreFollowedAsIfTheRootWereTheTop() throws IOException {
    directory.makeDirectories("usr/lib", Mode.SHARED_DIRECTORY);
    directory.symbolicLink("lib", "usr/lib");
    directory.symbolicLink("absolute", "/usr/lib");
    directory.symbolicLink("up", "../../../../usr/lib");
    directory.createFile("lib/a").close();
    directory.createFile("absolute/b").close();
    directory.createFile("up/c").close();
    for (String name : List.of("a", "b", "c")) {
      assertTrue(Files.exists(root.resolve("usr/lib").resolve(name)), name);
    }
  }

  @Test
  void linksOutOfTheRootLeadNowhere() throws IOException {
    directory.symbolicLink("abs", outside.toString());
    directory.symbolicLink("rel", "../outside");
    directory.symbolicLink("magic", "/proc/self/root" + outside);
    for (String link : List.of("abs", "rel", "magic")) {
      failed(() -> directory.createFile(link + "/new"));
      failed(() -> directory.openFile(link + "/secret"));
      failed(() -> directory.removeFile(link + "/secret"));
      failed(() -> directory.hardLink("mine", link + "/secret"));
      failed(() -> directory.hardLink(link + "/new", link));
      failed(() -> directory.makeDirectory(link + "/new"));
      failed(() -> directory.rename(link, link + "/new"));
      directory.removeTree(link + "/secret");
      assertFalse(directory.facts(link + "/secret").isPresent());
    }
    failed(() -> directory.openFile("abs"));
    failed(() -> directory.list("abs"));
  }

  @Test
  void theLastComponentIsNeverFollowed() throws IOException {
    directory.symbolicLink("l", outside.resolve("secret").toString());
    failed(() -> directory.createFile("l"));
    failed(() -> directory.openFile("l"));
    failed(() -> directory.setMode("l", new Mode(0777)));
    directory.setTimes("l", Instant.EPOCH, Instant.EPOCH);
    directory.hardLink("m", "l");
    assertEquals(FileKind.SYMBOLIC_LINK, directory.facts("m").orElseThrow().kind());
    directory.removeTree("l");
    directory.removeFile("m");
  }

  @Test
  void linksInACircleEnd() throws IOException {
    directory.symbolicLink("a", "b");
    directory.symbolicLink("b", "a");
    failed(() -> directory.createFile("a/x"));
    failed(() -> directory.facts("a/x"));
  }

  @Test
  void aFifoIsNotOpened() throws IOException {
    directory.makeNode("fifo", FileKind.FIFO, DeviceNumber.ZERO);
    failed(() -> directory.openFile("fifo"));
    directory.makeDirectory("d");
    failed(() -> directory.openFile("d"));
  }

  @Test
  void aLinkSwappedInDuringTheWorkNeverLeadsOut() throws Exception {
    Path inside = Files.createDirectory(root.resolve("swap"));
    Path link = Files.createSymbolicLink(root.resolve("link"), outside);
    AtomicBoolean done = new AtomicBoolean();
    Thread swapper =
        Thread.ofPlatform()
            .start(
                () -> {
                  Path aside = root.resolve("aside");
                  try {
                    while (!done.get()) {
                      Files.move(inside, aside);
                      Files.move(link, inside, StandardCopyOption.ATOMIC_MOVE);
                      Files.move(inside, link, StandardCopyOption.ATOMIC_MOVE);
                      Files.move(aside, inside);
                    }
                  } catch (IOException e) {
                    throw new AssertionError(e);
                  }
                });
    int made = 0;
    long end = System.nanoTime() + 1_000_000_000L;
    for (int i = 0; System.nanoTime() < end; i++) {
      // A new directory each time, so that no descriptor is remembered.
      try (Directory fresh = Directory.open(root)) {
        fresh.createFile("swap/new" + i).close();
        made++;
      } catch (FileSystemException e) {
        // The link was there: it leads nowhere.
      }
    }
    done.set(true);
    swapper.join();
    assertTrue(made > 0);
  }

  private interface Verb {
    void run() throws IOException;
  }

  private static void refused(Verb verb) {
    FileSystemException refusal = assertThrows(FileSystemException.class, verb::run);
    assertTrue(String.valueOf(refusal.getReason()).contains("leave"), refusal::toString);
  }

  private static void failed(Verb verb) {
    assertThrows(FileSystemException.class, verb::run);
  }
}
