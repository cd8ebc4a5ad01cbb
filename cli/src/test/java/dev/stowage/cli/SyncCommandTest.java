package dev.stowage.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.cli.CommandLine.Result;
import dev.stowage.model.Bytes;
import dev.stowage.testkit.EmbeddedRegistry;
import dev.stowage.testkit.Fault;
import dev.stowage.testkit.ImageGenerator;
import dev.stowage.testkit.TestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What `sync` says, and what it tells the shell.
final class SyncCommandTest {
  private static final TestImage IMAGE =
      ImageGenerator.oci().layer(Map.of("etc/one", Bytes.utf8("1"))).build();

  @TempDir Path directory;

  private static Result run(String... words) {
    return CommandLine.run(List.of(words));
  }

  private static Result sync(String source, String destination, String... flags) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "sync",
                "--insecure-policy",
                "--src-tls-verify=false",
                "--src",
                "docker",
                "--dest",
                "dir",
                source,
                destination));
    words.addAll(List.of(flags));
    return run(words.toArray(new String[0]));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "a; Exactly two arguments expected",
        "a b; A source transport must be specified",
        "--src x a b; \"x\" is not a valid source transport",
        "--src docker a b; A destination transport must be specified",
        "--src docker --dest x a b; \"x\" is not a valid destination transport",
        "--src dir --dest dir a b; sync from 'dir' to 'dir' not implemented, consider using rsync"
            + " instead",
        "--src docker --dest dir -f x a b; unknown format \"x\". Choose one of the supported"
            + " formats: 'oci', 'v2s1', or 'v2s2'",
      })
  void whatIsWrongOnTheLineIsToldInSkopeosWords(String line, String message) {
    List<String> words = new ArrayList<>(List.of("sync"));
    words.addAll(List.of(line.split(" ")));
    Result result = run(words.toArray(new String[0]));
    assertEquals("Error: " + message + "\n", result.err());
    assertEquals(1, result.code());
  }

  @Test
  void eachImageIsALineAndTheEndASum() throws IOException {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start()) {
      registry.addImage("team/app", "v1", IMAGE);
      String from = "docker://" + registry.host() + "/team/app:v1";
      String to = "dir:" + directory.resolve("app:v1");
      Path digests = directory.resolve("digests");
      String source = registry.host() + "/team/app";
      assertEquals(
          "1/1 would copy "
              + from
              + " to "
              + to
              + "\n"
              + "Would have synced 1 images from 1 sources: 1 to copy, 0 unchanged\n",
          sync(source, directory.toString(), "--dry-run").out());
      Result copied = sync(source, directory.toString(), "--digestfile", digests.toString());
      assertEquals("", copied.err());
      assertTrue(copied.out().startsWith("1/1 copied " + from + " to " + to + "\n"), copied.out());
      assertEquals(IMAGE.manifest().digest() + " " + to + "\n", Files.readString(digests));
      Result again = sync(source, directory.toString());
      assertEquals(
          "1/1 unchanged "
              + from
              + " to "
              + to
              + "\n"
              + "Synced 1 images from 1 sources: 0 copied (0B), 1 unchanged\n",
          again.out());
      assertEquals(0, again.code());
    }
  }

  @Test
  void failuresAreSummedWhereTheOthersGoOn() throws IOException {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start()) {
      registry.addImage("team/app", "v1", IMAGE);
      registry.addImage("team/app", "v2", IMAGE);
      registry.misbehave(new Fault.Refuse(403, "DENIED", "not you"), "/manifests/v1", 9);
      Result result = sync(registry.host() + "/team/app", directory.toString(), "--keep-going");
      assertTrue(
          result
              .out()
              .endsWith(
                  "Synced 1 images from 1 sources: 1 copied ("
                      + layers()
                      + "B), 0 unchanged, 1 failed\n"),
          result.out());
      assertTrue(
          result
              .err()
              .endsWith(
                  "Error: Sync failed due to previous reported error(s) for one or more images\n"),
          result.err());
      assertTrue(result.err().contains("Error copying ref \\\"docker://"), result.err());
      assertEquals(1, result.code());
    }
  }

  private static long layers() {
    return IMAGE.layers().getFirst().length();
  }
}
