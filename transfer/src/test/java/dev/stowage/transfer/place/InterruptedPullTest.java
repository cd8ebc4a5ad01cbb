package dev.stowage.transfer.place;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.store.Snapshot;
import dev.stowage.testkit.Fault;
import dev.stowage.testkit.ImageGenerator;
import dev.stowage.testkit.TestImage;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InterruptedPullTest {
  private static final Duration SOON = Duration.ofSeconds(2);

  @TempDir Path directory;

  /// Pulls on a thread that is interrupted after a while.
  ///
  /// @return how the pull failed; nothing if it was done before
  private static Optional<Throwable> interrupted(
      HostilePull trial, Thread.Builder threads, Duration after) throws InterruptedException {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread thread =
        threads.start(
            () -> {
              try {
                trial.pull("v1");
              } catch (Throwable e) { // the test looks at whatever it is
                failure.set(e);
              }
            });
    Thread.sleep(after);
    thread.interrupt();
    assertTrue(thread.join(SOON), "still pulling " + SOON + " after the interrupt");
    return Optional.ofNullable(failure.get());
  }

  private static List<Thread.Builder> threads() {
    return List.of(Thread.ofPlatform().daemon(), Thread.ofVirtual());
  }

  @Test
  void aPullThatWaitsEndsAtOnceAndLeavesNothing() throws Exception {
    TestImage image = ImageGenerator.oci().randomLayer("data", 4_000_000, 3).build();
    try (HostilePull trial = HostilePull.patient(directory)) {
      trial.registry.addImage("it/app", "v1", image);
      for (String path :
          List.of(
              "/v2/",
              "/manifests/",
              configOf(image),
              image.layerDescriptors().getFirst().digest().hex())) {
        for (Thread.Builder threads : threads()) {
          trial.registry.misbehave(new Fault.Stall(0), path);
          Throwable failure = interrupted(trial, threads, Duration.ofMillis(700)).orElseThrow();
          trial.registry.behave();
          assertInstanceOf(InterruptedIOException.class, failure);
          HostilePull.answered("interrupted", (IOException) failure);
          trial.assertNothingLeft(path);
        }
      }
    }
  }

  private static String configOf(TestImage image) {
    return dev.stowage.model.Digest.of(image.config()).hex();
  }

  @Test
  void aPullInterruptedAtAnyMomentIsDoneOrNeverWas() throws Exception {
    ImageGenerator generator = ImageGenerator.oci();
    for (int i = 0; i < 6; i++) {
      generator.randomLayer("data" + i, 1_500_000, i);
    }
    TestImage image = generator.build();
    Random random = new Random(20);
    int cancelled = 0;
    try (HostilePull trial = HostilePull.in(directory)) {
      trial.registry.addImage("it/app", "v1", image);
      for (int i = 0; i < 60; i++) {
        Optional<Throwable> failure =
            interrupted(trial, threads().get(i % 2), Duration.ofMillis(random.nextInt(250)));
        if (failure.isPresent()) {
          cancelled++;
          assertInstanceOf(InterruptedIOException.class, failure.get());
        }
        Snapshot now = trial.store().read(snapshot -> snapshot);
        if (now.images().isEmpty()) {
          assertEquals(List.of(), now.layers());
        } else {
          assertEquals(6, now.layers().size());
          trial.removeAll();
        }
        List<String> left = trial.staged();
        assertTrue(
            left.stream()
                .allMatch(
                    name ->
                        name.startsWith("kept-") || name.matches("(lock|temp-dir)-[0-9a-f]{16}")),
            left.toString());
        trial.reopen();
        assertFalse(trial.staged().stream().anyMatch(name -> !name.startsWith("kept-")));
      }
      assertTrue(cancelled > 5, "only " + cancelled + " were cancelled");
      trial.pull("v1");
      assertEquals(6, trial.store().read(now -> now).layers().size());
    }
  }
}
