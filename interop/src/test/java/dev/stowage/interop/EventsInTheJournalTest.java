package dev.stowage.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Events in systemd's journal, whose files systemd itself writes here, read by podman and by
/// Stowage.
@NeedsRoot("the journal is shown to both at the system's place for it")
class EventsInTheJournalTest {
  private static final Path REMOTE = Path.of("/lib/systemd/systemd-journal-remote");
  private static final String BOOT = "0123456789abcdef0123456789abcdef";
  private static final String ID = "f00d".repeat(16);
  private static final Instant FIRST = Instant.parse("2026-01-02T03:04:05.123456789Z");

  private Workplace work;
  private int written;

  @BeforeEach
  void writeAJournal() throws IOException {
    Tool.requireAll();
    assertTrue(
        Files.isExecutable(REMOTE), REMOTE + " is missing: apt-get install systemd-journal-remote");
    work = Workplace.make();
    StringBuilder export = new StringBuilder();
    event(export, "image", "pull", Map.of("NAME", "quay.io/a:1", "ID", ID));
    event(
        export,
        "image",
        "pull-error",
        Map.of("NAME", "quay.io/b:1", "ID", "", "ERROR", "nobody has it"));
    event(export, "image", "tag", Map.of("NAME", "localhost/ü:1", "ID", ID));
    event(
        export,
        "container",
        "died",
        Map.of(
            "NAME",
            "one",
            "ID",
            "c0".repeat(32),
            "IMAGE",
            "quay.io/a:1",
            "EXIT_CODE",
            "3",
            "LABELS",
            "{\"long\":\"" + "x".repeat(10_000) + "\",\"a\":\"b<c>\"}"));
    event(
        export,
        "container",
        "health_status",
        Map.of("NAME", "one", "ID", "c0".repeat(32), "HEALTH_STATUS", "healthy"));
    event(export, "pod", "create", Map.of("NAME", "p", "ID", "d0".repeat(32), "IMAGE", ""));
    event(export, "volume", "create", Map.of("NAME", "v"));
    event(export, "network", "connect", Map.of("ID", "c0".repeat(32), "NETWORK_NAME", "n"));
    entry(export, Map.of("SYSLOG_IDENTIFIER", "podman", "MESSAGE", "no event"));
    entry(export, fields("image", "remove", Map.of("NAME", "other", "_UID", "4242")));
    entry(export, fields("image", "remove", Map.of("NAME", "else", "SYSLOG_IDENTIFIER", "x")));
    entry(export, fields("image", "remove", Map.of("NAME", "never", "TIME", "yesterday")));
    event(export, "image", "untag", Map.of("NAME", "quay.io/a:1", "ID", ID));
    Path text = Files.writeString(work.resolve("export"), export);
    Path _ = Files.createDirectory(work.resolve("journal"));
    String _ =
        Shell.run(
            List.of(
                REMOTE.toString(),
                "--output=" + work.resolve("journal/system.journal"),
                text.toString()));
  }

  @AfterEach
  void clear() throws IOException {
    work.close();
  }

