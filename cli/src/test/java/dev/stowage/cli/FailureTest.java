package dev.stowage.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stowage.cli.CommandLine.Result;
import dev.stowage.cli.output.Output;
import dev.stowage.config.Surroundings;
import dev.stowage.model.Bytes;
import dev.stowage.testkit.EmbeddedRegistry;
import dev.stowage.testkit.Fault;
import dev.stowage.testkit.ImageGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the shell and the user are told of failures.
final class FailureTest {
  @TempDir Path directory;

  private static Result run(String line) {
    return CommandLine.run(List.of(line.split(" ")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "copy --bogus a b",
        "copy x",
        "copy dir:/none dir:/none2",
        "sync",
        "list-tags",
        "list-tags x",
        "delete",
        "delete dir:/x",
        "manifest-digest",
        "manifest-digest /none",
        "standalone-sign",
        "standalone-sign a b c",
        "standalone-verify",
        "standalone-verify /none b c d",
        "generate-sigstore-key",
        "untrusted-signature-dump-without-verification",
        "untrusted-signature-dump-without-verification /none",
        "registry digest",
        "registry digest --platform a/b/c/d a",
      })
  void commandsOfSkopeosEndWithOne(String line) {
    Result result = run(line);
    assertEquals(1, result.code(), result.err());
    assertTrue(result.err().startsWith("Error: "), result.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"save", "push --bogus", "load -i /none", "bogus", "image sign"})
  void commandsOfPodmansEndWith125(String line) {
    assertEquals(125, run(line).code());
  }

  @ParameterizedTest
  @CsvSource({
    "load -q -i https://me:secret@ho|st/a.tar, https://ho|st/a.tar",
    "load -q -i https://me:sec/ret@host/a.tar|, https://host/a.tar|",
    "import http:///a.tar, http:///a.tar",
  })
  void anAddressThatIsNoneIsToldWithoutItsPassword(String line, String shown) {
    Result result = CommandLine.inStore(directory, List.of(line.split(" ")));
    assertEquals(125, result.code());
    assertTrue(result.err().startsWith("Error: invalid URL \"" + shown + "\": "), result.err());
    assertFalse(result.err().contains("sec"), result.err());
  }

  @Test
  void whoReadsTheOutputMayGoAwayInTheMiddle() throws IOException {
    OutputStream gone =
        new OutputStream() {
          @Override
          public void write(int one) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    try (EmbeddedRegistry registry = EmbeddedRegistry.start()) {
      registry.addImage(
          "a", "v1", ImageGenerator.oci().layer(Map.of("one", Bytes.utf8("1"))).build());
      // Each image is told of inside the copying, where only unchecked failures get through.
      int code =
          new Stowage(
                  new Output(gone),
                  new PrintStream(err, true, StandardCharsets.UTF_8),
                  Surroundings.ofThisProcess(),
                  InstantSource.system())
              .run(
                  List.of(
                      "sync",
                      "--insecure-policy",
                      "--src-tls-verify=false",
                      "--src=docker",
                      "--dest=dir",
                      registry.host() + "/a:v1",
                      directory.toString()));
      assertEquals("", err.toString(StandardCharsets.UTF_8));
      assertEquals(141, code);
    }
  }

  @Test
  void whyASyncFailedIsToldEvenWhereItsDigestsCannotBeWritten() {
    Result result =
        CommandLine.run(
            List.of(
                "sync",
                "--insecure-policy",
                "--src=docker",
                "--dest=dir",
                "--digestfile=" + directory.resolve("none/file"),
                "127.0.0.1:1/a:v1",
                directory.toString()));
    assertEquals(1, result.code());
    assertTrue(result.err().contains("127.0.0.1:1"), result.err());
    assertFalse(result.err().contains("none/file"), result.err());
  }

  @Test
  void aUserWithoutAPasswordIsAskedForIt() {
    Result result =
        run("copy --src-creds joe docker://127.0.0.1:1/a dir:" + directory.resolve("a"));
    assertEquals(1, result.code());
    assertTrue(result.err().contains("reading password"), result.err());
  }

  @ParameterizedTest
  @CsvSource({"403, what is left may still be had", "404, removes the images that nobody"})
  void whatCouldNotBeRepairedIsToldWithWhatHelps(int status, String told) throws IOException {
    Path policy = directory.resolve("policy.json");
    Files.writeString(policy, "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}");
    try (EmbeddedRegistry registry = EmbeddedRegistry.start()) {
      registry.addImage(
          "a", "v1", ImageGenerator.oci().layer(Map.of("one", Bytes.utf8("1"))).build());
      Result pulled =
          CommandLine.inStore(
              directory,
              List.of(
                  "pull",
                  "-q",
                  "--tls-verify=false",
                  "--signature-policy=" + policy,
                  registry.host() + "/a:v1"));
      assertEquals(0, pulled.code(), pulled.err());
      try (Stream<Path> layers = Files.list(directory.resolve("root/vfs/dir"))) {
        Files.delete(layers.findFirst().orElseThrow().resolve("one"));
      }
      registry.misbehave(new Fault.Refuse(status, "DENIED", "no"), "/v2/a/");
      Result repaired =
          CommandLine.inStore(
              directory,
              status == 404
                  ? List.of("system", "repair", "--tls-verify=false")
                  : List.of("system", "repair", "--tls-verify=false", "--remove-lost"));
      assertEquals(125, repaired.code(), repaired.out());
      assertTrue(repaired.err().contains(told), repaired.err());
    }
  }
}
