package dev.stowage.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MountsTest {
  private static final long OVERLAY = 0x794c7630;

  @TempDir Path temporary;
  private Path target = Path.of("unset");

  @BeforeEach
  void prepare() throws IOException {
    assumeTrue(ProcessIdentity.read().isSuperuser(), "mounting needs the superuser");
    target = Files.createDirectory(temporary.resolve("target"));
  }

  private String layer(String name, String file, String content) throws IOException {
    Path layer = Files.createDirectories(temporary.resolve(name));
    Files.writeString(layer.resolve(file), content);
    return name;
  }

  @Test
  void anOverlayShowsItsLayersAndTakesChangesAbove() throws IOException {
    layer("one", "both", "lower");
    layer("two:odd,\\", "both", "upper");
    layer("two:odd,\\", "own", "own");
    Files.createDirectories(temporary.resolve("up"));
    Files.createDirectories(temporary.resolve("work"));
    OverlayOptions options =
        new OverlayOptions(
            List.of("two:odd,\\", "one"),
            Optional.of(new OverlayOptions.Writable("up", "work")),
            List.of("volatile"));
    Mounts.overlay(temporary, target, options, Set.of(MountFlag.NO_DEVICES));
    try {
      assertEquals("upper", Files.readString(target.resolve("both")));
      assertEquals("own", Files.readString(target.resolve("own")));
      Files.writeString(target.resolve("new"), "new");
      assertTrue(Files.exists(temporary.resolve("up/new")));
      assertEquals(OVERLAY, Mounts.fileSystemMagic(target));
      try (Directory directory = Directory.open(target)) {
        assertEquals(OVERLAY, directory.fileSystemMagic());
      }
      MountPoint mount = MountTable.read().at(target.toRealPath()).orElseThrow();
      assertEquals("overlay", mount.fileSystem());
      assertTrue(mount.options().contains("nodev"), mount.options());
      assertTrue(mount.superOptions().contains("volatile"), mount.superOptions());
    } finally {
      Mounts.unmount(target);
    }
    assertEquals(Optional.empty(), MountTable.read().at(target.toRealPath()));
    assertFalse(Files.exists(target.resolve("both")));
    assertThrows(FileSystemException.class, () -> Mounts.unmount(target));
  }

  @Test
  void moreLayersThanFitIntoAPageAreMounted() throws IOException {
    List<String> lower = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      lower.add(layer("layer-with-a-name-of-some-length-" + i, "f" + i, "" + i));
      Files.writeString(temporary.resolve(lower.get(i)).resolve("same"), "" + i);
    }
    Files.createDirectories(temporary.resolve("up"));
    Files.createDirectories(temporary.resolve("work"));
    OverlayOptions options =
        new OverlayOptions(
            lower, Optional.of(new OverlayOptions.Writable("up", "work")), List.of());
    Mounts.overlay(temporary, target, options, Set.of());
    try {
      assertEquals("0", Files.readString(target.resolve("same")));
      for (int i = 0; i < 300; i++) {
        assertEquals("" + i, Files.readString(target.resolve("f" + i)));
      }
    } finally {
      Mounts.unmount(target);
    }
    String here = Path.of("").toAbsolutePath().toString();
    assertEquals(here, Files.readSymbolicLink(Path.of("/proc/self/cwd")).toString());
  }

  @Test
  void aReadOnlyBindMountCannotBeWrittenThrough() throws IOException {
    layer("source", "f", "x");
    Mounts.bind(temporary.resolve("source"), target, Set.of(MountFlag.READ_ONLY));
    try {
      assertEquals("x", Files.readString(target.resolve("f")));
      assertThrows(FileSystemException.class, () -> Files.writeString(target.resolve("g"), ""));
      Mounts.makePrivate(target);
    } finally {
      Mounts.unmount(target);
    }
    Files.writeString(temporary.resolve("source/g"), "");
  }

  @Test
  void aSharedLockIsGivenOnAReadOnlyFileSystem() throws IOException {
    layer("source", "some.lock", "");
    Mounts.bind(temporary.resolve("source"), target, Set.of(MountFlag.READ_ONLY));
    try {
      for (LockMethod method : LockMethod.values()) {
        Disk disk = new LocalDisk(method);
        disk.lock(target.resolve("some.lock"), LockKind.SHARED).close();
        assertThrows(
            IOException.class, () -> disk.lock(target.resolve("some.lock"), LockKind.EXCLUSIVE));
        assertThrows(
            IOException.class, () -> disk.lock(target.resolve("none.lock"), LockKind.SHARED));
      }
    } finally {
      Mounts.unmount(target);
    }
  }

  @Test
  void aMissingLayerIsNamed() {
    OverlayOptions options = new OverlayOptions(List.of("none"), Optional.empty(), List.of());
    assertThrows(
        FileSystemException.class, () -> Mounts.overlay(temporary, target, options, Set.of()));
    assertThrows(
        NoSuchFileException.class,
        () -> Mounts.overlay(temporary.resolve("no"), target, options, Set.of()));
  }
}