  /// What podman gives the journal of an event.
  private static Map<String, String> fields(
      String type, String status, Map<String, String> particular) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("SYSLOG_IDENTIFIER", "podman");
    fields.put("PRIORITY", "6");
    fields.put("MESSAGE", type + " " + status);
    fields.put("PODMAN_EVENT", status);
    fields.put("PODMAN_TYPE", type);
    particular.forEach(
        (name, value) ->
            fields.put(
                name.startsWith("_") || name.equals("ERROR") || name.startsWith("SYSLOG")
                    ? name
                    : "PODMAN_" + name,
                value));
    return fields;
  }

  private void event(
      StringBuilder export, String type, String status, Map<String, String> particular) {
    entry(export, fields(type, status, particular));
  }

  /// An entry, one second after the last one.
  private void entry(StringBuilder export, Map<String, String> fields) {
    Instant time = FIRST.plusSeconds(written++);
    Map<String, String> all = new LinkedHashMap<>();
    all.put(
        "__REALTIME_TIMESTAMP",
        Long.toString(time.getEpochSecond() * 1_000_000 + time.getNano() / 1000 + 50));
    all.put("__MONOTONIC_TIMESTAMP", Long.toString(written * 1_000_000L));
    all.put("_BOOT_ID", BOOT);
    all.put("_UID", "0");
    all.put("PODMAN_TIME", time.toString());
    all.putAll(fields);
    all.forEach((name, value) -> export.append(name).append('=').append(value).append('\n'));
    export.append('\n');
  }

  /// A command line that finds the journal where the system keeps its own.
  private List<String> shown(String words) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "unshare",
                "--mount",
                "bash",
                "-ec",
                """
                [ -e /etc/machine-id ] || echo %1$s > /etc/machine-id
                mount -t tmpfs none /var/log
                mkdir -p "/var/log/journal/$(cat /etc/machine-id)"
                cp "$1"/* "/var/log/journal/$(cat /etc/machine-id)"
                shift
                exec "$@"\
                """
                    .formatted(BOOT),
                "bash",
                work.resolve("journal").toString()));
    command.addAll(
        List.of(
            "env",
            "TZ=UTC",
            "%",
            "--root",
            work.resolve("root").toString(),
            "--runroot",
            work.resolve("run").toString(),
            "--tmpdir",
            work.resolve("tmp").toString(),
            "--events-backend",
            "journald",
            "events"));
    command.addAll(List.of(words.split(" ")));
    return command;
  }

  private static List<String> with(List<String> program, List<String> command) {
    List<String> all = new ArrayList<>();
    for (String word : command) {
      if (word.equals("%")) {
        all.addAll(program);
      } else {
        all.add(word);
      }
    }
    return all;
  }

  private Shell.Ended podman(String words) throws IOException {
    return Shell.end(with(List.of("podman"), shown(words)), Map.of());
  }

  private Shell.Ended ours(String words) throws IOException {
    return Shell.end(with(Ours.PROGRAM, shown(words)), Map.of());
  }

  @Test
  void bothReadTheSame() throws IOException {
    for (String words :
        List.of(
            "--stream=false --since 2026-01-01",
            "--stream=false --since 2026-01-01 --filter type=image",
            "--stream=false --since 2026-01-01 --filter event=pull --filter event=died",
            "--stream=false --since 2026-01-01 --filter image=f00df00d --format {{.Status}}",
            "--stream=false --since 2026-01-01 --filter container=one --format {{.Name}}",
            "--stream=false --since 2026-01-01 --filter label=a=b<c> --format"
                + " {{.ContainerExitCode}}",
            "--stream=false --since 2026-01-01 --filter type=network --filter type=pod",
            "--stream=false --since 2026-01-02T03:04:07.5Z --no-trunc=false",
            "--stream=false --since 2026-01-01 --until 2026-01-02T03:04:07Z",
            "--stream=false",
            "--since 2026-01-01 --until 2026-01-03 --filter type=volume",
            "--since 2026-01-01 --until 2s --filter type=volume",
            "--stream=false --since 2026-01-01 --filter event=none")) {
      Shell.Ended theirs = podman(words);
      assertEquals(0, theirs.status(), theirs::toString);
      assertEquals(lines(theirs), lines(ours(words)), words);
    }
    String all = ours("--stream=false --since 2026-01-01").said();
    assertEquals(9, all.lines().count(), all);
    assertTrue(all.contains("image pull-error  quay.io/b:1 nobody has it\n"), all);
  }

  /// The attributes of a container have no order in podman's text; podman 4.3 has no word for a
  /// pull that has failed, and shows what other users' podmans have written too.
  private static List<String> lines(Shell.Ended ended) {
    return ended
        .said()
        .lines()
        .filter(line -> !line.contains("pull-error") && !line.endsWith(" other"))
        .map(line -> line.replaceFirst("(, long=x+)(, a=b<c>)", "$2$1"))
        .map(line -> line.replace("x".repeat(10_000), "x * 10000"))
        .toList();
  }

  @Test
  void whatIsNoEventIsTold() throws IOException {
    Shell.Ended ended = ours("--stream=false --since 2026-01-01 --filter event=remove");
    assertEquals("", ended.said());
    assertTrue(ended.complained().contains("unable to decode event: "), ended::toString);
    assertTrue(ended.complained().contains("yesterday"), ended::toString);
  }

  @Test
  void aMachineWithoutJournalctlSaysSo() throws IOException {
    Path none = Files.createDirectory(work.resolve("none"));
    List<String> words =
        List.of(
            "--root",
            work.resolve("root").toString(),
            "--events-backend",
            "journald",
            "events",
            "--stream=false");
    Shell.Ended ended = Ours.end(words, Map.of("PATH", none.toString()));
    assertEquals(125, ended.status(), ended::toString);
    assertTrue(
        ended.complained().contains("journalctl, which reads it, cannot be run: install systemd"),
        ended::toString);
    assertFalse(ended.complained().contains("\tat "), ended::toString);
  }
}
