package dev.stowage.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.Bytes;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What every method of locking owes its users.
@Timeout(60)
abstract class LockContract {
  @TempDir Path temporary;
  private final Disk disk;
  private Path file;

  LockContract(LockMethod method) {
    this.disk = new LocalDisk(method);
    this.file = Path.of("unset");
  }

  @BeforeEach
  void name() {
    file = temporary.resolve("some.lock");
  }

  @Test
  void theFileAndItsDirectoriesAreMade() throws IOException {
    Path deep = temporary.resolve("a/b/deep.lock");
    try (HeldLock lock = disk.lock(deep, LockKind.SHARED)) {
      assertEquals(LockKind.SHARED, lock.kind());
      assertEquals(Bytes.empty(), lock.token());
    }
    assertEquals(new Mode(0644), disk.facts(deep).orElseThrow().mode());
    assertEquals(new Mode(0700), disk.facts(temporary.resolve("a/b")).orElseThrow().mode());
  }

  @Test
  void theTokenIsWrittenUnderAnExclusiveLockAndReadUnderAny() throws IOException {
    Bytes token = Bytes.utf8("0123456789abcdef".repeat(4));
    try (HeldLock lock = disk.lock(file, LockKind.EXCLUSIVE)) {
      lock.writeToken(Bytes.utf8("x".repeat(64)));
      lock.writeToken(token);
      assertEquals(token, lock.token());
      assertThrows(IllegalArgumentException.class, () -> lock.writeToken(Bytes.utf8("short")));
    }
    HeldLock shared = disk.lock(file, LockKind.SHARED);
    assertEquals(token, shared.token());
    assertThrows(IllegalStateException.class, () -> shared.writeToken(token));
    shared.close();
    shared.close();
    assertThrows(IllegalStateException.class, shared::token);
    assertEquals(64, Files.size(file));
    Files.writeString(file, "torn");
    try (HeldLock lock = disk.lock(file, LockKind.SHARED)) {
      assertEquals(Bytes.utf8("torn"), lock.token());
    }
  }

  @Test
  void anInterruptedThreadStillReadsAndWritesTheToken() throws IOException {
    Bytes token = Bytes.utf8("t".repeat(64));
    try (OtherProcess other = new OtherProcess();
        HeldLock lock = disk.lock(file, LockKind.EXCLUSIVE)) {
      Thread.currentThread().interrupt();
      lock.writeToken(token);
      assertEquals(token, lock.token());
      assertTrue(Thread.interrupted());
      assertFalse(other.canTake(file, LockKind.SHARED));
    }
  }

  @Test
  void anExclusiveLockKeepsOtherProcessesOut() throws IOException {
    try (OtherProcess other = new OtherProcess()) {
      try (HeldLock _ = disk.lock(file, LockKind.EXCLUSIVE)) {
        assertFalse(other.canTake(file, LockKind.SHARED));
        assertFalse(other.canTake(file, LockKind.EXCLUSIVE));
      }
      assertTrue(other.canTake(file, LockKind.EXCLUSIVE));
      try (HeldLock _ = disk.lock(file, LockKind.SHARED)) {
        assertTrue(other.canTake(file, LockKind.SHARED));
        assertFalse(other.canTake(file, LockKind.EXCLUSIVE));
      }
      assertTrue(other.canTake(file, LockKind.EXCLUSIVE));
    }
  }

  @Test
  void anotherProcessLockKeepsUsOut() throws IOException {
    try (OtherProcess other = new OtherProcess()) {
      other.take(file, LockKind.EXCLUSIVE);
      other.expect("taken");
      assertEquals(Optional.empty(), disk.tryLock(file, LockKind.SHARED));
      assertEquals(Optional.empty(), disk.tryLock(file, LockKind.EXCLUSIVE));
      other.release(file);
      other.take(file, LockKind.SHARED);
      other.expect("taken");
      assertEquals(Optional.empty(), disk.tryLock(file, LockKind.EXCLUSIVE));
      disk.tryLock(file, LockKind.SHARED).orElseThrow().close();
    }
    disk.tryLock(file, LockKind.EXCLUSIVE).orElseThrow().close();
  }

  @Test
  void theLockComesWhenTheOtherProcessGivesItBack() throws Exception {
    try (OtherProcess other = new OtherProcess();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      other.take(file, LockKind.EXCLUSIVE);
      other.expect("taken");
      Future<HeldLock> writer = threads.submit(() -> disk.lock(file, LockKind.EXCLUSIVE));
      Thread.sleep(100);
      assertFalse(writer.isDone());
      other.release(file);
      writer.get(2, TimeUnit.SECONDS).close();
    }
  }

