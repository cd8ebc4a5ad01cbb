package dev.stowage.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.cli.CommandLine.Result;
import dev.stowage.model.Bytes;
import dev.stowage.model.Digest;
import dev.stowage.testkit.Access;
import dev.stowage.testkit.EmbeddedRegistry;
import dev.stowage.testkit.EmbeddedRegistry.Age;
import dev.stowage.testkit.EmbeddedRegistry.Setup;
import dev.stowage.testkit.Fault;
import dev.stowage.testkit.ImageGenerator;
import dev.stowage.testkit.TestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Command lines that need a registry and no store.
final class RegistryCommandsTest {
  private static final TestImage IMAGE =
      ImageGenerator.oci()
          .label("title", "a <b>")
          .layer(Map.of("etc/one", Bytes.utf8("1")))
          .build();

  @TempDir Path directory;

  private static Result run(String... words) {
    return CommandLine.run(List.of(words));
  }

  private static void assertSays(String out, String... words) {
    Result result = run(words);
    assertEquals("", result.err());
    assertEquals(out, result.out());
    assertEquals(0, result.code());
  }

  private static void assertFails(int code, String err, String... words) {
    Result result = run(words);
    assertEquals(err, result.err());
    assertEquals(code, result.code());
  }

  private static EmbeddedRegistry filled(Setup setup) throws IOException {
    EmbeddedRegistry registry = EmbeddedRegistry.start(setup);
    registry.addImage("team/app", "v1", IMAGE);
    registry.addImage("team/app", "v2", IMAGE);
    return registry;
  }

  @Test
  void aLoginIsProvedKeptUsedAndForgotten() throws IOException {
    String file = directory.resolve("auth.json").toString();
    try (EmbeddedRegistry registry =
        filled(Setup.DEFAULT.with(new Access.Password("jane", "hunter2")))) {
      String host = registry.host();
      assertFails(
          125,
          "Error: logging into \"" + host + "\": invalid username/password\n",
          "login",
          "--tls-verify=false",
          "--authfile",
          file,
          "-u",
          "jane",
          "-p",
          "wrong",
          host);
      assertSays(
          "Used:  " + file + "\nLogin Succeeded!\n",
          "login",
          "-v",
          "--tls-verify=false",
          "--authfile",
          file,
          "-u",
          "jane",
          "-p",
          "hunter2",
          host);
      assertSays("jane\n", "login", "--get-login", "--authfile", file, host);
      assertSays(
          "Authenticating with existing credentials for "
              + host
              + "\nExisting credentials are valid. Already logged in to "
              + host
              + "\n",
          "login",
          "--tls-verify=false",
          "--authfile",
          file,
          host);
      assertSays(
          "v1\nv2\n",
          "registry",
          "ls",
          "--tls-verify=false",
          "--authfile",
          file,
          host + "/team/app");
      assertSays(
          "Removed login credentials for " + host + "\n", "logout", "--authfile", file, host);
      assertFails(125, "Error: not logged into " + host + "\n", "logout", "--authfile", file, host);
      assertEquals("{\n\t\"auths\": {}\n}", Files.readString(Path.of(file)));
    }
  }

  @Test
  void singleQuestionsAreAnswered() throws IOException {
    try (EmbeddedRegistry registry = filled(Setup.DEFAULT)) {
      String name = registry.host() + "/team/app";
      Digest digest = IMAGE.manifest().digest();
      assertSays(digest + "\n", "registry", "digest", "--tls-verify=false", name + ":v1");
      assertSays(
          name + "@" + digest + "\n",
          "registry",
          "digest",
          "--full-ref",
          "--tls-verify=false",
          name + ":v1");
      assertSays(
          IMAGE.manifest().bytes().utf8(),
          "registry",
          "manifest",
          "--tls-verify=false",
          name + "@" + digest);
      assertSays("team/app\n", "registry", "catalog", "--tls-verify=false", registry.host());
      assertSays(
          "PASS: " + name + ":v1\n",
          "registry",
          "validate",
          "--tls-verify=false",
          "--remote",
          name + ":v1");
      registry.misbehave(
          new Fault.WrongContent(), IMAGE.layerDescriptors().getFirst().digest().toString());
      Result damaged = run("registry", "validate", "--tls-verify=false", "--remote", name + ":v1");
      assertEquals(1, damaged.code());
      assertTrue(damaged.out().startsWith("FAIL: " + name + ":v1: "), damaged.out());
    }
  }

