package dev.stowage.store;

import dev.stowage.linux.Disk;
import dev.stowage.linux.HeldLock;
import dev.stowage.linux.LockKind;
import dev.stowage.linux.Mode;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A directory for what is not (or no longer) part of the store, guarded by a lock that lives as
/// long as its owner: whoever can take the lock knows that the owner is dead and what is in the
/// directory is garbage.
///
/// ```
/// overlay/tempdirs/lock-<name>        held by the owner
/// overlay/tempdirs/temp-dir-<name>/   0, 1, 2, …
/// ```
///
/// Place and form are those of the newest containers/storage, so that it cleans up after this
/// program and this program after it. Older versions do not look there, but some take every
/// directory beside the layers for a layer; so `tempdirs` is removed when nothing is in it.
final class WorkArea implements Closeable {
  static final String LOCK = "lock-";
  static final String DIRECTORY = "temp-dir-";
  private static final int NAME_DIGITS = 16;

  /// Where so many others remove the parent one after the other, something else is wrong.
  private static final int MOST_ATTEMPTS = 100;

  private final Disk disk;
  private final HeldLock lock;
  private final Path lockFile;
  private final Path parent;
  private final Path directory;
  private int next;

  private WorkArea(Disk disk, HeldLock lock, Path lockFile, Path parent, Path directory) {
    this.disk = disk;
    this.parent = parent;
    this.lock = lock;
    this.lockFile = lockFile;
    this.directory = directory;
  }

  static WorkArea make(Disk disk, Path parent) throws IOException {
    for (int attempt = 1; ; attempt++) {
      disk.makeDirectories(parent, Mode.PRIVATE_DIRECTORY);
      try {
        return makeIn(disk, parent);
      } catch (NoSuchFileException e) {
        // Somebody has found the parent empty and removed it in between.
        if (attempt == MOST_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private static WorkArea makeIn(Disk disk, Path parent) throws IOException {
    while (true) {
      String name = Ids.random().substring(0, NAME_DIGITS);
      Path lockFile = parent.resolve(LOCK + name);
      HeldLock lock = disk.lock(lockFile, LockKind.EXCLUSIVE);
      // Between the making of the file and the lock on it, someone may have taken it for stale.
      if (disk.facts(lockFile).isPresent()) {
        Path directory = parent.resolve(DIRECTORY + name);
        try {
          disk.makeDirectory(directory, Mode.PRIVATE_DIRECTORY);
          return new WorkArea(disk, lock, lockFile, parent, directory);
        } catch (IOException | RuntimeException e) {
          disk.removeTree(lockFile);
          lock.close();
          throw e;
        }
      }
      lock.close();
    }
  }

  Path directory() {
    return directory;
  }

  /// A path in the directory that nothing stands at.
  synchronized Path next() {
    return directory.resolve(Integer.toString(next++));
  }

  /// Renames into the directory what is there; nothing is fine too.
  void take(Path path) throws IOException {
    try {
      disk.rename(path, next());
    } catch (NoSuchFileException e) {
      // Gone already, which is what was wanted.
    }
  }

  /// Deletes the directory and gives up the lock.
  @Override
  public void close() throws IOException {
    try (lock) {
      disk.removeTree(directory);
      disk.removeTree(lockFile);
    }
    removeIfEmpty(disk, parent);
  }

  private static void removeIfEmpty(Disk disk, Path parent) throws IOException {
    try {
      disk.remove(parent);
    } catch (DirectoryNotEmptyException | NoSuchFileException e) {
      // Others are at work there, or were quicker.
    }
  }

  /// What is done with the directory of a dead owner before it is deleted.
  @FunctionalInterface
  interface Heir {
    void inherit(Path directory) throws IOException;
  }

  /// Deletes the directories of dead owners; one that cannot be deleted is left for the next time.
  ///
  /// @return how many were left
  static int reap(Disk disk, Path parent, Heir heir) throws IOException {
    int leftOver = 0;
    if (disk.facts(parent).isEmpty()) {
      return leftOver;
    }
    List<String> names = listed(disk, parent);
    for (String name : names) {
      String owner;
      if (name.startsWith(LOCK)) {
        owner = name.substring(LOCK.length());
      } else if (name.startsWith(DIRECTORY) && !names.contains(LOCK + nameOf(name))) {
        owner = nameOf(name);
      } else {
        continue;
      }
      Path lockFile = parent.resolve(LOCK + owner);
      Optional<HeldLock> stale = disk.tryLock(lockFile, LockKind.EXCLUSIVE);
      if (stale.isPresent()) {
        try (HeldLock _ = stale.get()) {
          Path directory = parent.resolve(DIRECTORY + owner);
          if (disk.facts(directory).isPresent()) {
            heir.inherit(directory);
            disk.removeTree(directory);
          }
          disk.removeTree(lockFile);
        } catch (IOException e) {
          leftOver++;
        }
      }
    }
    if (leftOver == 0 && listed(disk, parent).isEmpty()) {
      removeIfEmpty(disk, parent);
    }
    return leftOver;
  }

  private static List<String> listed(Disk disk, Path parent) throws IOException {
    try {
      return disk.list(parent);
    } catch (NoSuchFileException e) {
      return List.of(); // somebody else has removed it, as it was empty
    }
  }

  private static String nameOf(String directory) {
    return directory.substring(DIRECTORY.length());
  }
}
