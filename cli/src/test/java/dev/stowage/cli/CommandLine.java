package dev.stowage.cli;

import dev.stowage.cli.output.Output;
import dev.stowage.config.Surroundings;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// Runs command lines as a shell would, and keeps what they say.
final class CommandLine {

  /// How a command line ended.
  record Result(int code, String out, String err) {}

  private CommandLine() {}

  /// Runs a command line.
  static Result run(List<String> words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        new Stowage(
                new Output(out),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Surroundings.ofThisProcess(),
                InstantSource.system())
            .run(words);
    return new Result(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /// Runs a command line in a store of its own, which keeps its events to itself.
  ///
  /// @param directory where the store lies
  static Result inStore(Path directory, List<String> words) {
    List<String> line =
        new ArrayList<>(
            List.of(
                "--root",
                directory.resolve("root").toString(),
                "--runroot",
                directory.resolve("run").toString(),
                "--storage-driver",
                "vfs",
                "--events-backend",
                "file",
                "--tmpdir",
                directory.resolve("tmp").toString()));
    line.addAll(words);
    return run(line);
  }
}
