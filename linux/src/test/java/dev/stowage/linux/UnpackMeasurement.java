package dev.stowage.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/// How fast a tree is made, scanned and removed; run by hand: `UnpackMeasurement <directory>`.
///
/// 40,000 files in 4,000 directories and 1 GB in all, dressed as an archive would.
final class UnpackMeasurement {
  private static final int DIRECTORIES = 4_000;
  private static final int FILES_EACH = 10;
  private static final int FILE_SIZE = 26_000;

  private UnpackMeasurement() {}

  public static void main(String[] arguments) throws IOException {
    byte[] content = new byte[FILE_SIZE];
    new Random(1).nextBytes(content);
    try (Directory directory = Directory.open(Path.of(arguments[0]))) {
      // All are made before any is removed: ext4 is slow to reuse the inodes of files just removed.
      for (String tree : List.of("one", "two", "three")) {
        Stopwatch make = new Stopwatch();
        make(directory, tree, content);
        make.say("made");
      }
      for (String tree : List.of("one", "two", "three")) {
        Stopwatch scan = new Stopwatch();
        int found = scan(directory, tree);
        scan.say("scanned " + found);
      }
      Stopwatch remove = new Stopwatch();
      directory.removeTree("one");
      remove.say("removed by the directory");
      Stopwatch again = new Stopwatch();
      directory.removeTree("two");
      again.say("removed by the directory");
    }
    Stopwatch slow = new Stopwatch();
    new LocalDisk(LockMethod.RECORD).removeTree(Path.of(arguments[0], "three"));
    slow.say("removed by the disk");
    Stopwatch lock = new Stopwatch();
    Disk disk = new LocalDisk(LockMethod.OPEN_FILE);
    for (int i = 0; i < 10_000; i++) {
      disk.lock(Path.of(arguments[0], "some.lock"), LockKind.EXCLUSIVE).close();
    }
    lock.say("10,000 open file locks");
    Stopwatch record = new Stopwatch();
    Disk other = new LocalDisk(LockMethod.RECORD);
    for (int i = 0; i < 10_000; i++) {
      other.lock(Path.of(arguments[0], "some.lock"), LockKind.EXCLUSIVE).close();
    }
    record.say("10,000 record locks");
  }

  private static void make(Directory directory, String tree, byte[] content) throws IOException {
    Instant time = Instant.ofEpochSecond(1_700_000_000L, 5);
    directory.makeDirectory(tree);
    for (int i = 0; i < DIRECTORIES; i++) {
      String parent = tree + "/d" + i % 100 + "/sub" + i;
      directory.makeDirectories(parent, Mode.SHARED_DIRECTORY);
      for (int j = 0; j < FILES_EACH; j++) {
        try (FileWriter writer = directory.createFile(parent + "/file" + j)) {
          writer.write(content);
          writer.setOwner(Owner.ROOT);
          writer.setMode(Mode.SHARED_FILE);
          writer.setTimes(time, time);
        }
      }
      directory.setOwner(parent, Owner.ROOT);
      directory.setMode(parent, Mode.SHARED_DIRECTORY);
      directory.setTimes(parent, time, time);
    }
  }

  private static int scan(Directory directory, String path) throws IOException {
    int count = 0;
    for (DirectoryEntry entry : directory.list(path)) {
      String child = path + "/" + entry.name();
      FileFacts facts = directory.facts(child).orElseThrow();
      count += 1 + directory.attributeNames(child).size();
      if (facts.isDirectory()) {
        count += scan(directory, child);
      }
    }
    return count;
  }

  private static final class Stopwatch {
    private final long wall = System.nanoTime();
    private final long processor = processorTime();

    void say(String what) {
      long wallNow = System.nanoTime() - wall;
      long processorNow = processorTime() - processor;
      System.out.println(
          what
              + ": wall "
              + wallNow / 1_000_000
              + " ms, processor "
              + processorNow / 1_000_000
              + " ms");
    }

    private static long processorTime() {
      return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
    }
  }
}
