package dev.stowage.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.model.Bytes;
import dev.stowage.store.Driver;
import dev.stowage.testkit.EmbeddedRegistry;
import dev.stowage.testkit.ImageGenerator;
import dev.stowage.testkit.TestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Short names that may mean images of two registries, given to Stowage and to podman on a terminal
/// of their own: the same keys choose the same image, and the same alias is recorded, in the same
/// words.
class AskedAsPodmanAsksTest {
  private static final String RETURN = "\\r";
  private static final String DOWN = "\\x1b[B";
  private static final String CTRL_C = "\\x03";
  private static final String CTRL_D = "\\x04";

  /// Root's aliases are the machine's: in mounts of its own, each program gets a directory of ours
  /// for them.
  private static final String WITH_CACHE =
      "[ \"${_CONTAINERS_USERNS_CONFIGURED:-}\" ] || { mkdir -p /var/cache/containers &&"
          + " mount --bind \"$0\" /var/cache/containers; }; exec \"$@\"";

  /// Complains of a terminal that was left in another state.
  private static final String ON_THE_SAME_TERMINAL =
      "before=$(stty -g); \"$@\"; code=$?;"
          + " [ \"$before\" = \"$(stty -g)\" ] || { echo the terminal was changed; exit 99; };"
          + " exit $code";

  private Workplace place;
  private EmbeddedRegistry first;
  private EmbeddedRegistry second;
  private int stores;

  @BeforeAll
  static void tools() throws IOException {
    Tool.requireAll();
  }

  @BeforeEach
  void begin() throws IOException {
    place = Workplace.make();
    first = EmbeddedRegistry.start();
    second = EmbeddedRegistry.start();
    TestImage image = ImageGenerator.oci().layer(Map.of("name", Bytes.utf8("1"))).build();
    first.addImage("it/app", "v1", image);
    second.addImage("it/app", "v1", image);
    second.addManifest(
        "it/list",
        "latest",
        ImageGenerator.index(ImageGenerator.Format.OCI, Map.of("amd64", image.manifest())));
  }

  @AfterEach
  void end() throws IOException {
    first.close();
    second.close();
    place.close();
  }

  private enum Program {
    STOWAGE,
    PODMAN
  }

  /// What became of a command.
  private record Became(int code, String aliases, String images) {}

  @Test
  void theSameKeysChooseTheSameImageAndRecordTheSameAlias() throws IOException {
    String alias = "[aliases]\n  \"it/app\" = \"%s/it/app\"\n";
    for (String mode : List.of("enforcing", "permissive")) {
      alike(mode, RETURN, 0, alias.formatted(first.host()), first.host() + "/it/app:v1");
      alike(mode, DOWN + RETURN, 0, alias.formatted(second.host()), second.host() + "/it/app:v1");
    }
  }

  private void alike(String mode, String keys, int code, String aliases, String image)
      throws IOException {
    for (Program program : Program.values()) {
      Terminal terminal = new Terminal(program, mode);
      Shell.Ended ended = terminal.type(keys, "pull", "--tls-verify=false", "it/app:v1");
      assertEquals(
          new Became(code, aliases, image),
          new Became(ended.status(), terminal.aliases(), terminal.images()),
          () -> program + " " + mode + " " + keys + "\n" + ended.said());
    }
  }

  @Test
  void whoLeavesHasPulledAndRecordedNothing() throws IOException {
    for (Program program : Program.values()) {
      for (String keys : List.of(CTRL_C, DOWN + CTRL_C, CTRL_D)) {
        Terminal terminal = new Terminal(program, "enforcing");
        Shell.Ended ended = terminal.type(keys, "pull", "--tls-verify=false", "it/app:v1");
        assertEquals(125, ended.status(), ended::said);
        assertEquals("", terminal.aliases());
        assertEquals("", terminal.images());
        if (program == Program.STOWAGE) {
          String why = keys.equals(CTRL_D) ? "the input ended" : "ctrl-C";
          String complaint =
              "Error: no image was chosen for the short name \"it/app\" ("
                  + why
                  + "): give the name in full, as "
                  + first.host()
                  + "/it/app:v1";
          assertTrue(ended.said().contains(complaint), ended::said);
        }
      }
    }
    assertEquals(List.of(), first.log());
    assertEquals(List.of(), second.log());
  }

  @Test
  void whatIsNotThereIsNotRecordedAndTheOtherRegistryIsNotTried() throws IOException {
    for (Program program : Program.values()) {
      Terminal terminal = new Terminal(program, "permissive");
      Shell.Ended ended = terminal.type(RETURN, "pull", "--tls-verify=false", "it/none");
      assertEquals(125, ended.status(), ended::said);
      assertEquals("", terminal.aliases());
    }
    assertEquals(List.of(), second.log());
  }

  @Test
  void eachGoesByTheAliasThatTheOtherRecorded() throws IOException {
    for (Program program : Program.values()) {
      Terminal terminal = new Terminal(program, "enforcing");
      Shell.Ended ended = terminal.type(DOWN + RETURN, "pull", "--tls-verify=false", "it/app:v1");
      assertEquals(0, ended.status(), ended::said);
      Program other = program == Program.PODMAN ? Program.STOWAGE : Program.PODMAN;
      Terminal others = terminal.of(other);
      ended = others.type("", "pull", "--tls-verify=false", "it/app:v1");
      assertEquals(0, ended.status(), ended::said);
      assertFalse(ended.said().contains("Please select"), ended::said);
      assertTrue(ended.said().contains("Resolved \"it/app\" as an alias ("), ended::said);
      assertEquals(second.host() + "/it/app:v1", others.images());
    }
  }

