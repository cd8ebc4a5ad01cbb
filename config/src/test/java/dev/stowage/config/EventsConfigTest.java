package dev.stowage.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.MalformedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EventsConfigTest {
  private static final String ADMINISTRATORS = "/etc/containers/containers.conf";

  @TempDir private Path root;

  @Test
  void withoutAnyFileTheyAreInAFileWherePodmanHasIt() throws IOException {
    EventsConfig config = EventsConfig.read(Place.ofRoot(root).surroundings());
    assertEquals(EventsConfig.Logger.FILE, config.logger());
    assertEquals(root.resolve("run/libpod/events/events.log"), config.file());
    assertEquals(1_000_000, config.largest());
  }

  @Test
  void aMachineWithAJournalHasThemThere() throws IOException {
    Files.createDirectories(root.resolve("run/log/journal"));
    Place place = Place.ofRoot(root);
    assertEquals(EventsConfig.Logger.FILE, EventsConfig.read(place.surroundings()).logger());
    Files.createDirectories(root.resolve("run/systemd/system"));
    assertEquals(EventsConfig.Logger.JOURNALD, EventsConfig.read(place.surroundings()).logger());
  }

  @Test
  void theConfigurationSaysWhere() throws IOException {
    Place place =
        Place.ofRoot(root).file(ADMINISTRATORS, "[engine]\nevents_logger = 'none'\ntmp_dir = '/t'");
    EventsConfig config = EventsConfig.read(place.surroundings());
    assertEquals(EventsConfig.Logger.NONE, config.logger());
    assertEquals(Path.of("/t/events/events.log"), config.file());
    place.file(ADMINISTRATORS, "[engine]\nevents_logfile_path = '/own.log'\ntmp_dir = '/t'");
    assertEquals(Path.of("/own.log"), EventsConfig.read(place.surroundings()).file());
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "500, 500", "1k, 1024", "1.5kb, 1536", "10MB, 10485760"})
  void aSizeHasAUnit(String text, long bytes) throws IOException {
    Place place =
        Place.ofRoot(root)
            .file(ADMINISTRATORS, "[engine]\nevents_logfile_max_size = '" + text + "'");
    assertEquals(bytes, EventsConfig.read(place.surroundings()).largest());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "events_logger = 'paper'",
        "events_logfile_max_size = 'much'",
        "events_logfile_max_size = '1kx'"
      })
  void whatIsWrongIsToldWithItsPlace(String line) throws IOException {
    Place place = Place.ofRoot(root).file(ADMINISTRATORS, "[engine]\n" + line);
    MalformedException e =
        assertThrows(MalformedException.class, () -> EventsConfig.read(place.surroundings()), line);
    assertTrue(
        String.valueOf(e.getMessage()).startsWith(place.at(ADMINISTRATORS) + ":2: "),
        e.getMessage());
  }
}