  @Test
  void aWaitingProcessGetsTheLockWhenWeGiveItBack() throws IOException {
    try (OtherProcess other = new OtherProcess()) {
      try (HeldLock _ = disk.lock(file, LockKind.EXCLUSIVE)) {
        other.take(file, LockKind.EXCLUSIVE);
      }
      other.expect("taken");
    }
  }

  @Test
  void theWaitEndsWithAnInterruptAndLeavesNothingBehind() throws Exception {
    try (OtherProcess other = new OtherProcess()) {
      other.take(file, LockKind.EXCLUSIVE);
      other.expect("taken");
      for (boolean virtual : new boolean[] {true, false}) {
        CountDownLatch interrupted = new CountDownLatch(1);
        Runnable wait =
            () -> {
              try {
                disk.lock(file, LockKind.EXCLUSIVE).close();
              } catch (InterruptedIOException e) {
                if (Thread.currentThread().isInterrupted()) {
                  interrupted.countDown();
                }
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            };
        Thread thread = virtual ? Thread.ofVirtual().start(wait) : Thread.ofPlatform().start(wait);
        Thread.sleep(60);
        thread.interrupt();
        assertTrue(interrupted.await(2, TimeUnit.SECONDS));
      }
      other.release(file);
      disk.lock(file, LockKind.EXCLUSIVE).close();
      try (HeldLock _ = disk.lock(file, LockKind.EXCLUSIVE)) {
        Thread.sleep(50); // an abandoned wait must not have taken this lock with it
        assertFalse(other.canTake(file, LockKind.SHARED));
      }
      other.take(file, LockKind.EXCLUSIVE);
      other.expect("taken");
    }
  }

  @Test
  void aCrowdOfOtherProcessesDoesNotStarveUs() throws IOException {
    try (OtherProcess one = new OtherProcess();
        OtherProcess two = new OtherProcess();
        OtherProcess three = new OtherProcess()) {
      for (OtherProcess other : List.of(one, two, three)) {
        other.hammer(file, LockKind.EXCLUSIVE);
      }
      long worst = 0;
      for (int i = 0; i < 50; i++) {
        long start = System.nanoTime();
        disk.lock(file, LockKind.EXCLUSIVE).close();
        worst = Math.max(worst, System.nanoTime() - start);
      }
      assertTrue(worst < Duration.ofSeconds(5).toNanos(), "waited " + worst / 1_000_000 + " ms");
    }
  }

  @Test
  void threadsOfOneProcessExcludeEachOtherToo() throws Exception {
    AtomicInteger writers = new AtomicInteger();
    AtomicInteger readers = new AtomicInteger();
    AtomicInteger together = new AtomicInteger();
    Path sameFile = temporary.resolve("../" + temporary.getFileName() + "/some.lock");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        boolean write = i % 4 == 0;
        Path name = i % 2 == 0 ? file : sameFile;
        all.add(
            threads.submit(
                () -> {
                  try (HeldLock _ = disk.lock(name, write ? LockKind.EXCLUSIVE : LockKind.SHARED)) {
                    if (write) {
                      assertEquals(1, writers.incrementAndGet());
                      assertEquals(0, readers.get());
                      Thread.sleep(1);
                      writers.decrementAndGet();
                    } else {
                      assertEquals(0, writers.get());
                      together.accumulateAndGet(readers.incrementAndGet(), Math::max);
                      Thread.sleep(2);
                      readers.decrementAndGet();
                    }
                  }
                  return null;
                }));
      }
      for (Future<?> one : all) {
        one.get(30, TimeUnit.SECONDS);
      }
    }
    assertTrue(together.get() > 1, "readers never shared the lock");
  }

  @Test
  void aLockHeldHereIsBusyForAnotherThreadAndAnotherDisk() throws IOException {
    try (HeldLock _ = disk.lock(file, LockKind.SHARED)) {
      disk.tryLock(file, LockKind.SHARED).orElseThrow().close();
      assertEquals(Optional.empty(), disk.tryLock(file, LockKind.EXCLUSIVE));
    }
    try (HeldLock _ = disk.lock(file, LockKind.EXCLUSIVE)) {
      assertEquals(Optional.empty(), disk.tryLock(file, LockKind.SHARED));
      Path link = Files.createLink(temporary.resolve("other.lock"), file);
      assertEquals(Optional.empty(), disk.tryLock(link, LockKind.SHARED));
    }
    disk.tryLock(file, LockKind.EXCLUSIVE).orElseThrow().close();
  }

  @Test
  void anotherThreadMayGiveTheLockBack() throws Exception {
    HeldLock lock = disk.lock(file, LockKind.EXCLUSIVE);
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    lock.close();
                  } catch (IOException e) {
                    throw new AssertionError(e);
                  }
                });
    thread.join();
    disk.tryLock(file, LockKind.EXCLUSIVE).orElseThrow().close();
  }
}