  @Test
  void aListIsAskedForButNotRecorded() throws IOException {
    for (Program program : Program.values()) {
      Terminal terminal = new Terminal(program, "enforcing");
      Shell.Ended ended = terminal.type(DOWN + RETURN, "manifest", "inspect", "it/list");
      assertEquals(0, ended.status(), ended::said);
      assertTrue(ended.said().contains("\"schemaVersion\": 2"), ended::said);
      assertEquals("", terminal.aliases());
    }
  }

  @Test
  void withoutATerminalAnEnforcingModeRefusesAndAPermissiveOneTriesAll() throws IOException {
    for (Program program : Program.values()) {
      Terminal enforcing = new Terminal(program, "enforcing");
      Shell.Ended ended = enforcing.withoutOne("pull", "--tls-verify=false", "it/app:v1");
      assertEquals(125, ended.status());
      String refusal = "short-name resolution enforced but cannot prompt without a TTY";
      assertTrue(ended.complained().contains(refusal), ended::complained);
      Terminal permissive = new Terminal(program, "permissive");
      ended = permissive.withoutOne("pull", "--tls-verify=false", "it/app:v1");
      assertEquals(0, ended.status(), ended::complained);
      assertEquals("", permissive.aliases());
      assertEquals(first.host() + "/it/app:v1", permissive.images());
    }
  }

  @Test
  void aTerminalThatCannotDrawTakesANumber() throws IOException {
    Terminal terminal = new Terminal(Program.STOWAGE, "enforcing").named("dumb");
    Shell.Ended ended =
        terminal.type("7" + RETURN + "2" + RETURN, "pull", "--tls-verify=false", "it/app:v1");
    assertEquals(0, ended.status(), ended::said);
    assertEquals(second.host() + "/it/app:v1", terminal.images());
  }

  /// A program, a store, aliases and a configuration, and a terminal.
  private final class Terminal {
    private final Program program;
    private final Path directory;
    private final TestStore store;
    private final String name;

    Terminal(Program program, String mode) throws IOException {
      this(program, place.resolve("s" + stores++), "xterm");
      Files.createDirectories(directory.resolve("cache/containers"));
      StringBuilder text = new StringBuilder();
      for (EmbeddedRegistry each : List.of(first, second)) {
        text.append("[[registry]]\nlocation = '" + each.host() + "'\ninsecure = true\n");
      }
      Files.writeString(
          directory.resolve("registries.conf"),
          "short-name-mode = '%s'\nunqualified-search-registries = ['%s', '%s']\n%s"
              .formatted(mode, first.host(), second.host(), text));
    }

    private Terminal(Program program, Path directory, String name) {
      this.program = program;
      this.directory = directory;
      this.store = new TestStore(directory.resolve(program.name().substring(0, 1)), Driver.OVERLAY);
      this.name = name;
    }

    /// The same aliases and configuration, for another program with a store of its own.
    Terminal of(Program other) {
      return new Terminal(other, directory, name);
    }

    Terminal named(String name) {
      return new Terminal(program, directory, name);
    }

    /// Runs a command and types keys as soon as it asks which image is meant.
    Shell.Ended type(String keys, String... words) throws IOException {
      List<String> command =
          new ArrayList<>(List.of(Shell.script("at-terminal"), "Please select an image", keys));
      command.addAll(List.of("sh", "-c", ON_THE_SAME_TERMINAL, "sh"));
      command.addAll(program(words));
      return end(command);
    }

    Shell.Ended withoutOne(String... words) throws IOException {
      return end(program(words));
    }

    private List<String> program(String... words) {
      return switch (program) {
        case PODMAN -> Peer.PACKAGED.command("podman", store.words(words));
        case STOWAGE -> {
          List<String> command =
              new ArrayList<>(
                  List.of(
                      Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                      "--enable-native-access=ALL-UNNAMED",
                      "-XX:+UseSerialGC",
                      "-XX:TieredStopAtLevel=1",
                      "-cp",
                      System.getProperty("java.class.path"),
                      "dev.stowage.cli.Main"));
          command.addAll(store.words(words));
          yield command;
        }
      };
    }

    private Shell.Ended end(List<String> command) throws IOException {
      Path cache = directory.resolve("cache");
      List<String> whole = new ArrayList<>(List.of("unshare", "--mount", "sh", "-c", WITH_CACHE));
      whole.add(cache.resolve("containers").toString());
      whole.addAll(command);
      return Shell.end(
          whole,
          Map.of(
              "XDG_CACHE_HOME", cache.toString(),
              "CONTAINERS_REGISTRIES_CONF", directory.resolve("registries.conf").toString(),
              "TERM", name));
    }

    /// The recorded aliases, nothing where there are none.
    String aliases() throws IOException {
      Path file = directory.resolve("cache/containers/short-name-aliases.conf");
      return Files.exists(file) ? Files.readString(file) : "";
    }

    /// The names of the store's images.
    String images() throws IOException {
      List<String> names = new ArrayList<>();
      store.snapshot().images().forEach(image -> names.addAll(image.names()));
      return String.join(" ", names);
    }
  }
}
