package dev.stowage.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class TogetherTest {

  @Test
  void theFirstThatFailsEndsTheOthers() {
    CountDownLatch begun = new CountDownLatch(1);
    AtomicBoolean interrupted = new AtomicBoolean();
    AtomicBoolean late = new AtomicBoolean();
    Together.Work waiting =
        () -> {
          begun.countDown();
          try {
            Thread.sleep(60_000);
          } catch (InterruptedException e) {
            interrupted.set(true);
            throw new InterruptedIOException("cancelled");
          }
        };
    Together.Work failing =
        () -> {
          await(begun);
          throw new IOException("broken");
        };
    IOException e =
        assertThrows(
            IOException.class,
            () -> Together.run(2, List.of(waiting, failing, () -> late.set(true))));
    assertEquals("broken", e.getMessage());
    assertTrue(interrupted.get(), "the other was told to stop");
    assertEquals(false, late.get(), "what had not begun never began");
  }

  @Test
  void noMoreRunAtOnceThanAskedFor() throws IOException {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    List<Together.Work> work = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      work.add(
          () -> {
            int now = running.incrementAndGet();
            most.accumulateAndGet(now, Math::max);
            LockSupport.parkNanos(200_000);
            int _ = running.decrementAndGet();
            int _ = done.incrementAndGet();
          });
    }
    Together.run(3, work);
    assertEquals(20, done.get());
    assertTrue(most.get() <= 3, "at once: " + most.get());
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      assertTrue(latch.await(30, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new InterruptedIOException("cancelled");
    }
  }
}
