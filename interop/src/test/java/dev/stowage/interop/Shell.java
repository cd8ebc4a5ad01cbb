package dev.stowage.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Other programs, run with the configuration that all peers share here.
final class Shell {
  static final Path SCRIPTS = Path.of("bin").toAbsolutePath();
  private static final long LONGEST_MINUTES = 10;

  private Shell() {}

  /// What a program said and how it ended.
  record Ended(int status, String said, String complained) {
    /// What it said, if it ended well.
    String orFail(List<String> command) {
      assertEquals(0, status, () -> String.join(" ", command) + "\n" + said + complained);
      return said;
    }
  }

  static String run(List<String> command) throws IOException {
    return run(command, Map.of());
  }

  static String run(List<String> command, Map<String, String> environment) throws IOException {
    return end(command, environment).orFail(command);
  }

  static Ended end(List<String> command, Map<String, String> environment) throws IOException {
    Path said = Files.createTempFile("stowage-interop", ".out");
    Path complained = Files.createTempFile("stowage-interop", ".err");
    try {
      Process process =
          prepare(command, environment)
              .redirectOutput(said.toFile())
              .redirectError(complained.toFile())
              .start();
      process.getOutputStream().close();
      int status = await(process, command);
      return new Ended(status, text(said), text(complained));
    } finally {
      Files.delete(said);
      Files.delete(complained);
    }
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }

  static ProcessBuilder prepare(List<String> command, Map<String, String> environment) {
    ProcessBuilder builder = new ProcessBuilder(command);
    Path etc = SCRIPTS.resolveSibling("etc");
    builder.environment().put("CONTAINERS_CONF", etc.resolve("containers.conf").toString());
    builder.environment().put("CONTAINERS_STORAGE_CONF", etc.resolve("storage.conf").toString());
    builder.environment().putAll(environment);
    return builder;
  }

  static int await(Process process, List<String> command) {
    try {
      if (!process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly();
      }
      assertTrue(process.waitFor(1, TimeUnit.MINUTES), () -> "no end: " + command);
      return process.exitValue();
    } catch (InterruptedException e) {
      Process _ = process.destroyForcibly();
      throw new AssertionError(e);
    }
  }

  static String script(String name) {
    return SCRIPTS.resolve(name).toString();
  }
}
