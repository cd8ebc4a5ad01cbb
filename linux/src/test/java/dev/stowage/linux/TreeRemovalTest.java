package dev.stowage.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Both removals, of the disk and of a directory, keep the same promises.
class TreeRemovalTest {
  @TempDir Path temporary;

  enum Removal {
    DISK {
      @Override
      void remove(Path root, String name) throws IOException {
        new LocalDisk(LockMethod.RECORD).removeTree(root.resolve(name));
      }
    },
    DIRECTORY {
      @Override
      void remove(Path root, String name) throws IOException {
        try (Directory directory = Directory.open(root)) {
          directory.removeTree(name);
        }
      }
    };

    abstract void remove(Path root, String name) throws IOException;
  }

  @ParameterizedTest
  @EnumSource
  void nothingFilesAndLinksGo(Removal removal) throws IOException {
    removal.remove(temporary, "none");
    Path outside = Files.createDirectory(temporary.resolve("outside"));
    Files.writeString(outside.resolve("kept"), "");
    Files.createSymbolicLink(temporary.resolve("l"), outside);
    removal.remove(temporary, "l");
    Files.writeString(temporary.resolve("f"), "");
    removal.remove(temporary, "f");
    Files.createDirectory(temporary.resolve("d"));
    removal.remove(temporary, "d");
    assertEquals(List.of("outside"), new LocalDisk(LockMethod.RECORD).list(temporary));
    assertTrue(Files.exists(outside.resolve("kept")));
  }

  @ParameterizedTest
  @EnumSource
  void aTreeGoesAndWhatItLinksToStays(Removal removal) throws IOException {
    Path outside = Files.createDirectory(temporary.resolve("outside"));
    Files.writeString(outside.resolve("kept"), "");
    try (Directory directory = Directory.open(temporary)) {
      for (int i = 0; i < 50; i++) {
        directory.makeDirectories("tree/a" + i + "/b/c", Mode.SHARED_DIRECTORY);
        directory.symbolicLink("tree/a" + i + "/out", "../../outside");
        directory.symbolicLink("tree/a" + i + "/b/abs", outside.toString());
        for (int j = 0; j < 60; j++) {
          directory.createFile("tree/a" + i + "/b/file" + j).close();
        }
        directory.createFile("tree/a" + i + "/" + FileNames.text(new byte[] {(byte) 0xFF})).close();
        directory.makeNode("tree/a" + i + "/fifo", FileKind.FIFO, DeviceNumber.ZERO);
      }
    }
    removal.remove(temporary, "tree");
    assertFalse(Files.exists(temporary.resolve("tree")));
    assertTrue(Files.exists(outside.resolve("kept")));
  }

  @ParameterizedTest
  @EnumSource
  void aDirectoryDeeperThanAnyPathGoes(Removal removal) throws IOException {
    int levels = 400;
    String name = "d".repeat(200);
    try (Directory directory = Directory.open(temporary)) {
      directory.makeDirectory("deep");
      directory.makeDirectory("new");
      for (int i = 0; i < levels; i++) {
        // From the bottom up, since no path reaches the bottom at the end.
        directory.makeDirectory("new/empty");
        directory.createFile("new/file").close();
        directory.rename("deep", "new/" + name);
        directory.rename("new", "deep");
        directory.makeDirectory("new");
      }
    }
    removal.remove(temporary, "deep");
    assertFalse(Files.exists(temporary.resolve("deep")));
    assertEquals(List.of("new"), new LocalDisk(LockMethod.RECORD).list(temporary));
  }

  @ParameterizedTest
  @EnumSource
  void manyFilesInOneDirectoryGo(Removal removal) throws IOException {
    try (Directory directory = Directory.open(temporary)) {
      directory.makeDirectory("many");
      for (int i = 0; i < 5_000; i++) {
        directory.createFile("many/a-name-that-is-not-very-short-" + i).close();
      }
    }
    removal.remove(temporary, "many");
    assertFalse(Files.exists(temporary.resolve("many")));
  }
}
