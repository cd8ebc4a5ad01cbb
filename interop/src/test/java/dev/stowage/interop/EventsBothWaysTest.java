package dev.stowage.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.config.EventsConfig;
import dev.stowage.config.Surroundings;
import dev.stowage.engine.Engine;
import dev.stowage.engine.EngineOptions;
import dev.stowage.engine.EventFilter;
import dev.stowage.engine.EventLog;
import dev.stowage.engine.ImportInput;
import dev.stowage.engine.ImportOptions;
import dev.stowage.engine.RemoveOptions;
import dev.stowage.transfer.Listener;
import dev.stowage.transfer.Listener.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// One file of events, written and read by podman and by Stowage.
class EventsBothWaysTest {
  private static List<String> words(Workplace work, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "podman",
                "--root",
                work.resolve("root").toString(),
                "--runroot",
                work.resolve("run").toString(),
                "--tmpdir",
                work.resolve("tmp").toString(),
                "--events-backend",
                "file"));
    words.addAll(List.of(more));
    return words;
  }

  private static String podman(Workplace work, String... more) throws IOException {
    return Shell.run(words(work, more));
  }

  private static List<String> read(EventLog log, String... filters) throws IOException {
    List<String> read = new ArrayList<>();
    EventFilter filter = EventFilter.of(List.of(filters), "10m", "", Clock.systemUTC());
    log.read(
        filter,
        EventLog.Following.NO,
        Clock.systemUTC(),
        event ->
            read.add(event.type() + " " + event.status() + " " + event.id() + " " + event.name()));
    return read;
  }

  private static String shown(Workplace work) throws IOException {
    return podman(
        work,
        "events",
        "--stream=false",
        "--since=10m",
        "--format={{.Type}} {{.Status}} {{.ID}} {{.Name}}");
  }

  @Test
  void bothSeeWhatEitherDoes() throws IOException {
    Tool.requireAll();
    try (Workplace work = Workplace.make()) {
      Path tar = work.resolve("image.tar");
      String _ = Shell.run(List.of("tar", "-cf", tar.toString(), "-C", "/etc", "hostname"));
      String theirs = podman(work, "import", "-q", tar.toString(), "localhost/theirs:1").strip();
      EventLog log =
          new EventLog(
              new EventsConfig(
                  EventsConfig.Logger.FILE, work.resolve("tmp/events/events.log"), 1_000_000),
              Surroundings.ofThisProcess());
      Listener listener =
          progress -> {
            if (progress instanceof Progress.Changed(var event)) {
              try {
                log.write(event);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            }
          };
      try (Engine engine =
          Engine.open(
              EngineOptions.DEFAULT
                  .withRoots(work.resolve("root"), work.resolve("run"))
                  .withListener(listener))) {
        engine.images().find("localhost/theirs:1").image().tag("localhost/ours:1");
        var _ =
            engine.importImage(
                new ImportInput.At(tar),
                ImportOptions.DEFAULT.withMessage("other").withName("localhost/ours:2"),
                listener);
        var _ = engine.images().remove(List.of("localhost/ours:2"), RemoveOptions.DEFAULT);
      }
      String _ = podman(work, "untag", "localhost/theirs:1", "localhost/ours:1");
      List<String> ours = read(log);
      assertEquals(shown(work).lines().toList(), ours);
      String id = theirs.substring("sha256:".length());
      assertEquals(
          List.of(
              "image tag " + id + " localhost/theirs:1",
              "image tag " + id + " localhost/ours:1",
              "image untag " + id + " localhost/ours:1"),
          read(log, "image=" + id.substring(0, 20)));
      assertTrue(ours.toString().contains("image remove "), ours::toString);
      assertEquals(3, read(log, "event=tag", "type=image").size());
      assertEquals(List.of(), read(log, "type=container"));
    }
  }

  /// What a program's command lines tell, each as `status id name`.
  private static List<String> told(Workplace work, String kind, Run run) throws IOException {
    Path own = Files.createDirectory(work.resolve(kind));
    List<String> global =
        List.of(
            "--root",
            own.resolve("root").toString(),
            "--runroot",
            own.resolve("run").toString(),
            "--tmpdir",
            own.resolve("tmp").toString(),
            "--events-backend",
            "file");
    String tar = work.resolve("image.tar").toString();
    String saved = own.resolve("saved.tar").toString();
    String layout = "oci:" + own.resolve("layout") + ":x";
    for (String line :
        List.of(
            "import -q " + tar + " localhost/a:1",
            "tag localhost/a:1 b:2 localhost/c",
            "save -q -o " + saved + " localhost/a:1 localhost/b:2",
            "push -q localhost/a:1 " + layout,
            "image mount localhost/a:1",
            "image unmount localhost/a:1",
            "untag localhost/a:1 localhost/b:2",
            "rmi localhost/a:1",
            "rmi localhost/c",
            "load -q -i " + saved,
            "rmi localhost/a:1 localhost/b:2",
            "pull -q docker-archive:" + saved,
            "-pull -q docker-archive:" + own.resolve("none"),
            "manifest create localhost/list",
            "manifest add localhost/list oci:" + own.resolve("layout") + ":x",
            "manifest push -q --all localhost/list dir:" + own.resolve("pushed"),
            "manifest rm localhost/list",
            "image prune -f -a",
            "import -q " + tar,
            "rmi -a -f")) {
      boolean fails = line.startsWith("-");
      List<String> words = new ArrayList<>(global);
      words.addAll(List.of(line.substring(fails ? 1 : 0).split(" ")));
      Shell.Ended ended = run.of(words);
      assertEquals(fails, ended.status() != 0, () -> kind + ": " + line + ": " + ended);
    }
    List<String> told = new ArrayList<>();
    new EventLog(
            new EventsConfig(EventsConfig.Logger.FILE, own.resolve("tmp/events/events.log"), 0),
            Surroundings.ofThisProcess())
        .read(
            EventFilter.of(List.of("type=image"), "10m", "", Clock.systemUTC()),
            EventLog.Following.NO,
            Clock.systemUTC(),
            event ->
                told.add(
                    (event.status() + " " + event.id() + " " + event.name())
                        .replace(own.toString(), "%")));
    return told;
  }

  /// Runs a program.
  @FunctionalInterface
  private interface Run {
    Shell.Ended of(List<String> words) throws IOException;
  }

  private static Run podman(Peer peer) {
    return words -> Shell.end(peer.command("podman", words), peer.environment());
  }

  private static Workplace withATar() throws IOException {
    Workplace work = Workplace.make();
    String _ =
        Shell.run(
            List.of("tar", "-cf", work.resolve("image.tar").toString(), "-C", "/etc", "hostname"));
    return work;
  }

  /// Lists have random IDs; what happens at once has no order.
  private static List<String> comparable(List<String> told) {
    List<String> ids = new ArrayList<>();
    List<String> comparable = new ArrayList<>();
    for (String each : told) {
      String id = each.split(" ", -1)[1];
      if (!ids.contains(id)) {
        ids.add(id);
      }
      // What Podman has a word for and never says.
      if (!each.startsWith("import ")) {
        comparable.add(each.replace(id.isEmpty() ? "  " : id, id.isEmpty() ? "  " : "#"));
      }
    }
    return comparable.stream().sorted().toList();
  }

  @Test
  void theSameCommandsTellTheSame() throws IOException {
    Tool.requireAll();
    try (Workplace work = withATar()) {
      List<String> ours = told(work, "ours", words -> Ours.end(words, Map.of()));
      List<String> theirs = told(work, "theirs", podman(Peer.PACKAGED));
      // Podman 4.3 tells neither which image was pulled or loaded nor that a pull has failed.
      assertEquals(asOfOld(theirs), asOfOld(ours));
    }
  }

  private static Set<String> asOfOld(List<String> told) {
    Set<String> old = new TreeSet<>();
    for (String event : comparable(told)) {
      if (!event.startsWith("pull-error ")) {
        old.add(event.replaceFirst("^(pull|loadfromarchive) +#? *", "$1 "));
      }
    }
    return old;
  }

  @Test
  @Tag("large")
  void theSameCommandsTellTheSameAsThoseOfTheNewestPodman() throws IOException {
    Tool.requireAll();
    Peer.FORKY.require();
    try (Workplace work = withATar()) {
      assertEquals(
          comparable(told(work, "theirs", podman(Peer.FORKY))),
          comparable(told(work, "ours", words -> Ours.end(words, Map.of()))));
    }
  }

  @Test
  void aFullFileLosesItsOlderHalfAndStaysReadable() throws IOException {
    Tool.requireAll();
    try (Workplace work = Workplace.make()) {
      String _ = podman(work, "info", "--format={{.Host.EventLogger}}");
      Path file = work.resolve("tmp/events/events.log");
      EventLog log =
          new EventLog(
              new EventsConfig(EventsConfig.Logger.FILE, file, 2000), Surroundings.ofThisProcess());
      for (int i = 0; i < 40; i++) {
        log.write(
            new dev.stowage.model.Event(
                dev.stowage.model.Event.Kind.PULL,
                java.util.Optional.empty(),
                "image-" + i,
                java.time.Instant.now(),
                java.util.Optional.empty()));
      }
      assertTrue(Files.size(file) < 2500, () -> file.toString());
      String shown = shown(work);
      assertTrue(shown.contains("image pull  image-39"), shown);
      assertFalse(shown.contains("image-0\n"), shown);
      assertTrue(shown.contains("system log-rotation"), shown);
      assertEquals(shown.lines().toList(), read(log));
    }
  }
}
