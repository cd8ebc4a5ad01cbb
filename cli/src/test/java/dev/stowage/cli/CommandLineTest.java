package dev.stowage.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.stowage.cli.CommandLine.Result;
import dev.stowage.config.Surroundings;
import dev.stowage.config.User;
import dev.stowage.model.Bytes;
import dev.stowage.testkit.EmbeddedRegistry;
import dev.stowage.testkit.ImageGenerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whole command lines against a store on disk and a registry on loopback.
final class CommandLineTest {
  @TempDir Path directory;
  private EmbeddedRegistry registry;
  private String name;

  @BeforeEach
  void serveAnImage() throws IOException {
    assumeTrue(
        Surroundings.ofThisProcess().user().privilege() == User.Privilege.ROOTFUL,
        "layers keep their owners, which needs root");
    registry = EmbeddedRegistry.start();
    registry.addImage(
        "some/image",
        "v1",
        ImageGenerator.oci()
            .label("title", "a <b>")
            .layer(Map.of("etc/one", Bytes.utf8("1")))
            .layer(Map.of("etc/two", Bytes.utf8("2")))
            .build());
    name = registry.host() + "/some/image:v1";
  }

  @AfterEach
  void stop() throws IOException {
    if (registry != null) {
      registry.close();
    }
  }

  private Result run(String... words) {
    return CommandLine.inStore(directory, List.of(words));
  }

  @Test
  void theRegistriesAreThoseOfTheFileThatIsGiven() throws IOException {
    Path file = directory.resolve("registries.conf");
    Files.writeString(
        file,
        "[[registry]]\nlocation = \"there.example\"\nblocked = true\n",
        StandardCharsets.UTF_8);
    Result blocked = run("--registries-conf", file.toString(), "pull", "there.example/a/b");
    assertEquals(125, blocked.code());
    assertTrue(blocked.err().contains("blocked"), blocked.err());
  }

  @Test
  void aStoreThatIsToBeMountedByComposefsIsRefused() {
    Result refused =
        run("--storage-driver", "overlay", "--storage-opt", "overlay.use_composefs=true", "images");
    assertEquals(125, refused.code());
    assertTrue(refused.err().contains("use_composefs is not supported"), refused.err());
  }

  private String pulled() {
    Result pull = run("pull", "--tls-verify=false", "-q", name);
    assertEquals(0, pull.code(), pull.err());
    assertEquals("", pull.err());
    assertEquals(65, pull.out().length());
    return pull.out().strip();
  }

  @Test
  void aPullTellsWhatItCopiesAndPrintsTheId() {
    Result pull = run("pull", "--tls-verify=false", name);
    assertEquals(0, pull.code(), pull.err());
    List<String> lines = pull.err().lines().toList();
    assertEquals("Trying to pull " + name + "...", lines.get(0));
    assertEquals("Getting image source signatures", lines.get(1));
    assertEquals(3, lines.stream().filter(line -> line.startsWith("Copying ")).count());
    assertEquals("Writing manifest to image destination", lines.getLast());
    assertEquals(run("images", "-q", "--no-trunc").out(), "sha256:" + pull.out());
  }

  @Test
  void anImageIsListedUnderEachOfItsNames() {
    String id = pulled();
    assertEquals(0, run("tag", name, "other", "localhost/third:x").code());
    assertEquals(
        name + "\nlocalhost/other:latest\nlocalhost/third:x\n",
        sorted(run("images", "--format", "{{.Repository}}:{{.Tag}}").out()));
    assertEquals(id.substring(0, 12) + "\n", run("images", "--quiet").out());
    assertEquals(0, run("untag", name, "other").code());
    assertEquals(
        "localhost/third:x\n",
        run("images", "--format", "{{.Repository}}:{{.Tag}}", "localhost/third:x").out());
    assertEquals("", run("images", "-n", "nothing").out());
  }

