package dev.stowage.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.stowage.config.Surroundings;
import dev.stowage.config.User;
import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.model.Document;
import dev.stowage.testkit.EmbeddedRegistry;
import dev.stowage.testkit.ImageGenerator;
import dev.stowage.testkit.TestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `manifest` and `artifact`, whole, as Podman answers.
class ListCommandsTest {
  @TempDir Path directory;
  private String file = "";

  @BeforeEach
  void writeAFile() throws IOException {
    assumeTrue(
        Surroundings.ofThisProcess().user().privilege() == User.Privilege.ROOTFUL,
        "the store keeps owners, which needs root");
    file = Files.writeString(directory.resolve("notes.txt"), "notes\n").toString();
  }

  private CommandLine.Result run(String... words) {
    return CommandLine.inStore(directory, List.of(words));
  }

  private void assertFails(int code, String err, String... words) {
    assertEquals(new CommandLine.Result(code, "", "Error: " + err + "\n"), run(words));
  }

  @Test
  void aListIsMadeChangedShownAndRemoved() {
    CommandLine.Result made = run("manifest", "create", "--annotation", "a=b", "mylist");
    assertEquals(0, made.code(), made.err());
    String id = made.out().strip();
    assertFails(
        125,
        "image name \"localhost/mylist:latest\" is already associated with image \""
            + id
            + "\": that name is already in use",
        "manifest",
        "create",
        "mylist");
    assertEquals(made, run("manifest", "create", "--amend", "mylist"));
    assertEquals(
        made,
        run(
            "manifest",
            "add",
            "--artifact",
            "--artifact-type",
            "x/y",
            "--os",
            "linux",
            "mylist",
            file));
    assertEquals(
        made,
        run("manifest", "annotate", "--arch", "arm64", "--os-features", "f,g", "mylist", file));
    String shown = run("manifest", "inspect", "mylist").out();
    for (String part :
        List.of(
            "    \"mediaType\": \"application/vnd.oci.image.index.v1+json\",",
            "                \"architecture\": \"arm64\",",
            "                \"os.features\": [",
            "            \"artifactType\": \"x/y\",",
            "                \"" + file + "\"",
            "        \"a\": \"b\"")) {
      assertTrue(shown.contains(part + "\n"), shown);
    }
    assertEquals(0, run("manifest", "exists", "mylist").code());
    assertEquals(new CommandLine.Result(1, "", ""), run("manifest", "exists", "nolist"));
    assertEquals(
        new CommandLine.Result(0, "Untagged: localhost/mylist:latest\nDeleted: " + id + "\n", ""),
        run("manifest", "rm", "mylist"));
    assertFails(1, "mylist: image not known", "manifest", "rm", "mylist");
    assertEquals(new CommandLine.Result(0, "", ""), run("manifest", "rm", "--ignore", "mylist"));
  }

  @Test
  void aWholeIndexIsPulledAndPushedBack() throws IOException {
    String policy =
        Files.writeString(
                directory.resolve("policy.json"),
                "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}")
            .toString();
    TestImage image = ImageGenerator.oci().layer(Map.of("etc/one", Bytes.utf8("1"))).build();
    Document index =
        ImageGenerator.index(ImageGenerator.Format.OCI, Map.of("amd64", image.manifest()));
    try (EmbeddedRegistry registry = EmbeddedRegistry.start()) {
      Digest _ = registry.addImage("it/app", "amd64", image);
      Digest _ = registry.addManifest("it/app", "v1", index);
      String name = registry.host() + "/it/app:v1";
      CommandLine.Result pulled =
          run("pull", "-q", "--all", "--tls-verify=false", "--signature-policy", policy, name);
      assertEquals(0, pulled.code(), pulled.err());
      String digest = directory.resolve("digest").toString();
      CommandLine.Result pushed =
          run(
              "manifest",
              "push",
              "-q",
              "--tls-verify=false",
              "--rm",
              "--digestfile",
              digest,
              name,
              "docker://" + registry.host() + "/my/app:v1");
      assertEquals(new CommandLine.Result(0, "", ""), pushed);
      assertEquals(index.digest().toString(), Files.readString(Path.of(digest)));
      assertEquals(1, run("manifest", "exists", name).code());
    }
  }

  @Test
  void wrongWordsAreRefused() {
    String id = run("manifest", "create", "mylist").out().strip();
    assertTrue(id.matches("[0-9a-f]{64}"), id);
    assertFails(
        125,
        "--artifact-type/--artifact-config require --artifact",
        "manifest",
        "add",
        "--artifact-type=a",
        "--artifact-config=b",
        "mylist",
        "x");
    assertFails(
        125,
        "--insecure may not be used with --tls-verify",
        "manifest",
        "create",
        "--insecure",
        "--tls-verify",
        "other");
    assertFails(
        125,
        "expected --annotation \"a\" to be in key=value format",
        "manifest",
        "create",
        "--annotation",
        "a",
        "other");
    assertFails(
        125,
        "expected an instance digest, image name, or artifact name",
        "manifest",
        "annotate",
        "mylist");
    assertFails(
        125,
        "removing from manifest list mylist: invalid image digest \"x\": invalid checksum digest"
            + " format",
        "manifest",
        "remove",
        "mylist",
        "x");
    assertFails(
        125,
        "retrieving local image from image name nolist: nolist: image not known",
        "manifest",
        "push",
        "nolist",
        "dir:x");
    assertFails(
        125,
        "when using the --all switch, you may not pass any artifact names or digests",
        "artifact",
        "rm",
        "--all",
        "x");
    assertFails(125, "at least one artifact name or digest must be specified", "artifact", "rm");
    assertFails(
        125,
        "--append and --replace options cannot be used together",
        "artifact",
        "add",
        "--append",
        "--replace",
        "registry.example/a:1",
        file);
    assertFails(125, "nope: artifact does not exist", "artifact", "inspect", "nope");
  }

  @Test
  void anArtifactIsAddedListedShownExtractedAndRemoved() throws IOException {
    CommandLine.Result added =
        run("artifact", "add", "--type", "x/y", "registry.example/art:v1", file);
    assertEquals(0, added.code(), added.err());
    String digest = added.out().strip();
    String table = run("artifact", "ls", "--no-trunc").out();
    assertTrue(table.startsWith("REPOSITORY "), table);
    assertTrue(table.contains(digest), table);
    assertEquals(1, run("artifact", "ls", "-n").out().lines().count());
    assertEquals(
        "registry.example/art v1 6B 6\n",
        run("artifact", "list", "--format", "{{.Repository}} {{.Tag}} {{.Size}} {{.VirtualSize}}")
            .out());
    assertEquals(
        "x/y text/plain; charset=utf-8\n",
        run(
                "artifact",
                "inspect",
                "--format",
                "{{.Manifest.ArtifactType}} {{range .Manifest.Layers}}{{.MediaType}}{{end}}",
                digest.substring(0, 8))
            .out());
    Path out = directory.resolve("out");
    assertEquals(
        new CommandLine.Result(0, "", ""),
        run("artifact", "extract", "registry.example/art:v1", out.toString()));
    assertEquals("notes\n", Files.readString(out));
    assertEquals(
        new CommandLine.Result(0, digest + "\n", ""),
        run("artifact", "rm", "registry.example/art:v1"));
    assertEquals(
        new CommandLine.Result(0, "", ""),
        run("artifact", "rm", "--ignore", "registry.example/art:v1"));
  }
}
