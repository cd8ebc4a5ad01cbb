package dev.stowage.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.MalformedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EngineConfigTest {
  private static final String VENDORS = "/usr/share/containers/containers.conf";
  private static final String ADMINISTRATORS = "/etc/containers/containers.conf";

  @TempDir private Path root;

  @Test
  void withoutAnyFileTheDefaultsArePodmans() throws IOException {
    EngineConfig config = EngineConfig.read(Place.ofRoot(root).surroundings());
    assertEquals(0, config.parallelCopies().value());
    assertEquals(3, config.retries().value());
    assertEquals(Optional.empty(), config.retryDelay());
    assertEquals(root.resolve("var/tmp"), config.temporary().value().orElseThrow());
    assertEquals(PullPolicy.MISSING, config.pullPolicy().value());
    assertEquals(EngineConfig.Volumes.ANONYMOUS, config.volumes().value());
    assertEquals("docker://", config.defaultTransport().value());
  }

  @Test
  void allFilesCountKeyByKey() throws IOException {
    Place place =
        Place.ofRoot(root)
            .file(
                VENDORS,
                """
                [containers]
                default_capabilities = ["CHOWN", "KILL"]
                [engine]
                retry = 1
                image_parallel_copies = 2
                events_logger = "journald"
                """)
            .file(ADMINISTRATORS, "[engine]\nretry = 2\nretry_delay = \"1m1.5s\"")
            .file(
                "/root/.config/containers/containers.conf",
                "[engine]\nimage_copy_tmp_dir = 'storage'\npull_policy = 'Newer'")
            .file(ADMINISTRATORS + ".d/x.conf", "[engine]\nimage_volume_mode = 'ignore'");
    EngineConfig config = EngineConfig.read(place.surroundings());
    assertEquals("2 (" + place.at(ADMINISTRATORS) + ":2)", config.retries().toString());
    assertEquals(Duration.ofMillis(61_500), config.retryDelay().orElseThrow().value());
    assertEquals(2, config.parallelCopies().value());
    assertEquals(EventsConfig.Logger.JOURNALD, EventsConfig.read(place.surroundings()).logger());
    assertEquals(Optional.empty(), config.temporary().value());
    assertEquals(PullPolicy.NEWER, config.pullPolicy().value());
    assertEquals(EngineConfig.Volumes.IGNORE, config.volumes().value());
    assertEquals(4, config.files().size());

    place
        .with("TMPDIR", "/scratch")
        .file("/own.conf", "[engine]\nretry = 7")
        .with("CONTAINERS_CONF", root + "/own.conf");
    config = EngineConfig.read(place.surroundings());
    assertEquals(7, config.retries().value());
    assertEquals(0, config.parallelCopies().value());
    assertEquals(Path.of("/scratch"), config.temporary().value().orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "retry = -1",
        "retry = '3'",
        "retry_delay = '5 apples'",
        "retry_delay = '5'",
        "image_copy_tmp_dir = 'here'",
        "image_volume_mode = 'keep'",
        "pull_policy = 'sometimes'",
      })
  void whatCannotBeMeantIsRefusedWithItsPlace(String line) throws IOException {
    Place place = Place.ofRoot(root).file(ADMINISTRATORS, "[engine]\n" + line);
    MalformedException refused =
        assertThrows(MalformedException.class, () -> EngineConfig.read(place.surroundings()));
    assertTrue(
        String.valueOf(refused.getMessage()).startsWith(place.at(ADMINISTRATORS) + ":2: "),
        () -> "" + refused.getMessage());
  }
}
