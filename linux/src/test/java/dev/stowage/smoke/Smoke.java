package dev.stowage.smoke;

import dev.stowage.linux.Directory;
import dev.stowage.linux.Disk;
import dev.stowage.linux.LocalDisk;
import dev.stowage.linux.LockKind;
import dev.stowage.linux.LockMethod;
import dev.stowage.linux.Mounts;
import java.io.IOException;
import java.nio.file.Path;

/// A program that uses the module from outside; of another package, because the module owns its
/// own.
public final class Smoke {
  private Smoke() {}

  public static void main(String[] arguments) throws IOException {
    Path root = Path.of(arguments[0]);
    Disk disk = new LocalDisk(LockMethod.OPEN_FILE);
    disk.lock(root.resolve("some.lock"), LockKind.EXCLUSIVE).close();
    try (Directory directory = Directory.open(root)) {
      directory.createFile("made").close();
    }
    if (Mounts.fileSystemMagic(root) == 0) {
      throw new IOException("no file system");
    }
    System.out.println(Directory.class.getModule().getName());
  }
}
