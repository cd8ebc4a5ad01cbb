package dev.stowage.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.Bytes;
import dev.stowage.model.Reference;
import dev.stowage.store.Driver;
import dev.stowage.store.Scope;
import dev.stowage.store.Store;
import dev.stowage.testkit.ImageGenerator;
import dev.stowage.testkit.TestImage;
import dev.stowage.transfer.Location;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Whoever writes makes the other wait.
class LocksBothWaysTest {
  private static final long A_WHILE_MILLIS = 700;
  private static final long FOR_EVER_SECONDS = 60;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private Workplace work = new Workplace(Path.of("/nowhere"));
  private TestStore place = new TestStore(Path.of("/nowhere"), Driver.OVERLAY);

  @BeforeEach
  void begin() throws IOException {
    Tool.requireAll();
    work = Workplace.make();
    place = new TestStore(work.resolve("store"), Driver.OVERLAY);
  }

  @AfterEach
  void end() throws IOException {
    threads.shutdownNow();
    work.close();
  }

  @Test
  void podmanWaitsForStowage() throws Exception {
    TestImage image = ImageGenerator.oci().layer(Map.of("a", Bytes.utf8("a"))).build();
    Path layout = work.resolve("layout");
    Layouts.write(image, layout);
    place.pull(new Location.InLayout(layout, Optional.empty()), Reference.parse("localhost/a:1"));
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    try (Store store = place.open()) {
      Future<?> writer =
          threads.submit(
              () ->
                  store.write(
                      Scope.ALL,
                      edit -> {
                        inside.countDown();
                        await(leave);
                        return edit.now().images().size();
                      }));
      await(inside);
      Process podman =
          Shell.prepare(
                  Peer.PACKAGED.command(
                      "podman", place.words("tag", "localhost/a:1", "localhost/b:1")),
                  Map.of())
              .inheritIO()
              .start();
      assertFalse(podman.waitFor(A_WHILE_MILLIS + 800, TimeUnit.MILLISECONDS), "it did not wait");
      leave.countDown();
      assertEquals(1, writer.get(FOR_EVER_SECONDS, TimeUnit.SECONDS));
      assertTrue(podman.waitFor(FOR_EVER_SECONDS, TimeUnit.SECONDS));
      assertEquals(0, podman.exitValue());
      assertTrue(store.read(now -> now.imageNamed("localhost/b:1")).isPresent());
    }
  }

  @Test
  void stowageWaitsForPodman() throws Exception {
    Map<String, Bytes> files = new HashMap<>();
    for (int i = 0; i < 30_000; i++) {
      files.put("many/" + i, Bytes.utf8(Integer.toString(i)));
    }
    Path layout = work.resolve("layout");
    Layouts.write(ImageGenerator.oci().layer(files).build(), layout);
    try (Store store = place.open()) {
      assertEquals(0, store.read(now -> now.images()).size());
      Process skopeo =
          Shell.prepare(
                  List.of("skopeo", "copy", "-q", "oci:" + layout, place.location("localhost/a:1")),
                  Map.of())
              .inheritIO()
              .start();
      try {
        stopWhenItHoldsTheLayers(skopeo);
        Future<Integer> writer =
            threads.submit(() -> store.write(Scope.ALL, edit -> edit.now().images().size()));
        Thread.sleep(A_WHILE_MILLIS);
        assertFalse(writer.isDone(), "it did not wait");
        signal("CONT", skopeo);
        int _ = writer.get(FOR_EVER_SECONDS, TimeUnit.SECONDS);
        assertTrue(skopeo.waitFor(FOR_EVER_SECONDS, TimeUnit.SECONDS));
        assertEquals(0, skopeo.exitValue());
        assertEquals(1, store.read(now -> now.images()).size());
      } finally {
        Process _ = skopeo.destroyForcibly();
      }
    }
  }

  /// Stops the process at a moment when it holds the lock of the layers exclusively.
  private void stopWhenItHoldsTheLayers(Process process) throws Exception {
    Path lock = place.root().resolve("overlay-layers/layers.lock");
    while (process.isAlive()) {
      if (holds(process, lock)) {
        signal("STOP", process);
        if (holds(process, lock)) {
          return;
        }
        signal("CONT", process);
      }
    }
    throw new AssertionError("it was never seen to hold " + lock);
  }

  private static boolean holds(Process process, Path lock) throws IOException {
    if (!Files.exists(lock)) {
      return false;
    }
    String inode = ":" + Files.getAttribute(lock, "unix:ino") + " ";
    for (String line : Files.readAllLines(Path.of("/proc/locks"))) {
      if (line.contains(inode)
          && line.contains(" WRITE " + process.pid() + " ")
          && !line.contains("->")) {
        return true;
      }
    }
    return false;
  }

  private static void signal(String name, Process process) throws IOException {
    String _ = Shell.run(List.of("kill", "-" + name, Long.toString(process.pid())));
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(FOR_EVER_SECONDS, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