  private static String sorted(String lines) {
    return String.join("\n", lines.lines().sorted().toList()) + "\n";
  }

  @Test
  void inspectKnowsTheConfiguration() {
    String id = pulled();
    assertEquals(
        id + " a <b> 2 {\"title\":\"a <b>\"}\n",
        run(
                "inspect",
                "--format",
                "{{.Id}} {{.Config.Labels.title}} {{len .RootFS.Layers}} {{json .Labels}}",
                name)
            .out());
    Result missing = run("image", "inspect", "nope");
    assertEquals(125, missing.code());
    assertEquals("[]\n", missing.out());
    assertEquals("Error: nope: image not known\n", missing.err());
  }

  @Test
  void existsAnswersWithItsExitCodeAlone() {
    pulled();
    assertEquals(new Result(0, "", ""), run("image", "exists", name));
    assertEquals(new Result(1, "", ""), run("image", "exists", "nope"));
  }

  @Test
  void removingTellsWhatIsGone() {
    String id = pulled();
    assertEquals(0, run("tag", name, "localhost/other:1").code());
    assertEquals(
        new Result(0, "Untagged: localhost/other:1\n", ""), run("rmi", "localhost/other:1"));
    assertEquals(
        new Result(0, "Untagged: " + name + "\nDeleted: " + id + "\n", ""), run("rmi", name));
    assertEquals(
        new Result(
            1, "", "Error: 2 errors occurred:\n\t* a: image not known\n\t* b: image not known\n"),
        run("rmi", "a", "b"));
    assertEquals(new Result(0, "", ""), run("rmi", "--force", "a"));
  }

  @Test
  void changesAndLayersOfAnImageAreShown() {
    String id = pulled();
    assertEquals("C /etc\nA /etc/two\n", run("image", "diff", name).out());
    assertTrue(
        run("image", "tree", name).out().startsWith("Image ID: " + id.substring(0, 12) + "\n"));
    assertEquals(3, run("history", name).out().lines().count());
  }

  @Test
  void aMountedImageCanBeReadUntilItIsUnmounted() throws Exception {
    String id = pulled();
    String path = run("image", "mount", name).out().strip();
    assertEquals("1", Files.readString(Path.of(path, "etc/one")));
    assertEquals(name + "  " + path + "\n", run("image", "mount").out());
    assertEquals(id + "\n", run("image", "unmount", name).out());
    assertEquals("", run("image", "mount").out());
  }

  @Test
  void whatIsNotUnderstoodIsToldWithAHint() {
    assertEquals(
        new Result(125, "", "Error: unknown flag: --x\nSee 'stowage images --help'\n"),
        run("images", "--x"));
    assertEquals(
        new Result(
            125,
            "",
            """
            Error: unrecognized command `stowage image lst`

            Did you mean this?
            \tlist

            Try 'stowage image --help' for more information
            """),
        run("image", "lst"));
    assertEquals(
        new Result(125, "", "Error: accepts at most 1 arg(s), received 2\n"),
        run("images", "a", "b"));
  }

  @Test
  void aFailingPullLeavesOneLine() {
    Result pull = run("pull", "--tls-verify=false", "-q", registry.host() + "/some/image:v2");
    assertEquals(125, pull.code());
    assertEquals("", pull.out());
    assertEquals(1, pull.err().lines().count(), pull.err());
    assertTrue(pull.err().startsWith("Error: "), pull.err());
  }

  @Test
  void everyCommandHasHelp() {
    for (String group : List.of("", "image", "system")) {
      for (String word : dev.stowage.cli.verb.Catalogue.names(group)) {
        List<String> words = new ArrayList<>(List.of(group, word, "--help"));
        words.remove("");
        Result help = run(words.toArray(String[]::new));
        assertEquals(0, help.code(), word);
        assertTrue(
            help.out().contains("Usage:\n  stowage " + (group + " " + word).strip()), help.out());
      }
    }
  }
}
