package dev.stowage.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.stowage.cli.CommandLine.Result;
import dev.stowage.config.Surroundings;
import dev.stowage.config.User;
import dev.stowage.model.Bytes;
import dev.stowage.testkit.ImageGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `import`, `save`, `load` and `copy`, whole, as Podman and Skopeo answer.
class ArchiveCommandsTest {
  @TempDir Path directory;
  private Path tar;

  @BeforeEach
  void writeATar() throws IOException {
    assumeTrue(
        Surroundings.ofThisProcess().user().privilege() == User.Privilege.ROOTFUL,
        "layers keep their owners, which needs root");
    tar = directory.resolve("layer.tar");
    Path _ = Files.write(tar, ImageGenerator.tar(Map.of("etc/one", Bytes.utf8("1"))).toArray());
  }

  private Result run(String... words) {
    return CommandLine.inStore(directory, List.of(words));
  }

  private String file(String name) {
    return directory.resolve(name).toString();
  }

  @Test
  void whatIsImportedIsSavedLoadedAndCopied() throws IOException {
    Result imported =
        run("import", "-q", "-c", "CMD x", "--message", "m", tar.toString(), "made:1");
    assertEquals(0, imported.code(), imported.err());
    assertTrue(imported.out().matches("sha256:[0-9a-f]{64}\n"), imported.out());
    assertEquals(
        "[/bin/sh -c x] m\n",
        run("inspect", "made:1", "--format", "{{.Config.Cmd}} {{.Comment}}").out());
    for (String format : List.of("docker-archive", "oci-archive", "docker-dir", "oci-dir")) {
      Result saved = run("save", "-q", "--format", format, "-o", file(format), "made:1");
      assertEquals(0, saved.code(), saved.err());
    }
    assertEquals(0, run("rmi", "made:1").code());
    for (String format : List.of("docker-archive", "oci-archive")) {
      assertEquals(
          new Result(0, "Loaded image: localhost/made:1\n", ""),
          run("load", "-q", "-i", file(format)));
    }
    for (String format : List.of("docker-dir", "oci-dir")) {
      assertEquals(
          new Result(0, "Loaded image: " + imported.out(), ""),
          run("load", "-q", "-i", file(format)));
    }
    Result copied =
        run(
            "copy",
            "-q",
            "--digestfile",
            file("digest"),
            "containers-storage:localhost/made:1",
            "oci:" + file("layout") + ":x");
    assertEquals(0, copied.code(), copied.err());
    assertTrue(
        Files.exists(
            directory.resolve(
                "layout/blobs/"
                    + Files.readString(directory.resolve("digest")).replace(':', '/'))));
  }

  @Test
  void mistakesAreToldAsPodmanAndSkopeoTellThem() {
    assertEquals(new Result(125, "", "Error: need at least 1 argument\n"), run("save", "-o", "x"));
    assertEquals(
        new Result(
            125,
            "",
            "Error: format value must be one of oci-archive oci-dir docker-archive docker-dir\n"),
        run("save", "--format", "tar", "x"));
    assertEquals(
        new Result(125, "", "Error: --compress can only be set when --format is 'docker-dir'\n"),
        run("save", "--compress", "-o", "x", "y"));
    assertEquals(
        new Result(125, "", "Error: invalid filename (should not contain ':') \"a:b\"\n"),
        run("save", "-o", "a:b", "y"));
    assertEquals(
        new Result(125, "", "Error: stat none: no such file or directory\n"),
        run("load", "-i", "none"));
    assertEquals(new Result(1, "", "Error: Exactly two arguments expected\n"), run("copy", "x"));
    assertEquals(
        "Error: Invalid source name busybox: Invalid image name \"busybox\", expected"
            + " colon-separated transport:reference\n",
        run("copy", "busybox", "dir:x").err());
    assertEquals(
        "Error: Cannot use --all and --multi-arch flags together\n",
        run("copy", "--all", "--multi-arch=all", "dir:x", "dir:y").err());
  }

  @Test
  void twoStoresExchangeAnImageAsItIs() {
    assertEquals(0, run("import", "-q", tar.toString(), "made:1").code());
    String other =
        "containers-storage:[vfs@" + file("other") + "+" + file("otherrun") + "]localhost/made:1";
    Result first = run("copy", "containers-storage:localhost/made:1", other);
    assertEquals(0, first.code(), first.err());
    Result again = run("copy", other, "containers-storage:localhost/again:1");
    assertEquals(0, again.code(), again.err());
    assertEquals(
        run("inspect", "made:1", "--format", "{{.Id}} {{.Digest}}").out(),
        run("inspect", "again:1", "--format", "{{.Id}} {{.Digest}}").out());
  }

