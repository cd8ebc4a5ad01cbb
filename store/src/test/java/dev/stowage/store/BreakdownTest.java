package dev.stowage.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.linux.Disk;
import dev.stowage.linux.LocalDisk;
import dev.stowage.linux.LockMethod;
import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is left of a store when a change breaks off, at each of the calls that make it.
class BreakdownTest {
  private static final int MORE_CALLS_THAN_ANY_CHANGE = 400;
  private static final TestTar BASE = new TestTar().directory("etc", 0755).file("etc/a", "a");
  private static final TestTar TOP = new TestTar().file("hello", "hello");
  private static final TestTar OTHER = new TestTar().file("other", "other");
  private static final SampleImage OLD = SampleImage.of(BASE, TOP);
  private static final SampleImage NEW = SampleImage.of(BASE, OTHER);

  private final Disk disk = new LocalDisk(LockMethod.OPEN_FILE);

  @TempDir private Path directory;

  /// A change to a store that has one image in it.
  private interface Change {
    void make(Store store) throws IOException;
  }

  private StoreOptions options(String name) {
    return StoreOptions.of(
            directory.resolve(name + "/root"), directory.resolve(name + "/run"), Driver.OVERLAY)
        .withDriverOptions(
            DriverOptions.DEFAULT
                .withHomeMount(DriverOptions.HomeMount.NONE)
                .withOwnership(DriverOptions.Ownership.BEST_EFFORT));
  }

  private void breaks(BreakingDisk.Way way, Change change) throws IOException {
    for (int calls = 0; calls < MORE_CALLS_THAN_ANY_CHANGE; calls++) {
      StoreOptions options = options(way + "-" + calls);
      BreakingDisk quiet = new BreakingDisk(disk, BreakingDisk.Way.FAIL, Integer.MAX_VALUE);
      try (Store store = Store.open(options, quiet)) {
        OLD.putInto(store, "old:1");
      }
      BreakingDisk breaking = new BreakingDisk(disk, way, calls);
      boolean told = false;
      try (Store store = Store.open(options, breaking)) {
        change.make(store);
      } catch (IOException | BreakingDisk.Death e) {
        told = true;
      }
      assertEquals(0, breaking.openFiles(), "files open after " + calls);
      if (way == BreakingDisk.Way.DIE) {
        breaking.releaseLocks();
      }
      assertEquals(0, breaking.heldLocks(), "locks held after " + calls);
      try (Store store = Store.open(options, quiet)) {
        StoreCheck.isWhole(store);
        change.make(store);
        StoreCheck.isWhole(store);
        StagedLayer kept = store.kept(Digest.of(Bytes.copyOf(OTHER.bytes()))).orElse(null);
        if (kept != null) {
          kept.discard();
        }
        kept = store.kept(Digest.of(Bytes.copyOf(BASE.bytes()))).orElse(null);
        if (kept != null) {
          kept.discard();
        }
      }
      try (Store store = Store.open(options, quiet)) {
        Snapshot _ = store.write(Scope.ALL, Edit::now);
        StoreCheck.isWhole(store);
        StoreCheck.isClean(store);
      }
      if (!breaking.broken()) {
        assertTrue(calls > 4, "the change takes more calls than " + calls);
        return;
      }
      // A failure to clean up after a change is none of the change.
      assertTrue(told || way == BreakingDisk.Way.FAIL, "not told of the death at " + calls);
    }
    throw new AssertionError("the change never ends");
  }

  private static void pull(Store store) throws IOException {
    ImageRecord _ = NEW.putInto(store, "new:1", "old:1");
  }

  private static void remove(Store store) throws IOException {
    if (store.read(now -> now.image(OLD.id())).isPresent()) {
      List<?> _ = store.write(Scope.ALL, edit -> edit.removeImage(OLD.id()));
    }
  }

  private static void tag(Store store) throws IOException {
    ImageRecord _ = store.write(Scope.NAMES, edit -> edit.addNames(OLD.id(), List.of("more:1")));
  }

  @Test
  void aPullThatFailsAnywhereLeavesAWholeStore() throws Exception {
    breaks(BreakingDisk.Way.FAIL, BreakdownTest::pull);
  }

  @Test
  void aPullThatDiesAnywhereLeavesAWholeStore() throws Exception {
    breaks(BreakingDisk.Way.DIE, BreakdownTest::pull);
  }

  @Test
  void aRemovalThatFailsAnywhereLeavesAWholeStore() throws Exception {
    breaks(BreakingDisk.Way.FAIL, BreakdownTest::remove);
  }

  @Test
  void aRemovalThatDiesAnywhereLeavesAWholeStore() throws Exception {
    breaks(BreakingDisk.Way.DIE, BreakdownTest::remove);
  }

  @Test
  void aTagThatDiesAnywhereLeavesAWholeStore() throws Exception {
    breaks(BreakingDisk.Way.DIE, BreakdownTest::tag);
  }
}
