package dev.stowage.engine;

import dev.stowage.config.Surroundings;
import dev.stowage.model.Bytes;
import dev.stowage.model.Json;
import dev.stowage.model.MalformedException;
import dev.stowage.model.UnsupportedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The events that Podman keeps in systemd's journal, which `journalctl` reads: the format of the
/// journal's files is systemd's own affair.
///
/// @see <a href="https://www.freedesktop.org/software/systemd/man/latest/journalctl.html">
///   journalctl(1)</a>
final class Journal {
  private static final String PROGRAM = "journalctl";

  /// How a program ends that is told to.
  private static final int TERMINATED = 128 + 15;

  /// What Podman writes of an event.
  private static final String FIELDS =
      "PODMAN_TYPE,PODMAN_EVENT,PODMAN_TIME,PODMAN_ID,PODMAN_NAME,PODMAN_IMAGE,PODMAN_LABELS,"
          + "PODMAN_EXIT_CODE,PODMAN_OOM_KILLED,PODMAN_POD_ID,PODMAN_NETWORK_NAME,"
          + "PODMAN_HEALTH_STATUS,PODMAN_CONTAINER_INSPECT_DATA,ERROR";

  private final Surroundings surroundings;

  Journal(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  private List<String> command(List<String> how) {
    // Without --all, what is longer than 4096 bytes is left out.
    List<String> command =
        new ArrayList<>(
            List.of(
                PROGRAM,
                "--output=json",
                "--output-fields=" + FIELDS,
                "--all",
                "--no-pager",
                "--quiet"));
    command.addAll(how);
    command.add("SYSLOG_IDENTIFIER=podman");
    command.add("_UID=" + surroundings.user().loginUid());
    return command;
  }

  /// Hands out the events that a filter lets through, in the journal's order.
  ///
  /// @throws UnsupportedException if this machine has no program that reads the journal
  void read(EventFilter filter, EventLog.Following asked, Clock clock, EventLog.Reader reader)
      throws IOException {
    Optional<Duration> left = filter.until().map(end -> Duration.between(clock.instant(), end));
    boolean following =
        asked == EventLog.Following.YES && !left.map(Duration::isNegative).orElse(false);
    List<String> follow = new ArrayList<>(List.of("--follow"));
    if (!following || filter.looksBack()) {
      // An event is written after it has happened.
      List<String> past =
          filter
              .since()
              .map(since -> List.of("--since=@" + since.getEpochSecond()))
              .orElse(List.of());
      Optional<String> last = run(past, Optional.empty(), filter, reader);
      // Whoever follows is shown this boot alone.
      last.ifPresent(cursor -> follow.add("--after-cursor=" + cursor));
      follow.add("--lines=all");
    } else {
      follow.add("--lines=0");
    }
    if (following) {
      Optional<String> _ = run(follow, left, filter, reader);
    }
  }

  /// Reads what one run of the program says.
  ///
  /// @param left how long it may run
  /// @return where the last entry stands in the journal
  private Optional<String> run(
      List<String> how, Optional<Duration> left, EventFilter filter, EventLog.Reader reader)
      throws IOException {
    Process journal = start(command(how));
    Optional<Thread> ending =
        left.map(time -> Thread.ofVirtual().start(() -> end(journal.toHandle(), time)));
    try (BufferedReader lines = journal.inputReader(StandardCharsets.UTF_8);
        BufferedReader complaints = journal.errorReader(StandardCharsets.UTF_8)) {
      Optional<String> cursor = Optional.empty();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Json.Obj entry = Json.parseObject(Bytes.utf8(line));
        cursor = entry.string("__CURSOR");
        hand(entry, filter, reader);
      }
      String complaint = complaints.readLine();
      int status = journal.waitFor();
      if (status != 0 && status != TERMINATED) {
        throw new IOException(PROGRAM + ": " + (complaint == null ? "failed" : complaint));
      }
      return cursor;
    } catch (MalformedException e) {
      throw new MalformedException(PROGRAM + ": " + e.getMessage(), e.position(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("cancelled");
    } finally {
      ending.ifPresent(Thread::interrupt);
      journal.destroy();
    }
  }

  private static Process start(List<String> command) throws IOException {
    try {
      return new ProcessBuilder(command).start();
    } catch (IOException e) {
      throw new UnsupportedException(
          "events are kept in the journal, and "
              + PROGRAM
              + ", which reads it, cannot be run: install systemd, or have events kept in a file"
              + " (events_logger = \"file\" in containers.conf)",
          e);
    }
  }

  /// Not by the process itself: that would close what it has said and nobody has read.
  private static void end(ProcessHandle journal, Duration left) {
    try {
      Thread.sleep(left);
      boolean _ = journal.destroy();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it has ended by itself
    }
  }

  private static void hand(Json.Obj entry, EventFilter filter, EventLog.Reader reader)
      throws IOException {
    if (entry.get("PODMAN_TYPE").isEmpty()) {
      return;
    }
    LoggedEvent event;
    try {
      event = LoggedEvent.ofJournal(entry);
    } catch (MalformedException e) {
      reader.skipped("unable to decode event: " + e.getMessage());
      return;
    }
    if (filter.accepts(event)) {
      reader.read(event);
    }
  }
}