  @Test
  void tagsAreListedAsSkopeoListsThem() throws IOException {
    try (EmbeddedRegistry registry = filled(Setup.DEFAULT)) {
      String name = registry.host() + "/team/app";
      assertSays(
          "{\n    \"Repository\": \""
              + name
              + "\",\n    \"Tags\": [\n        \"v1\",\n        \"v2\"\n    ]\n}\n",
          "list-tags",
          "--tls-verify=false",
          "docker://" + name);
      assertFails(
          1,
          "Error: No tag or digest allowed in reference\n",
          "list-tags",
          "--tls-verify=false",
          "docker://" + name + ":v1");
    }
  }

  @Test
  void aTagIsDeletedAlone() throws IOException {
    try (EmbeddedRegistry registry = filled(Setup.DEFAULT)) {
      String name = registry.host() + "/team/app";
      assertSays("", "delete", "--tls-verify=false", "docker://" + name + ":v1");
      assertSays("v2\n", "registry", "ls", "--tls-verify=false", name);
    }
  }

  @Test
  void whereATagCannotBeDeletedAloneOtherTagsAreNotTakenAlong() throws IOException {
    try (EmbeddedRegistry registry = filled(Setup.DEFAULT.with(Age.OLD))) {
      String name = registry.host() + "/team/app";
      Result refused = run("delete", "--tls-verify=false", "docker://" + name + ":v1");
      assertEquals(1, refused.code());
      assertTrue(refused.err().contains(": these tags would be gone too: v2; "), refused.err());
      assertSays("v1\nv2\n", "registry", "ls", "--tls-verify=false", name);
      registry.addImage(
          "team/app", "v2", ImageGenerator.oci().layer(Map.of("etc/two", Bytes.utf8("2"))).build());
      Result alone = run("delete", "--tls-verify=false", "docker://" + name + ":v1");
      assertEquals(0, alone.code());
      assertTrue(alone.err().contains("was its only tag"), alone.err());
      assertSays("v2\n", "registry", "ls", "--tls-verify=false", name);
    }
  }

  @Test
  void repositoriesAreFoundByAPartOfTheirName() throws IOException {
    try (EmbeddedRegistry registry = filled(Setup.DEFAULT)) {
      String host = registry.host();
      assertSays(
          "NAME                      DESCRIPTION\n" + host + "/team/app  \n",
          "search",
          "--tls-verify=false",
          host + "/app");
      assertSays(
          "NAME                      TAG\n" + host + "/team/app  v1\n",
          "search",
          "--tls-verify=false",
          "--list-tags",
          "--limit",
          "1",
          host + "/team/app");
      assertSays("", "search", "--tls-verify=false", host + "/nothing");
      assertFails(
          125,
          "Error: invalid filter type \"color=red\"\n",
          "search",
          "--filter",
          "color=red",
          host + "/app");
    }
  }

  @Test
  void anImageElsewhereIsInspectedAsSkopeoDoes() throws IOException {
    try (EmbeddedRegistry registry = filled(Setup.DEFAULT)) {
      String name = "docker://" + registry.host() + "/team/app:v1";
      assertSays(
          IMAGE.manifest().digest() + " [v1 v2]\n",
          "inspect",
          "--tls-verify=false",
          "--format",
          "{{.Digest}} {{.RepoTags}}",
          name);
      assertSays(IMAGE.manifest().bytes().utf8(), "inspect", "--tls-verify=false", "--raw", name);
      Result whole = run("inspect", "--tls-verify=false", name);
      assertTrue(whole.out().contains("\"title\": \"a \\u003cb\\u003e\""), whole.out());
      Result missing = run("inspect", "--tls-verify=false", name + "9");
      assertEquals(2, missing.code());
    }
  }

  @Test
  void aManifestInAFileIsDigested() throws IOException {
    Path file = Files.write(directory.resolve("m.json"), IMAGE.manifest().bytes().toArray());
    assertSays(IMAGE.manifest().digest() + "\n", "manifest-digest", file.toString());
    assertFails(
        1,
        "Error: Error reading manifest from /none: open /none: no such file or directory\n",
        "manifest-digest",
        "/none");
  }
}