  @Test
  void whatIsCopiedIntoTheStoreOrMadeThereIsToldAsAnEvent() {
    assertEquals(0, run("import", "-q", tar.toString(), "made:1").code());
    String layout = "oci:" + file("l") + ":x";
    assertEquals(0, run("copy", "-q", "containers-storage:localhost/made:1", layout).code());
    assertEquals(0, run("copy", "-q", layout, "containers-storage:localhost/copied:1").code());
    assertEquals(0, run("copy", "-q", "--all", layout, "containers-storage:a/whole:1").code());
    assertEquals(1, run("copy", "-q", "oci:" + file("n"), "containers-storage:a/none:1").code());
    Result appended =
        run(
            "registry",
            "append",
            "-b",
            "containers-storage:localhost/made:1",
            "-f",
            tar.toString(),
            "-t",
            "containers-storage:localhost/appended:1");
    assertEquals(0, appended.code(), appended.err());
    Result shown =
        run(
            "events",
            "--stream=false",
            "--since=10m",
            "--format={{.Status}} {{.ID}} {{.Name}} {{.Error}}");
    String made = run("inspect", "made:1", "--format", "{{.Id}}").out().strip();
    String appendedId = run("inspect", "appended:1", "--format", "{{.Id}}").out().strip();
    List<String> told = shown.out().lines().map(String::strip).toList();
    assertEquals(
        List.of(
            "import " + made + " made:1",
            "tag " + made + " made:1",
            "pull " + made + " " + layout,
            "pull " + made + " " + layout,
            "build " + appendedId + " " + appendedId),
        told.stream().filter(line -> !line.startsWith("pull-error")).toList(),
        shown.err());
    List<String> failed = told.stream().filter(line -> line.startsWith("pull-error")).toList();
    assertEquals(1, failed.size(), told::toString);
    assertTrue(failed.getFirst().startsWith("pull-error  oci:" + file("n") + " "), told::toString);
  }

  @Test
  void anImageGoesFromStoreToStoreWithItsName() {
    assertEquals(0, run("import", "-q", tar.toString(), "made:1").code());
    String there = "[vfs@" + directory.resolve("b") + "+" + directory.resolve("rb") + "]";
    assertEquals(
        new Result(0, "Loaded image: localhost/made:1\n", ""),
        run("image", "scp", "-q", "made:1", there + "::"));
    assertEquals(
        new Result(0, "Loaded image: localhost/made:1\nLoaded image: quay.io/other/name:2\n", ""),
        run("image", "scp", "-q", "made:1", there + "::quay.io/other/name:2"));
    String id = run("images", "-q", "--no-trunc").out();
    assertEquals(0, run("rmi", "made:1").code());
    assertEquals(
        new Result(0, "Loaded image: localhost/made:1\n", ""),
        run("image", "scp", "-q", there + "::made:1"));
    assertEquals(id, run("images", "-q", "--no-trunc").out());
  }

  @Test
  void whatScpCannotReachItTellsWithTheRemedy() {
    assertEquals(
        new Result(125, "", "Error: must specify a destination: invalid argument\n"),
        run("image", "scp", "made:1"));
    Result refused = run("image", "scp", "made:1", "host.example::");
    assertEquals(125, refused.code());
    assertTrue(refused.err().contains("save IMAGE | ssh host.example podman load"), refused.err());
    Result other = run("image", "scp", "made:1", "somebody@localhost::");
    assertTrue(other.err().contains("runuser -u somebody"), other.err());
  }

  @Test
  void whatAnImageShowsIsExported() throws IOException {
    assertEquals(0, run("import", "-q", tar.toString(), "made:1").code());
    assertEquals(0, run("save", "-q", "-o", file("saved.tar"), "made:1").code());
    for (String image :
        List.of("docker-archive:" + file("saved.tar"), "containers-storage:localhost/made:1")) {
      Result exported = run("registry", "export", image, file("flat.tar"));
      assertEquals(0, exported.code(), exported.err());
      assertTrue(Files.readString(directory.resolve("flat.tar")).contains("etc/one"), image);
      assertEquals(
          Files.readString(directory.resolve("flat.tar")),
          run("registry", "export", image, "-").out());
    }
    Result digest = run("registry", "digest", "--tarball", file("saved.tar"));
    assertTrue(digest.out().matches("sha256:[0-9a-f]{64}\n"), digest.err());
    assertEquals(1, run("registry", "digest", "--tarball", file("none.tar")).code());
  }

  @Test
  void whatIsDeletedFromALayoutTakesNothingOfOthersAlong() throws IOException {
    assertEquals(0, run("import", "-q", tar.toString(), "made:1").code());
    assertEquals(0, run("import", "-q", "-c", "CMD y", tar.toString(), "made:2").code());
    for (String tag : List.of("1", "2")) {
      Result copied =
          run(
              "copy",
              "-q",
              "containers-storage:localhost/made:" + tag,
              "oci:" + file("l") + ":" + tag);
      assertEquals(0, copied.code(), copied.err());
    }
    assertEquals(5, blobs());
    assertEquals(2, run("delete", "oci:" + file("l") + ":3").code());
    assertEquals(new Result(0, "", ""), run("delete", "oci:" + file("l") + ":1"));
    assertEquals(3, blobs());
    assertEquals(2, run("inspect", "oci:" + file("l") + ":1").code());
    assertEquals(0, run("copy", "-q", "oci:" + file("l") + ":2", "dir:" + file("d")).code());
    assertEquals(new Result(0, "", ""), run("delete", "oci:" + file("l")));
    assertEquals(0, blobs());
    assertEquals(1, run("delete", "docker-archive:" + file("none")).code());
  }

  private long blobs() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("l/blobs/sha256"))) {
      return files.count();
    }
  }

  @Test
  void whatIsDeletedFromAStoreLosesThatNameAlone() {
    assertEquals(0, run("import", "-q", tar.toString(), "made:1").code());
    assertEquals(0, run("tag", "made:1", "made:2").code());
    assertEquals(new Result(0, "", ""), run("delete", "containers-storage:localhost/made:1"));
    assertEquals(1, run("image", "exists", "made:1").code());
    assertEquals(0, run("image", "exists", "made:2").code());
    assertEquals(new Result(0, "", ""), run("delete", "containers-storage:localhost/made:2"));
    assertEquals("", run("images", "-q").out());
    assertEquals(2, run("delete", "containers-storage:localhost/made:2").code());
  }
}
