package dev.stowage.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.Reference;
import dev.stowage.store.Driver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The Debian image of 1 GB that `make-debian-image` makes, pulled by Stowage and by every podman.
@Tag("large")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LargeImageTest {
  private Workplace work = new Workplace(Path.of("/nowhere"));
  private LocalRegistry registry = new LocalRegistry(0, ProcessHandle.current());

  @BeforeAll
  void begin() throws IOException {
    Tool.requireAll();
    Path data = Peer.prepared().resolve("registry");
    assertTrue(Files.isDirectory(data), "no " + data + ": interop/bin/make-debian-image makes it");
    work = Workplace.make();
    Path _ = Files.createSymbolicLink(work.resolve("registry"), data);
    registry = LocalRegistry.serve(work.directory());
  }

  @AfterAll
  void cleanUp() throws IOException {
    registry.close();
    work.close();
  }

  @ParameterizedTest
  @EnumSource
  void itIsWhatPodmanPulls(Peer peer) throws Exception {
    peer.require();
    try (Workplace place = Workplace.make()) {
      TestStore ours = new TestStore(place.resolve("ours"), Driver.OVERLAY);
      TestStore theirs = new TestStore(place.resolve("theirs"), Driver.OVERLAY);
      Reference name = registry.name("stowage/debian-big:latest");
      Instant begun = Instant.now();
      ours.pull(name);
      theirs.pull(peer, name);

      StoreComparison comparison = new StoreComparison(ours, theirs, begun);
      comparison.assertSameTrees();
      if (peer == Peer.PACKAGED) {
        comparison.assertEqual();
      }
      assertEquals(
          theirs.told(peer, "image", "inspect", name.toString()),
          ours.told(peer, "image", "inspect", name.toString()));
      assertEquals(
          theirs.told(peer, "images", "--digests", "--no-trunc"),
          ours.told(peer, "images", "--digests", "--no-trunc"));
      assertEquals(theirs.saved(peer, name), ours.saved(peer, name));
      assertTrue(
          ours.podman(
                  peer,
                  "run",
                  "--rm",
                  "--cgroups=disabled",
                  "--network=none",
                  name.toString(),
                  "sh",
                  "-c",
                  "python3 -c 'print(6 * 7)'; java -version 2>&1; getcap /opt/odd/capable")
              .startsWith("42\n"));
      String _ = ours.podman(peer, "push", "-q", "--tls-verify=false", name.toString());
    }
  }
}
